// One of the threads of `npm run verify`: answers its share of the queries, and tells how far it is.
import { parentPort, workerData } from 'node:worker_threads';
import { Comparison } from './compare.ts';
import { loadData } from './data.ts';
import { allQueries } from './queries.ts';

/** What a thread is to do. */
export interface Share {
  readonly queries: number;
  readonly records: number;
  readonly seed: number;
  /** This thread's number, and how many there are. */
  readonly thread: number;
  readonly threads: number;
}

const { queries, records, seed, thread, threads } = workerData as Share;
const data = await loadData(records, seed);
const comparison = new Comparison(data);
const share = allQueries(data, queries, seed).filter((_, i) => i % threads === thread);
let done = 0;
const outcome = comparison.run(share, () => parentPort?.postMessage({ kind: 'progress', done: ++done }));
parentPort?.postMessage({ kind: 'outcome', outcome });
