import { beforeAll, describe, expect, it } from 'vitest';
import { citation } from '../../core/src/corpus/testing/records.ts';
import { Comparison } from './compare.ts';
import { loadData, missingRecords } from './data.ts';
import type { VerifyData } from './data.ts';
import { generateQueries } from './generate.ts';
import { realQueries } from './queries.ts';

if (missingRecords !== undefined)
  console.warn(`Skipped: engine against reference evaluator. ${missingRecords}`);

// The whole comparison is `npm run verify`; this is a sample of it.
describe.skipIf(missingRecords !== undefined)('the engine against the reference evaluator', () => {
  let data: VerifyData = { records: [], thesaurus: undefined };
  let comparison: Comparison;

  beforeAll(async () => {
    data = await loadData(1_500, 7);
    comparison = new Comparison(data);
  }, 120_000);

  it('finds the same by generated queries', () => {
    const outcome = comparison.run(generateQueries(data, 700, 7));
    expect(outcome.mismatches).toEqual([]);
    expect(outcome.nonEmpty).toBeGreaterThan(350);
  }, 120_000);

  it('finds the same by real queries', () => {
    const outcome = comparison.run(realQueries().filter((_, i) => i % 4 === 0));
    expect(outcome.mismatches).toEqual([]);
    expect(outcome.nonEmpty).toBeGreaterThan(20);
  }, 120_000);

  it('tells a difference, and the smallest part of the query that shows it', () => {
    const records = [
      citation({ id: '1', title: 'Exercise prevents falls', mesh: ['Humans'] }),
      citation({ id: '2', title: 'Falls' }),
    ];
    const spoilt = records.map((record) => ({ ...record, mesh: [] }));
    const { mismatches } = new Comparison({ records, thesaurus: undefined }, spoilt).run([
      { name: 'one', text: '(falls[ti] OR exercis*[tiab]) AND (humans[mh] OR stroke[ti])' },
      { name: 'two', text: 'falls[ti]' },
    ]);
    expect(mismatches).toMatchObject([
      { name: 'one', smallest: 'humans[mh]', engineOnly: ['1'], referenceOnly: [] },
    ]);
  });

  it('makes the same queries for the same seed', () => {
    expect(generateQueries(data, 20, 3)).toEqual(generateQueries(data, 20, 3));
    expect(generateQueries(data, 20, 3)).not.toEqual(generateQueries(data, 20, 4));
  });
});
