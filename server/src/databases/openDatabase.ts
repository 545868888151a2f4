import { rowsOf } from './connection.ts';
import type { Connection } from './connection.ts';
import { DatabaseFault } from './databaseFault.ts';
import type { DatabaseFile } from './protocol.ts';

/** A database that is open, ready for statements of strangers. */
export interface OpenDatabase {
  readonly file: DatabaseFile;
  readonly connection: Connection;
  /** Tables by the page where they, or an index of them, begin: how a plan names them. */
  readonly tablesByPage: ReadonlyMap<number, string>;
  readonly virtualTables: readonly string[];
}

/**
 * Opens a database by a connection that only reads.
 * @throws DatabaseFault
 */
export function openDatabase(file: DatabaseFile, connect: () => Connection): OpenDatabase {
  let connection: Connection | undefined;
  try {
    connection = connect();
    const tablesByPage = new Map<number, string>();
    const virtualTables: string[] = [];
    for (const [name, page, sql] of rowsOf(connection, 'SELECT tbl_name, rootpage, sql FROM sqlite_master'))
      if (typeof page === 'number' && page > 0) tablesByPage.set(page, String(name));
      else if (/^\s*CREATE\s+VIRTUAL/iu.test(String(sql))) virtualTables.push(String(name));
    return { file, connection, tablesByPage, virtualTables };
  } catch (error) {
    connection?.close();
    if (error instanceof DatabaseFault) throw error;
    const { message } = error as Error;
    throw new DatabaseFault(
      message === 'database is locked'
        ? `${file.path} is locked by another program. Wait until it is done, close it, or copy the file with sqlite3's command .backup.`
        : `${file.path} cannot be read as a database: ${message}. It may be damaged: check it with PRAGMA integrity_check, or take a copy that is whole.`,
    );
  }
}
