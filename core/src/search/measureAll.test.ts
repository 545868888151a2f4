import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { memoryEngine } from '../connectors/index.ts';
import { citation } from '../corpus/testing/records.ts';
import type { ResolvedQuery } from '../pubmed/index.ts';
import { isUnresolvable, resolveText } from '../strategy/index.ts';
import { SearchError } from './engine.ts';
import type { SearchEngine } from './engine.ts';
import { foundSeeds, measure, measureAll } from './measurement.ts';

const library = memoryEngine([
  citation({ id: '1', title: 'falls in old age' }),
  citation({ id: '2', title: 'falls and exercise' }),
  citation({ id: '3', title: 'exercise' }),
]);
const seeds = ['2', '99', '1'];

function query(text: string): ResolvedQuery {
  const resolved = resolveText(text);
  if (isUnresolvable(resolved)) throw new Error(resolved.problem);
  return resolved;
}

let asked: string[];
/** Texts that are counted, and spoil every question about seeds that they are in. */
let spoilers: readonly string[];
let fault: SearchError | undefined;
beforeEach(() => {
  asked = [];
  spoilers = [];
  fault = undefined;
});

const textOf = (one: ResolvedQuery): string => (one.root.kind === 'term' ? one.root.text : one.key);

/** The library as a service that takes the seeds of many queries at once. */
const service: SearchEngine = {
  id: 'service',
  label: 'Service',
  count: async (one, options) => {
    asked.push(`count ${textOf(one)}`);
    if (textOf(one) === 'rejected') throw new SearchError('rejected', 'Not so.');
    return library.count(one, options);
  },
  search: (one, options) => library.search(one, options),
  matching: async (one, ids, options) => (await service.matchingAll?.([one], ids, options))?.[0] ?? [],
  matchingAll: async (queries, ids, options) => {
    const texts = queries.map(textOf);
    asked.push(`seeds ${texts.join(' ')}`);
    if (fault !== undefined) throw fault;
    if (texts.some((text) => spoilers.includes(text))) throw new SearchError('rejected', 'Not so.');
    return Promise.all(queries.map((one) => library.matching(one, ids, options)));
  },
  summaries: (ids, options) => library.summaries(ids, options),
  close: async () => {},
};

describe('measuring many queries', () => {
  it('gives the numbers of measuring each, whatever the engine can', async () => {
    const words = ['falls', 'exercise', 'age', 'nothing'];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...words)), fc.subarray(seeds), async (texts, wanted) => {
        const queries = texts.map((text) => query(`${text}[ti]`));
        const one = await Promise.all(queries.map((each) => measure(library, each, wanted)));
        const plain = (numbers: readonly unknown[]): unknown =>
          JSON.parse(JSON.stringify(numbers, (key, value: unknown) => (key === 'at' ? '' : value)));
        for (const engine of [library, service])
          expect(plain(await measureAll(engine, queries, wanted))).toEqual(plain(one));
      }),
      { numRuns: 50 },
    );
  });

  it('asks for equal queries once, and not for the seeds of an empty result', async () => {
    const counted: number[] = [];
    await measureAll(service, [query('falls'), query('exercise'), query('nothing'), query('falls')], seeds, {
      onCount: (at) => counted.push(at),
    });
    expect(asked).toEqual(['count falls', 'count exercise', 'count nothing', 'seeds falls exercise']);
    expect(counted.toSorted()).toEqual([0, 1, 2, 3]);
  });

  it('keeps the fault of a line to that line', async () => {
    spoilers = ['age'];
    const results = await measureAll(service, ['falls', 'rejected', 'age', 'exercise'].map(query), seeds);
    expect(results.map((one) => ('count' in one ? one.found.length : one.code))).toEqual([
      2,
      'rejected',
      'rejected',
      1,
    ]);
  });

  it('a fault of the engine is a fault of all, and no reason to ask line by line', async () => {
    fault = new SearchError('network', 'Gone.', true);
    const results = await measureAll(service, ['falls', 'age', 'exercise'].map(query), seeds);
    expect(results).toEqual([fault, fault, fault]);
    expect(asked.filter((one) => one.startsWith('seeds'))).toHaveLength(1);
  });

  it('asks for the seeds of one query as of one', async () => {
    expect(await foundSeeds(service, [query('falls')], seeds)).toEqual([['2', '1']]);
    expect(await foundSeeds(service, [], seeds)).toEqual([]);
    expect(asked).toEqual(['seeds falls']);
  });

  it('ends when it is cancelled', async () => {
    const signal = AbortSignal.abort();
    await expect(measureAll(library, [query('falls')], seeds, { signal })).rejects.toMatchObject({
      code: 'aborted',
    });
  });

  it('lets faults of the program through', async () => {
    const broken = { ...service, count: () => Promise.reject(new TypeError('a bug')) };
    await expect(measureAll(broken, [query('falls')], seeds)).rejects.toThrow('a bug');
  });
});
