import type { loadSqlJs } from '../library/sqlJs.ts';
import { DatabaseFault } from './databaseFault.ts';
import type { DatabaseFile } from './protocol.ts';
import { readDatabaseFile } from './readFile.ts';

export type SqlJs = Awaited<ReturnType<typeof loadSqlJs>>;
export type SqlJsDatabase = InstanceType<SqlJs['Database']>;

/** A database in memory, ready for statements of strangers. */
export interface OpenDatabase {
  readonly file: DatabaseFile;
  readonly connection: SqlJsDatabase;
  /** Tables by the page where they, or an index of them, begin: how a plan names them. */
  readonly tablesByPage: ReadonlyMap<number, string>;
  readonly virtualTables: readonly string[];
}

/**
 * Reads a database into memory and takes away what a statement could do harm with: the connection only reads, and SQLite's heap, sorting
 * included, is bounded (the limit can be lowered later, by nobody be raised).
 * @throws DatabaseFault
 */
export function openDatabase(sqlJs: SqlJs, file: DatabaseFile, heapBytes: number): OpenDatabase {
  const bytes = readDatabaseFile(file);
  const connection = new sqlJs.Database(bytes);
  try {
    connection.run(`PRAGMA hard_heap_limit = ${heapBytes}`);
    connection.run('PRAGMA temp_store = MEMORY');
    connection.run('PRAGMA trusted_schema = OFF');
    connection.run('PRAGMA query_only = ON');
    const tablesByPage = new Map<number, string>();
    const virtualTables: string[] = [];
    for (const [name, page, sql] of rowsOf(connection, 'SELECT tbl_name, rootpage, sql FROM sqlite_master'))
      if (typeof page === 'number' && page > 0) tablesByPage.set(page, String(name));
      else if (/^\s*CREATE\s+VIRTUAL/iu.test(String(sql))) virtualTables.push(String(name));
    return { file, connection, tablesByPage, virtualTables };
  } catch (error) {
    connection.close();
    throw new DatabaseFault(
      `${file.path} cannot be read as a database: ${(error as Error).message}. ` +
        'It may be damaged: check it with PRAGMA integrity_check, or take a copy that is whole.',
    );
  }
}

/** Rows of a statement of ours. */
export function rowsOf(
  connection: SqlJsDatabase,
  sql: string,
): readonly (readonly (string | number | Uint8Array | null)[])[] {
  return connection.exec(sql)[0]?.values ?? [];
}
