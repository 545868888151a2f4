/**
 * A database thread: keeps databases in memory and runs one statement at a time. Started by `databaseThread.ts`, and ended by it in the
 * middle of a statement that takes too long; see `protocol.ts` for what is said.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { loadSqlJs } from '../library/index.ts';
import { DatabaseFault } from './databaseFault.ts';
import { openDatabase } from './openDatabase.ts';
import type { OpenDatabase, SqlJs } from './openDatabase.ts';
import type { DatabaseFile, DatabaseMessage, DatabaseRequest, StatementLimits } from './protocol.ts';
import { readSchema } from './readSchema.ts';
import { runStatement } from './runStatement.ts';

const limits = workerData as StatementLimits;
/** The most recently used is the last. */
const databases = new Map<string, OpenDatabase>();

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

function answer(sqlJs: SqlJs, request: DatabaseRequest): DatabaseMessage {
  try {
    const database = opened(sqlJs, request.file);
    // A schema is read within the time for opening; only a statement has one of its own.
    if (request.kind === 'schema') return { kind: 'schema', schema: readSchema(database.connection) };
    send({ kind: 'begun' });
    return { kind: 'outcome', ...runStatement(database, request.sql, limits) };
  } catch (error) {
    if (error instanceof DatabaseFault) return { kind: 'bad-file', message: error.message };
    throw error;
  }
}

void loadSqlJs().then((sqlJs) => {
  parentPort?.on('message', (request: DatabaseRequest) => send(answer(sqlJs, request)));
  send({ kind: 'ready' });
});
