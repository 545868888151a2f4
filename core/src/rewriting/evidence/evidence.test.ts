import { beforeAll, describe, expect, it } from 'vitest';
import { memoryEngine } from '../../connectors/index.ts';
import type { LocalEngine } from '../../connectors/index.ts';
import { citation } from '../../corpus/testing/records.ts';
import type { ResolvedQuery } from '../../pubmed/index.ts';
import { SearchError } from '../../search/index.ts';
import type { SearchEngine } from '../../search/index.ts';
import { isUnresolvable, parseStrategy, resolveStrategy, resolveText } from '../../strategy/index.ts';
import { evidenceOf } from './evidence.ts';
import { blockPlaces } from './places.ts';

let engine: LocalEngine;
beforeAll(() => {
  const record = (id: number, title: string) => citation({ id: String(id), title });
  engine = memoryEngine([
    record(1, 'Aspirin after stroke'),
    record(2, 'Acetylsalicylic acid after stroke'),
    record(3, 'Aspirin for headache'),
    record(4, 'Stroke units'),
    record(5, 'Desmopressin'),
    record(6, 'Aspirin and acetylsalicylic acid after stroke in rats'),
  ]);
});

/** An engine as PubMed's: it tells numbers and no more. */
function distant(): SearchEngine & { asked: number } {
  const plain = {
    id: 'distant',
    label: 'a distant service',
    asked: 0,
    count: (...args: Parameters<SearchEngine['count']>) => {
      plain.asked++;
      return engine.count(...args);
    },
    search: engine.search.bind(engine),
    matching: engine.matching.bind(engine),
    summaries: engine.summaries.bind(engine),
    close: async () => undefined,
  };
  return plain;
}

function resolved(text: string): ResolvedQuery {
  const query = resolveText(text);
  if (isUnresolvable(query)) throw new Error(query.problem);
  return query;
}

function strategy(text: string): ResolvedQuery {
  const query = resolveStrategy(parseStrategy(text));
  if (isUnresolvable(query)) throw new Error(query.problem);
  return query;
}

const seeds = ['1', '2', '3', '6'];
const query = '(aspirin[ti] OR "acetylsalicylic acid"[ti]) AND stroke[ti] NOT rats[ti]';
const expected = [
  {
    name: 'aspirin',
    query: 'aspirin[ti] OR "acetylsalicylic acid"[ti]',
    count: 4,
    seeds: 4,
    seedsLost: [],
    terms: [
      { text: 'aspirin[ti]', count: 3, seeds: 3, adds: 2, seedsAdded: 2 },
      { text: '"acetylsalicylic acid"[ti]', count: 2, seeds: 2, adds: 1, seedsAdded: 1 },
    ],
  },
  {
    name: 'stroke',
    query: 'stroke[ti]',
    count: 4,
    seeds: 3,
    seedsLost: ['3'],
    terms: [{ text: 'stroke[ti]', count: 4, seeds: 3, adds: 4, seedsAdded: 3 }],
  },
  {
    name: 'rats',
    query: 'rats[ti]',
    isExcluded: true,
    count: 1,
    seeds: 1,
    seedsLost: ['6'],
    terms: [{ text: 'rats[ti]', count: 1, seeds: 1, adds: 1, seedsAdded: 1 }],
  },
];

describe('evidence', () => {
  it('of an engine that holds its records', async () => {
    expect(await evidenceOf(resolved(query), engine, seeds)).toEqual(expected);
  });

  it('is the same, measured one by one, of an engine that only counts', async () => {
    expect(await evidenceOf(resolved(query), distant(), seeds)).toEqual(expected);
  });

  it('is the same of an engine that finds the seeds of many queries at once, in a request for each kind of question', async () => {
    let together = 0;
    const service: SearchEngine = {
      ...distant(),
      matching: (one, ids, options) => {
        together++;
        return engine.matching(one, ids, options);
      },
      matchingAll: (queries, ids, options) => {
        together++;
        return Promise.all(queries.map((one) => engine.matching(one, ids, options)));
      },
    };
    expect(await evidenceOf(resolved(query), service, seeds)).toEqual(expected);
    // The whole, blocks, the others without each, terms, blocks without each.
    expect(together).toBe(5);
  });

  it('goes into the lines of a strategy, and says which block is which line', async () => {
    const lines =
      '#1 aspirin[ti] OR "acetylsalicylic acid"[ti]\n#2 stroke[ti]\n#3 #1 AND #2\n#4 #3 NOT rats[ti]';
    for (const asked of [engine, distant()])
      expect(await evidenceOf(strategy(lines), asked, seeds)).toEqual([
        { ...expected[0], label: '1' },
        { ...expected[1], label: '2' },
        expected[2],
      ]);
  });

  it('does not write out lines that use lines without end', async () => {
    const lines = ['#1 aspirin[ti]'];
    for (let i = 2; i <= 60; i++) lines.push(`#${i} #${i - 1} AND (#${i - 1} OR stroke[ti])`);
    const blocks = await evidenceOf(strategy(lines.join('\n')), engine, seeds);
    expect(blocks.length).toBeLessThanOrEqual(100);
    expect(blocks.every(({ query: text }) => text.length < 30_000)).toBe(true);
  });

  it('names what it could not ask within the limit, instead of a number', async () => {
    const service = distant();
    const blocks = await evidenceOf(resolved(query), service, seeds, { mostMeasurements: 5 });
    expect(service.asked).toBe(5);
    expect(blocks[1]?.terms).toEqual([
      { text: 'stroke[ti]', problem: expect.stringContaining('at most 5 searches') as string },
    ]);
  });

  it('says what a service does not answer, and fails where the whole has no answer', async () => {
    const service = distant();
    const count = service.count.bind(service);
    service.count = (asked, ...rest) =>
      asked.key === resolved('rats[ti]').key
        ? Promise.reject(new SearchError('network', 'The network is down.', true))
        : count(asked, ...rest);
    const blocks = await evidenceOf(resolved(query), service, seeds);
    expect(blocks[2]).toEqual({
      name: 'rats',
      query: 'rats[ti]',
      isExcluded: true,
      seedsLost: ['6'],
      terms: [{ text: 'rats[ti]', problem: 'The network is down.' }],
    });
    service.count = () => Promise.reject(new SearchError('network', 'The network is down.', true));
    await expect(evidenceOf(resolved(query), service, seeds)).rejects.toThrow('The network is down.');
  });

  it('stops when cancelled', async () => {
    const controller = new AbortController();
    const service = distant();
    const count = service.count.bind(service);
    service.count = (...args) => {
      if (service.asked === 3) controller.abort(new Error('No longer wanted.'));
      return count(...args);
    };
    await expect(evidenceOf(resolved(query), service, seeds, { signal: controller.signal })).rejects.toThrow(
      'No longer wanted.',
    );
  });

  it('follows thousands of lines, each of which uses the one before', async () => {
    const lines = Array.from({ length: 9_000 }, (_, i) => `#${i + 2} #${i + 1} AND aspirin[ti]`);
    const query = resolveStrategy(parseStrategy(['#1 stroke[ti]', ...lines].join('\n')));
    if (isUnresolvable(query)) throw new Error(query.problem);
    const places = blockPlaces(query);
    expect(places.map(({ label }) => label).slice(0, 2)).toEqual(['1', undefined]);
    expect(places).toHaveLength(100);
  });
});
