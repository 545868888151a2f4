/**
 * A database thread: keeps databases in memory and runs one statement at a time. Started by `databaseThread.ts`, and ended by it in the
 * middle of a statement that takes too long; see `protocol.ts` for what is said.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { loadSqlJs } from '../library/sqlJs.ts';
import { DatabaseServer } from './databaseServer.ts';
import { memoryEngine } from './memoryEngine.ts';
import type { DatabaseMessage, DatabaseRequest, StatementLimits } from './protocol.ts';

const limits = workerData as StatementLimits;
const send = (message: DatabaseMessage): void => parentPort?.postMessage(message);

void loadSqlJs().then((sqlJs) => {
  const server = new DatabaseServer(memoryEngine(sqlJs, limits.heapBytes), limits, send);
  parentPort?.on('message', (request: DatabaseRequest) => server.answer(request));
  send({ kind: 'ready' });
});
