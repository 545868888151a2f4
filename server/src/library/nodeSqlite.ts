import type * as NodeSqlite from 'node:sqlite';
import type { SqlDatabase, SqlStatement, SqlValue } from '@querent/core/connectors';

type SqliteModule = Pick<typeof NodeSqlite, 'DatabaseSync' | 'StatementSync'>;

/**
 * Node's own SQLite, which works on the file itself; undefined in a Node before 22.13, where sql.js serves instead. (Asked for by name
 * rather than imported: an import of what is not there would end the program.)
 */
export function nodeSqlite(): SqliteModule | undefined {
  if (process.env['QUERENT_SQLITE'] === 'sql.js') return undefined;
  const modules = process as { getBuiltinModule?: (name: string) => unknown };
  // Node 22 calls it experimental on stderr, which people would take for a fault of the search.
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = () => undefined;
  try {
    const found = modules.getBuiltinModule?.('node:sqlite') as SqliteModule | undefined;
    // Behind a flag at first, and without a way to read rows one by one.
    return found !== undefined && 'iterate' in found.StatementSync.prototype ? found : undefined;
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** Opens a file of Node's SQLite in the form that core works with. */
export function openNodeDatabase(
  { DatabaseSync: Database }: SqliteModule,
  path: string,
  options: { readonly readOnly: boolean },
): SqlDatabase {
  const database = new Database(path, options);
  // A library that is just being put in its place is locked for a moment.
  if (options.readOnly) database.exec('PRAGMA busy_timeout = 5000');
  let isOpen = true;
  return {
    exec: (statements) => database.exec(statements),
    prepare: (statement) => new NodeStatement(database.prepare(statement)),
    export: () => undefined,
    close: () => {
      if (isOpen) database.close();
      isOpen = false;
    },
  };
}

class NodeStatement implements SqlStatement {
  #statement: NodeSqlite.StatementSync | undefined;
  readonly #givesArrays: boolean;

  constructor(statement: NodeSqlite.StatementSync) {
    this.#statement = statement;
    const { setReturnArrays } = statement as { setReturnArrays?: (yes: boolean) => void };
    this.#givesArrays = setReturnArrays !== undefined;
    setReturnArrays?.call(statement, true);
  }

  run(parameters: readonly SqlValue[] = []): void {
    this.#live().run(...(parameters as NodeSqlite.SQLInputValue[]));
  }

  first(parameters: readonly SqlValue[] = []): readonly SqlValue[] | undefined {
    const row = this.#live().get(...(parameters as NodeSqlite.SQLInputValue[]));
    return row === undefined ? undefined : this.#values(row);
  }

  *rows(parameters: readonly SqlValue[] = []): Generator<readonly SqlValue[]> {
    for (const row of this.#live().iterate(...(parameters as NodeSqlite.SQLInputValue[])))
      yield this.#values(row);
  }

  /** Node frees a statement when it is collected. */
  free(): void {
    this.#statement = undefined;
  }

  #live(): NodeSqlite.StatementSync {
    if (this.#statement === undefined) throw new Error('A statement was used after it was freed.');
    return this.#statement;
  }

  #values(row: unknown): readonly SqlValue[] {
    return this.#givesArrays ? (row as SqlValue[]) : Object.values(row as Record<string, SqlValue>);
  }
}

/** What SQLite says went wrong: its result code (https://www.sqlite.org/rescode.html); undefined when it was something else. */
export function sqliteCode(error: unknown): number | undefined {
  const { errcode } = (error ?? {}) as { errcode?: unknown };
  if (typeof errcode === 'number') return errcode & 0xff;
  const message = error instanceof Error ? error.message : '';
  if (message === 'database or disk is full') return sqliteFull;
  return undefined;
}

export const sqliteBusy = 5;
export const sqliteReadOnly = 8;
export const sqliteCantOpen = 14;
export const sqliteNotADatabase = 26;
export const sqliteCorrupt = 11;
export const sqliteFull = 13;
export const sqliteIoError = 10;
