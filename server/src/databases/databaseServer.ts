import type { SqlSchema } from '@querent/core/sqlSchema';
import { DatabaseFault } from './databaseFault.ts';
import { describeSchema } from './describeSchema.ts';
import { databaseLimits } from './limits.ts';
import type { OpenDatabase } from './openDatabase.ts';
import type { DatabaseFile, DatabaseMessage, DatabaseRequest, StatementLimits } from './protocol.ts';
import { readSchema } from './readSchema.ts';
import { RowCursor } from './rowCursor.ts';
import { runPreview } from './runPreview.ts';
import { runStatement } from './runStatement.ts';

/** How databases are opened: as a copy in memory, or in place. */
export interface DatabaseEngine {
  /** @throws DatabaseFault */
  open(file: DatabaseFile): OpenDatabase;
  /** Bytes of memory that a database takes while it is open. */
  weightOf(file: DatabaseFile): number;
  /** Looks whether answers are still those of the file as it was opened. @throws DatabaseFault */
  check(file: DatabaseFile): void;
  /** Tables that may have more rows are counted last when a schema is described. */
  readonly countedRows: number;
}

const noCursor = {
  outcome: {
    kind: 'error' as const,
    code: 'failed' as const,
    message: 'The statement was lost before all of its rows were read. Run it again.',
  },
  isBroken: false,
};

/** Keeps databases open and answers one request at a time. */
export class DatabaseServer {
  readonly #engine: DatabaseEngine;
  readonly #limits: StatementLimits;
  readonly #send: (message: DatabaseMessage) => void;
  /** The statement whose rows are asked for in parts. */
  #cursor: RowCursor | undefined;
  /** The most recently used is the last. */
  readonly #databases = new Map<string, OpenDatabase>();

  constructor(engine: DatabaseEngine, limits: StatementLimits, send: (message: DatabaseMessage) => void) {
    this.#engine = engine;
    this.#limits = limits;
    this.#send = send;
  }

  answer(request: DatabaseRequest): void {
    this.#send(this.#answer(request));
  }

  #answer(request: DatabaseRequest): DatabaseMessage {
    try {
      const database = this.#opened(request.file);
      this.#engine.check(request.file);
      const message = this.#done(database, request);
      this.#engine.check(request.file);
      return message;
    } catch (error) {
      if (!(error instanceof DatabaseFault)) throw error;
      this.#close(request.file.name);
      return { kind: 'bad-file', message: error.message };
    }
  }

  #done(database: OpenDatabase, request: DatabaseRequest): DatabaseMessage {
    switch (request.kind) {
      // A schema is read within the time for opening; only a statement has a time of its own.
      case 'schema':
        return { kind: 'schema', schema: schemaOf(database) };
      case 'describe':
        return { kind: 'schema', schema: this.#described(database) };
      case 'run':
        this.#send({ kind: 'begun' });
        return { kind: 'outcome', ...runStatement(database, request.sql, this.#limits) };
      case 'part':
        this.#send({ kind: 'begun' });
        if (request.isFirst) this.#cursor = new RowCursor(database, request.sql, this.#limits);
        return { kind: 'outcome', ...(this.#cursor?.next() ?? noCursor) };
      case 'preview':
        this.#send({ kind: 'begun' });
        return {
          kind: 'outcome',
          ...runPreview(database, request.sql, this.#limits, request.options, (preview, countMs) =>
            this.#send({ kind: 'shown', preview, countMs }),
          ),
        };
    }
  }

  /** Looks at its clock between two steps; what takes too long is ended from outside, and what was known until then counts. */
  #described(database: OpenDatabase): SqlSchema {
    const { describedRows: rows, describeMs: ms } = databaseLimits;
    const until = performance.now() + ms;
    const known = (schema: SqlSchema): void =>
      this.#send({ kind: 'partly', schema, ms: Math.max(0, until - performance.now()) });
    const schema = schemaOf(database);
    known(schema);
    const { countedRows } = this.#engine;
    return describeSchema(database.connection, schema, { rows, ms, countedRows }, known);
  }

  #opened(file: DatabaseFile): OpenDatabase {
    let database = this.#databases.get(file.name);
    this.#databases.delete(file.name);
    if (database === undefined) {
      let total = this.#engine.weightOf(file);
      for (const { file: other } of this.#databases.values()) total += this.#engine.weightOf(other);
      for (const [name, { file: other }] of this.#databases) {
        if (total <= this.#limits.openBytes) break;
        this.#close(name);
        total -= this.#engine.weightOf(other);
      }
      database = this.#engine.open(file);
    }
    this.#databases.set(file.name, database);
    return database;
  }

  #close(name: string): void {
    const database = this.#databases.get(name);
    this.#databases.delete(name);
    database?.connection.close();
  }
}

function schemaOf({ connection, file }: OpenDatabase): SqlSchema {
  try {
    return readSchema(connection);
  } catch (error) {
    throw new DatabaseFault(
      `The schema of ${file.path} cannot be read: ${(error as Error).message}. ` +
        "The file may be damaged: take a copy that is whole, or repair it with sqlite3's command .recover.",
    );
  }
}
