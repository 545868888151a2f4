import { beforeAll, describe, expect, it } from 'vitest';
import { memoryEngine } from '../../connectors/index.ts';
import type { LocalEngine } from '../../connectors/index.ts';
import { citation } from '../../corpus/testing/records.ts';
import { isUnresolvable, resolveText } from '../../strategy/index.ts';
import { evidenceOf } from './evidence.ts';
import { missedSeeds } from './missedSeeds.ts';

let engine: LocalEngine;
beforeAll(() => {
  const record = (id: number, title: string, date = '2010-01-01') =>
    citation({ id: String(id), title, date });
  engine = memoryEngine([
    record(1, 'Aspirin after stroke'),
    record(2, 'Aspirin for headache'),
    record(3, 'Stroke units'),
    record(4, 'Aspirin after stroke in rats'),
    record(5, 'Aspirin after stroke, again', '2020-01-01'),
    record(6, 'Desmopressin'),
  ]);
});

async function why(query: string, missed: readonly string[], until?: string): Promise<readonly string[]> {
  const resolved = resolveText(query);
  if (isUnresolvable(resolved)) throw new Error(resolved.problem);
  const limits = until === undefined ? {} : { until };
  const evidence = await evidenceOf(resolved, engine, missed, limits);
  return (await missedSeeds(missed, evidence, engine, limits)).map((seed) => seed.why);
}

describe('why seeds are missed', () => {
  it('names the block, NOT, the search date, or that the record is not there', async () => {
    expect(
      await why('aspirin[ti] AND stroke[ti] NOT rats[ti]', ['2', '3', '4', '5', '6', '99'], '2015-01-01'),
    ).toEqual([
      'Lost by “stroke”; the other block finds it.',
      'Lost by “aspirin”; the other block finds it.',
      'NOT takes it away: “rats”.',
      'It is younger than the search date, 2015-01-01.',
      'No block finds it.',
      expect.stringContaining('It is not in '),
    ]);
  });

  it('of a query of one block says that no term finds it', async () => {
    expect(await why('aspirin[ti] OR stroke[ti]', ['6'])).toEqual(['None of the terms finds it.']);
  });

  it('gives the title, keeps the order, and stops at its limit', async () => {
    expect(await missedSeeds(['6', '2'], [], engine, { most: 1 })).toMatchObject([
      { id: '6', title: 'Desmopressin' },
    ]);
    expect(await missedSeeds([], [], engine)).toEqual([]);
  });

  it('stops when cancelled', async () => {
    const evidence = [{ name: 'a', query: 'aspirin[ti]', terms: [] }];
    const signal = AbortSignal.abort(new Error('No longer wanted.'));
    await expect(missedSeeds(['2'], evidence, engine, { signal })).rejects.toThrow('No longer wanted.');
  });
});
