import { expect, it } from 'vitest';
import { memoryEngine } from '../connectors/index.ts';
import { citation } from '../corpus/testing/records.ts';
import { isUnresolvable, resolveText } from '../strategy/index.ts';
import type { Measurement } from './measurement.ts';
import { measure } from './measurement.ts';

const engine = memoryEngine([
  citation({ id: '1', title: 'falls in old age' }),
  citation({ id: '2', title: 'falls and exercise' }),
  citation({ id: '3', title: 'exercise' }),
]);

async function measured(text: string, seeds: readonly string[], until?: string): Promise<Measurement> {
  const query = resolveText(text);
  if (isUnresolvable(query)) throw new Error(query.problem);
  return measure(engine, query, seeds, until === undefined ? {} : { until });
}

it('counts records and seeds, seeds in the order given', async () => {
  expect(await measured('falls[ti]', ['3', '2', '99'])).toMatchObject({
    count: 2,
    found: ['2'],
    missed: ['3', '99'],
    recall: 1 / 3,
    precision: 1 / 2,
    nnr: 2,
  });
});

it('says nothing of recall and precision without seeds', async () => {
  const { count, found, missed, ...rest } = await measured('falls[ti]', []);
  expect([count, found, missed]).toEqual([2, [], []]);
  expect([rest.recall, rest.precision, rest.nnr]).toEqual([undefined, undefined, undefined]);
});

it('finds nothing without dividing by it', async () => {
  const { count, recall, precision, nnr } = await measured('nothing[ti]', ['1']);
  expect([count, recall, precision, nnr]).toEqual([0, 0, undefined, undefined]);
});

it('refuses a search date that is none, rather than measure without it', async () => {
  await expect(measured('falls[ti]', ['1'], '30.09.2016')).rejects.toMatchObject({ code: 'rejected' });
});
