import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { ScoreItem } from '@querent/core/tasks';

const words = ['aspirin', 'stroke', 'surgery', 'bleeding', 'placebo', 'children', 'vitamin', 'exercise'];

/** A folder with a citation file of 64 invented records, each with other words; taken away by `remove`. */
export async function smallLibrary(): Promise<{ folder: string; path: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'querent-rewards-'));
  const path = join(folder, 'library.jsonl');
  const records = Array.from({ length: 64 }, (_, n) => ({
    pmid: String(1000 + n),
    title: `${words.filter((_word, i) => (n >> (i % 6)) & 1).join(' ')} number${n}`,
    abstract: `${words[n % 8]} and ${words[(n * 3) % 8]} in a trial.`,
    year: 1990 + (n % 30),
  }));
  await writeFile(path, records.map((record) => JSON.stringify(record)).join('\n'));
  return { folder, path, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** The completion that answers with `query`. */
export function completed(query: string): string {
  return `<think>So.</think><answer>${JSON.stringify({ query })}</answer>`;
}

const term = fc
  .tuple(fc.constantFrom(...words, 'number3', 'trial'), fc.constantFrom('', '[tiab]', '[ti]', '*[tiab]'))
  .map((parts) => parts.join(''));
const block = fc.array(term, { minLength: 1, maxLength: 5 }).map((terms) => `(${terms.join(' OR ')})`);
const query = fc.array(block, { minLength: 1, maxLength: 3 }).map((blocks) => blocks.join(' AND '));
const completion = fc.oneof(
  { weight: 8, arbitrary: query.map(completed) },
  { weight: 1, arbitrary: query.map((text) => completed(text.slice(1))) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }).map(completed) },
);
/** Some are in the library, one at least; others are not. */
const target = fc
  .tuple(
    fc.integer({ min: 1000, max: 1063 }),
    fc.array(fc.integer({ min: 995, max: 1070 }), { maxLength: 11 }),
  )
  .map(([held, others]) => ({ relevant: [...new Set([held, ...others])].map(String) }));
const context = fc.constantFrom(
  undefined,
  { budget: 10 },
  { until: '2001-12-31' },
  { reward: 'autobool', variant: 'direct' as const },
  { reward: 'deepretrieval' },
);

/** Random items for publication search, the same ones for the same seed. */
export function randomItems(count: number, seed: number): readonly ScoreItem[] {
  return fc
    .sample(fc.tuple(completion, target, context), { numRuns: count, seed })
    .map(([text, relevant, options], i) => ({
      id: String(i),
      task: 'publication',
      completion: text,
      target: relevant,
      ...(options === undefined ? {} : { context: options }),
    }));
}
