import { pathToFileURL } from 'node:url';
import type { StatementSync } from 'node:sqlite';
import type { SqlCell } from '@querent/core/sqlSchema';
import { nodeSqlite } from '../library/nodeSqlite.ts';
import type { Connection, Statement } from './connection.ts';
import { databaseLimits } from './limits.ts';

/** Sorting goes to temporary files where it does not fit in the cache: such databases may be larger than the memory. */
const settings = [
  `PRAGMA busy_timeout = ${databaseLimits.lockedMs}`,
  'PRAGMA trusted_schema = OFF',
  'PRAGMA query_only = ON',
];

/**
 * Node's own SQLite on the file itself, opened for reading.
 * @param isSettled nothing lies in a log beside it: then no locks are taken and nothing is made beside it, and whoever asks looks whether the file
 *   stays as it is. A log is read as every program reads it, with SQLite's index of it (`-shm`) beside the file.
 * @throws Error of the engine
 */
export function nativeConnection(path: string, isSettled: boolean): Connection {
  const sqlite = nodeSqlite();
  if (sqlite === undefined) throw new Error('Node has no SQLite of its own');
  const address = `${pathToFileURL(path).href}?mode=ro${isSettled ? '&immutable=1' : ''}`;
  const database = new sqlite.DatabaseSync(address, {
    readOnly: true,
    allowExtension: false,
    // As SQLite itself has it: text in double quotes where no column has the name.
    enableDoubleQuotedStringLiterals: true,
    enableForeignKeyConstraints: false,
  });
  try {
    for (const setting of settings) database.exec(setting);
    // The file is read here for the first time; what is wrong with it is the opening's fault.
    database.exec('SELECT COUNT(*) FROM sqlite_master');
    onlyReading(database as Authorized);
  } catch (error) {
    database.close();
    throw error;
  }
  return {
    run: (sql) => database.exec(sql),
    prepare: (sql) => new NativeStatement(database.prepare(sql)),
    close: () => database.close(),
  };
}

type Row = readonly SqlCell[];

class NativeStatement implements Statement {
  readonly #statement: StatementSync;
  #rows: Iterator<unknown> | undefined;
  #row: Row = [];

  constructor(statement: StatementSync) {
    this.#statement = statement;
    statement.setReadBigInts(true);
    statement.setReturnArrays(true);
  }

  step(): boolean {
    this.#rows ??= this.#statement.iterate();
    const next = this.#rows.next();
    if (next.done === true) return false;
    this.#row = next.value as Row;
    return true;
  }

  row(): SqlCell[] {
    return this.#row.map((cell) => {
      if (typeof cell !== 'bigint') return cell;
      const number = Number(cell);
      return Number.isSafeInteger(number) ? number : cell;
    });
  }

  columns(): readonly string[] {
    return this.#statement.columns().map(({ name }) => name);
  }

  free(): void {
    this.#rows?.return?.();
    this.#rows = undefined;
  }
}

/** Actions of https://www.sqlite.org/c3ref/c_alter_table.html: what a statement that reads consists of, and our own questions about the schema. */
const actions = {
  delete: 9,
  insert: 18,
  pragma: 19,
  read: 20,
  select: 21,
  update: 23,
  function: 31,
  recursive: 33,
} as const;
const reading: ReadonlySet<number> = new Set([actions.read, actions.select, actions.recursive]);
const writing: ReadonlySet<number> = new Set([actions.delete, actions.insert, actions.update]);
/** Pragmas that tell of the schema; full text tables ask for the last one. */
const told: ReadonlySet<string> = new Set([
  'table_list',
  'table_xinfo',
  'index_list',
  'index_info',
  'foreign_key_list',
  'data_version',
]);
/** Inner tables of R-Tree, for which statements that write are prepared as soon as it is read; they are never run. */
const inner = /_(?:node|parent|rowid)$/iu;

interface Authorized {
  setAuthorizer?(judge: (action: number, first: string | null, second: string | null) => number): void;
}

/** Has SQLite refuse whatever is not reading, should it ever get to hear of it. Node 24.10 and later can; before, the file is merely opened for reading. */
function onlyReading(database: Authorized): void {
  database.setAuthorizer?.((action, first, second) => {
    const isAllowed =
      reading.has(action) ||
      (action === actions.function && second?.toLowerCase() !== 'load_extension') ||
      (action === actions.pragma && told.has(first?.toLowerCase() ?? '')) ||
      (writing.has(action) && inner.test(first ?? ''));
    return isAllowed ? 0 : 1;
  });
}
