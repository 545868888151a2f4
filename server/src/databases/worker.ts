/**
 * A database thread: keeps databases in memory and runs one statement at a time. Started by `databaseThread.ts`, and ended by it in the
 * middle of a statement that takes too long; see `protocol.ts` for what is said.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { SqlSchema } from '@querent/core/sqlSchema';
import { loadSqlJs } from '../library/sqlJs.ts';
import { DatabaseFault } from './databaseFault.ts';
import { describeSchema } from './describeSchema.ts';
import { openDatabase } from './openDatabase.ts';
import type { OpenDatabase, SqlJs } from './openDatabase.ts';
import type { DatabaseFile, DatabaseMessage, DatabaseRequest, StatementLimits } from './protocol.ts';
import { readSchema } from './readSchema.ts';
import { RowCursor } from './rowCursor.ts';
import { runPreview } from './runPreview.ts';
import { runStatement } from './runStatement.ts';

const limits = workerData as StatementLimits;
/** The statement whose rows are asked for in parts. */
let cursor: RowCursor | undefined;
/** The most recently used is the last. */
const databases = new Map<string, OpenDatabase>();

const noCursor = {
  outcome: {
    kind: 'error' as const,
    code: 'failed' as const,
    message: 'The statement was lost before all of its rows were read. Run it again.',
  },
  isBroken: false,
};

function send(message: DatabaseMessage): void {
  parentPort?.postMessage(message);
}

function opened(sqlJs: SqlJs, file: DatabaseFile): OpenDatabase {
  let database = databases.get(file.name);
  databases.delete(file.name);
  if (database === undefined) {
    let total = file.bytes;
    for (const { file: other } of databases.values()) total += other.bytes;
    for (const [name, { file: other, connection }] of databases) {
      if (total <= limits.openBytes) break;
      connection.close();
      databases.delete(name);
      total -= other.bytes;
    }
    database = openDatabase(sqlJs, file, limits.heapBytes);
  }
  databases.set(file.name, database);
  return database;
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

function answer(sqlJs: SqlJs, request: DatabaseRequest): DatabaseMessage {
  try {
    const database = opened(sqlJs, request.file);
    switch (request.kind) {
      // A schema is read within the time for opening, and describing looks at its clock; only a statement has a time of its own.
      case 'schema':
        return { kind: 'schema', schema: schemaOf(database) };
      case 'describe':
        return {
          kind: 'schema',
          schema: describeSchema(database.connection, schemaOf(database)),
        };
      case 'run':
        send({ kind: 'begun' });
        return { kind: 'outcome', ...runStatement(database, request.sql, limits) };
      case 'part':
        send({ kind: 'begun' });
        if (request.isFirst) cursor = new RowCursor(database, request.sql, limits);
        return { kind: 'outcome', ...(cursor?.next() ?? noCursor) };
      case 'preview':
        send({ kind: 'begun' });
        return {
          kind: 'outcome',
          ...runPreview(database, request.sql, limits, request.options, (preview, countMs) =>
            send({ kind: 'shown', preview, countMs }),
          ),
        };
    }
  } catch (error) {
    if (error instanceof DatabaseFault) return { kind: 'bad-file', message: error.message };
    throw error;
  }
}

void loadSqlJs().then((sqlJs) => {
  parentPort?.on('message', (request: DatabaseRequest) => send(answer(sqlJs, request)));
  send({ kind: 'ready' });
});
