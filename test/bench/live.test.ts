import { join } from 'node:path';
import { expect, it } from 'vitest';
import { requestsOf } from './suites/live.ts';

const samples = join(import.meta.dirname, '../../samples');

it('a strategy of 60 lines with 20 seeds takes no more requests than promised, with right and with wrong predictions', async () => {
  const corpus = { path: join(samples, 'citations.jsonl'), mesh: join(samples, 'thesaurus.jsonl') };
  const { metrics, peers, goals } = await requestsOf(corpus, () => undefined, 1);
  expect(goals.map(({ key }) => key)).toEqual(['requestsCold', 'requestsAfterEdit']);
  for (const goal of goals)
    expect(metrics[goal.key], goal.key).toBeLessThanOrEqual('atMost' in goal ? goal.atMost : NaN);
  // 60 counts at least: whoever had fewer would have made some up.
  expect(metrics['requestsCold']).toBeGreaterThan(60);
  const { requestsCold = NaN, requestsAfterEdit = NaN } = peers['two a line'] ?? {};
  expect([requestsCold > 100, requestsAfterEdit]).toEqual([true, 6]);
  // Never worse than a little over two a line, however wrong what is predicted.
  expect(metrics['requestsColdWrongForAllSeeds']).toBeLessThan(1.2 * requestsCold);
});
