// npm run verify [-- --queries N --records N --seed N --threads N --json]: asks the embedded engine and the reference evaluator, which
// scans every record, the same queries over the same real records. Exit code 1 when they differ anywhere, 2 on bad usage, 0 with the
// reason where the data is missing.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { Mismatch, Outcome } from './compare.ts';
import { missingRecords } from './data.ts';
import type { Share } from './worker.ts';

const usage = 'Usage: npm run verify [-- --queries N --records N --seed N --threads N --json]';

interface Options {
  readonly queries: number;
  readonly records: number;
  readonly seed: number;
  readonly threads: number;
  readonly json: boolean;
}

const options = readOptions();
if (options === undefined) {
  console.error(usage);
  process.exitCode = 2;
} else if (missingRecords !== undefined) {
  console.error(`Skipped: ${missingRecords}`);
  if (options.json) console.log(JSON.stringify({ skipped: missingRecords }));
} else await verify(options);

async function verify({ queries, records, seed, threads, json }: Options): Promise<void> {
  const started = performance.now();
  const done = new Array<number>(threads).fill(0);
  let told = 0;
  const progress = (): void => {
    const all = done.reduce((sum, one) => sum + one, 0);
    if (all - told < 100) return;
    told = all;
    console.error(`${all} queries, ${minutesSince(started)} minutes`);
  };
  const outcomes = await Promise.all(
    done.map((_, thread) =>
      answer({ queries, records, seed, thread, threads }, (count) => {
        done[thread] = count;
        progress();
      }),
    ),
  );
  const sum = (of: (outcome: Outcome) => number): number => outcomes.reduce((all, one) => all + of(one), 0);
  const mismatches = outcomes
    .flatMap((one) => one.mismatches)
    .sort((a, b) => a.smallest.length - b.smallest.length);
  const result = {
    queries: sum((one) => one.queries),
    records,
    seed,
    mismatches: mismatches.length,
    nonEmpty: sum((one) => one.nonEmpty),
    unanswered: sum((one) => one.unanswered),
    minutes: minutesSince(started),
  };
  if (json) console.log(JSON.stringify({ ...result, differences: mismatches }, undefined, 2));
  else {
    for (const one of mismatches.slice(0, 20)) tell(one);
    const share = Math.round((100 * result.nonEmpty) / Math.max(1, result.queries));
    console.log(
      `${result.queries} queries over ${records} records, seed ${seed}: ${result.mismatches} differ; ${share} % find something, ` +
        `${result.unanswered} cannot be answered from records, as both say; ${result.minutes} minutes.`,
    );
  }
  if (mismatches.length > 0) process.exitCode = 1;
}

function tell({ name, smallest, engineOnly, referenceOnly, problem }: Mismatch): void {
  console.log(`\nDIFFERENT: ${name}\n  ${smallest}`);
  console.log(
    `  ${problem ?? `engine only: ${engineOnly.join(' ') || '-'}; reference only: ${referenceOnly.join(' ') || '-'}`}`,
  );
}

function answer(share: Share, onProgress: (done: number) => void): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: share });
    worker.on(
      'message',
      (message: { kind: 'progress'; done: number } | { kind: 'outcome'; outcome: Outcome }) => {
        if (message.kind === 'progress') onProgress(message.done);
        else resolve(message.outcome);
      },
    );
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`A thread ended with exit code ${code}.`)));
  });
}

function minutesSince(started: number): number {
  return Math.round((performance.now() - started) / 6_000) / 10;
}

function readOptions(): Options | undefined {
  try {
    const { values } = parseArgs({
      options: {
        queries: { type: 'string' },
        records: { type: 'string' },
        seed: { type: 'string' },
        threads: { type: 'string' },
        json: { type: 'boolean' },
      },
    });
    const number = (text: string | undefined, standard: number): number => Number(text ?? standard);
    const read = {
      queries: number(values.queries, 5_000),
      records: number(values.records, 20_000),
      seed: number(values.seed, 1),
      threads: number(values.threads, Math.min(4, availableParallelism())),
      json: values.json === true,
    };
    const isWhole = [read.queries, read.records, read.seed, read.threads].every(
      (one) => Number.isSafeInteger(one) && one >= 0,
    );
    return isWhole && read.records > 0 && read.threads > 0 ? read : undefined;
  } catch {
    return undefined;
  }
}
