import type { Database, Statement } from 'sql.js';

/** A value as SQLite keeps it. */
export type SqlValue = string | number | Uint8Array | null;

/**
 * A SQLite database, whichever program runs it: SQLite compiled to WebAssembly (sql.js), which works on the whole file in memory and
 * anywhere, or one that works on the file itself and is injected where there is one.
 */
export interface SqlDatabase {
  /** Runs statements without results. */
  exec(statements: string): void;
  prepare(statement: string): SqlStatement;
  /** The file's bytes where the database lives in memory; undefined where it lives in its file. */
  export(): Uint8Array | undefined;
  close(): void;
}

/** A prepared statement. To be freed; of a `rows` that is not read to its end the statement must not be used again before. */
export interface SqlStatement {
  run(parameters?: readonly SqlValue[]): void;
  /** The first row; undefined when there is none. */
  first(parameters?: readonly SqlValue[]): readonly SqlValue[] | undefined;
  rows(parameters?: readonly SqlValue[]): Iterable<readonly SqlValue[]>;
  free(): void;
}

/** A database of sql.js in this form. */
export function sqlJsDatabase(database: Database): SqlDatabase {
  return {
    exec: (statements) => void database.exec(statements),
    prepare: (statement) => new SqlJsStatement(database.prepare(statement)),
    export: () => database.export(),
    close: () => database.close(),
  };
}

class SqlJsStatement implements SqlStatement {
  readonly #statement: Statement;

  constructor(statement: Statement) {
    this.#statement = statement;
  }

  run(parameters: readonly SqlValue[] = []): void {
    this.#statement.run([...parameters]);
  }

  first(parameters: readonly SqlValue[] = []): readonly SqlValue[] | undefined {
    this.#statement.bind([...parameters]);
    const row = this.#statement.step() ? this.#statement.get() : undefined;
    this.#statement.reset();
    return row;
  }

  *rows(parameters: readonly SqlValue[] = []): Generator<readonly SqlValue[]> {
    this.#statement.bind([...parameters]);
    while (this.#statement.step()) yield this.#statement.get();
  }

  free(): void {
    this.#statement.free();
  }
}

/** The rows of a statement that is asked once, one by one; it is freed also when the caller stops early. */
export function* iterate(
  database: SqlDatabase,
  statement: string,
  parameters: readonly SqlValue[] = [],
): Generator<readonly SqlValue[]> {
  const prepared = database.prepare(statement);
  try {
    yield* prepared.rows(parameters);
  } finally {
    prepared.free();
  }
}

/** All rows of a statement that is asked once. */
export function rows(
  database: SqlDatabase,
  statement: string,
  parameters: readonly SqlValue[] = [],
): (readonly SqlValue[])[] {
  return [...iterate(database, statement, parameters)];
}

/** Runs a statement with parameters once. */
export function run(database: SqlDatabase, statement: string, parameters: readonly SqlValue[]): void {
  const prepared = database.prepare(statement);
  try {
    prepared.run(parameters);
  } finally {
    prepared.free();
  }
}
