import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPubMedEngine } from '@querent/core/connectors';
import type { ResolvedQuery } from '@querent/core/pubmed';
import { measureAll, SearchError } from '@querent/core/search';
import type { Measurement } from '@querent/core/search';
import { isUnresolvable, parseStrategy, resolveLine } from '@querent/core/strategy';
import { startEutilsService } from '../eutilsService/index.ts';
import type { EutilsService } from '../eutilsService/index.ts';
import { answerStore } from './answerStore.ts';
import { rememberedEngine } from './rememberedEngine.ts';
import { seedRecordStore } from './seedRecords.ts';

const samples = resolve(import.meta.dirname, '../../../samples/citations.jsonl');
let folder: string;
let service: EutilsService;
let isOpen = true;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-offline-'));
  service = await startEutilsService({ corpus: samples, cachePath: join(folder, 'service'), rate: 0 });
});
afterAll(async () => {
  if (isOpen) await service.close();
  await rm(folder, { recursive: true, force: true });
});

const strategy = parseStrategy(
  '#1 falls[tiab] OR "Accidental Falls"[mh]\n#2 exercise*[tiab]\n#3 older[tiab] OR aged[tiab]\n#4 #1 AND #2 AND #3\n',
);
const lines = ['1', '2', '3', '4'].map((label): ResolvedQuery => {
  const query = resolveLine(strategy, label);
  if (isUnresolvable(query)) throw new Error(query.problem);
  return query;
});
const seeds = ['90000001', '90000002', '90000003', '90000105'];

/** A process of the day: the real connector with what is kept in the folder. */
async function measured(now: Date): Promise<readonly (Measurement | SearchError)[]> {
  const store = answerStore(join(folder, 'answers'));
  const engine = rememberedEngine(
    createPubMedEngine({
      baseUrl: service.url,
      gate: { enter: async () => undefined },
      firstPauseMs: 1,
      clock: { now: () => now.getTime(), sleep: () => Promise.resolve() },
      seedRecords: seedRecordStore(store, 'pubmed', () => now),
    }),
    store,
    { now: () => now },
  );
  try {
    return await measureAll(engine, lines, seeds);
  } finally {
    await engine.close();
  }
}

const numbers = (each: Measurement | SearchError): unknown =>
  each instanceof SearchError ? each : { count: each.count, found: each.found, missed: each.missed };

it('a strategy is measured once a day, shown offline with its age', async () => {
  const monday = new Date(2026, 2, 2, 9);
  const first = await measured(monday);
  const { requests, byUtility } = service.statistics();
  // A count for each line, the records of the seeds, and what it takes to be sure of them.
  expect(byUtility['efetch']).toBe(1);
  expect(requests).toBeLessThanOrEqual(lines.length + 4);
  expect(first.map((each) => (each as Measurement).count)).not.toContain(0);
  expect((first[0] as Measurement).missed).toContain('90000105');

  expect(await measured(new Date(2026, 2, 2, 23))).toEqual(first);
  expect(service.statistics().requests).toBe(requests);

  const tuesday = await measured(new Date(2026, 2, 3, 9));
  expect(tuesday.map(numbers)).toEqual(first.map(numbers));
  // The seeds' records were still there.
  expect(service.statistics().byUtility['efetch']).toBe(1);
  expect(service.statistics().requests).toBeGreaterThan(requests);

  await service.close();
  isOpen = false;
  const wednesday = await measured(new Date(2026, 2, 4, 9));
  expect(wednesday.map(numbers)).toEqual(first.map(numbers));
  for (const each of wednesday)
    expect((each as Measurement).provenance).toMatchObject({
      at: new Date(2026, 2, 3, 9).toISOString(),
      offline: expect.stringMatching(/^PubMed cannot be reached \(ECONNREFUSED\)/) as string,
    });
});
