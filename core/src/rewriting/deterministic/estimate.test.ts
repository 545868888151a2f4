import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { memoryEngine } from '../../connectors/index.ts';
import type { LocalEngine } from '../../connectors/index.ts';
import type { CitationRecord } from '../../corpus/index.ts';
import { DocSet, importCitations } from '../../corpus/index.ts';
import { estimateWorth } from './estimate.ts';

let engine: LocalEngine;

beforeAll(async () => {
  const bytes = readFileSync(join(import.meta.dirname, '../../../../samples/citations.jsonl'));
  const records: CitationRecord[] = [];
  const chunks = (async function* () {
    yield new Uint8Array(bytes);
  })();
  for await (const item of importCitations(chunks, 'citations.jsonl'))
    if (item.kind === 'record') records.push(item.record);
  engine = memoryEngine(records);
});

const falls = { title: 'Exercise for preventing falls in older people', seeds: [] };

it('expects more of a query on the topic than of one beside it, and nothing of what finds nothing', () => {
  const estimator = estimateWorth(falls, engine);
  const topical = estimator?.ofQuery('falls[tiab] OR fall[tiab]');
  const beside = estimator?.ofQuery('vaccine[tiab] NOT falls[tiab]');
  expect(topical?.share).toBeGreaterThan(beside?.share ?? 1);
  expect(topical?.expectedF3).toBeGreaterThan(beside?.expectedF3 ?? 1);
  expect(estimator?.ofQuery('zyxwvut[tiab]')).toEqual({ share: 0, expectedF3: 0, count: 0 });
});

it('expects all of everything', () => {
  const estimator = estimateWorth(falls, engine);
  const size = engine.index.documentCount;
  const all = estimator?.ofDocs(DocSet.all(size));
  expect(all?.share).toBeCloseTo(1);
  expect(all?.count).toBe(size);
});

it('is not there where the topic does not occur, and has no figure for what cannot be searched', () => {
  expect(estimateWorth({ title: 'Zyxwvut', seeds: [] }, engine)).toBeUndefined();
  expect(estimateWorth(falls, engine)?.ofQuery('#7 AND falls')).toBeUndefined();
});
