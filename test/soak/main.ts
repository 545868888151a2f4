// npm run soak [-- --minutes N] [--share N] [--seed N] [--corpus LIB] [--mesh FILE] [--json]: two windows measure strategies of 60 lines for 10
// minutes over a network where one request of ten fails. Exits 1 when a number is wrong, requests come too fast or memory grows; 2 on bad usage.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeReport } from './describe.ts';
import { soak } from './soak.ts';
import type { SoakOptions } from './soak.ts';

const usage =
  'Usage: npm run soak [-- --minutes N] [--share 0..1] [--seed N] [--corpus LIB] [--mesh FILE] [--json]';
const samples = join(import.meta.dirname, '../../samples');
const given = options();
if (given === undefined) {
  console.error(usage);
  process.exitCode = 2;
} else {
  try {
    const report = await soak(given.soak);
    console.log(given.json ? JSON.stringify(report) : describeReport(report));
    if (report.problems.length > 0) process.exitCode = 1;
  } catch (error) {
    console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = 1;
  }
}

function options(): { readonly soak: SoakOptions; readonly json: boolean } | undefined {
  try {
    const { values } = parseArgs({
      options: {
        minutes: { type: 'string', default: '10' },
        share: { type: 'string', default: '0.1' },
        seed: { type: 'string', default: '1' },
        corpus: { type: 'string' },
        mesh: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    const [minutes, share, seed] = [Number(values.minutes), Number(values.share), Number(values.seed)];
    if (!(minutes > 0) || !(share >= 0 && share <= 1) || !Number.isInteger(seed) || seed < 0)
      return undefined;
    const { corpus = join(samples, 'citations.jsonl') } = values;
    const mesh = values.mesh ?? (values.corpus === undefined ? join(samples, 'thesaurus.jsonl') : undefined);
    const log = (line: string): void => console.error(line);
    return {
      soak: {
        ...{ corpus, share, seed, log, lines: 60, seeds: 20, seconds: minutes * 60, stallMs: Infinity },
        ...(mesh === undefined ? {} : { mesh }),
      },
      json: values.json,
    };
  } catch {
    return undefined;
  }
}
