/**
 * A process that reads databases in place with Node's own SQLite, one statement at a time; started by `databaseThread.ts` and killed by it. The statements
 * run in a thread of it, so that the process itself can look at its memory, and ends when whoever started it is gone: neither a thread in the
 * middle of a native statement nor the process that waits for it could do so.
 */
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { DatabaseServer } from './databaseServer.ts';
import { nativeEngine } from './nativeEngine.ts';
import type { DatabaseMessage, DatabaseRequest, StatementLimits } from './protocol.ts';

/** Milliseconds between two looks at the memory. */
const lookMs = 50;

function serve(): void {
  const server = new DatabaseServer(nativeEngine, workerData as StatementLimits, (message) =>
    parentPort?.postMessage(message),
  );
  parentPort?.on('message', (request: DatabaseRequest) => server.answer(request));
  parentPort?.postMessage({ kind: 'ready' } satisfies DatabaseMessage);
}

function supervise(): void {
  const limits = JSON.parse(process.argv[2] ?? '{}') as StatementLimits;
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: limits });
  const end = (): void => void process.kill(process.pid, 'SIGKILL');
  const fail = (error: Error): void => void process.stderr.write(`${error.message}\n`, end);
  worker.on('message', (message: DatabaseMessage) =>
    process.send?.(message, (error: Error | null) => {
      // Nobody hears it any more, which may be noticed here first.
      if (error !== null) end();
    }),
  );
  worker.on('error', fail);
  // Node would wait for the thread, and so for the end of its statement.
  process.on('uncaughtException', fail);
  process.on('message', (request: DatabaseRequest) => worker.postMessage(request));
  process.on('disconnect', end);
  const before = process.memoryUsage.rss();
  setInterval(() => {
    // Answers are copied on their way.
    const bytes = process.memoryUsage.rss() - before - 4 * limits.answerBytes;
    if (bytes > limits.heapBytes) process.send?.({ kind: 'overgrown', bytes: limits.heapBytes }, end);
  }, lookMs);
}

if (isMainThread) supervise();
else serve();
