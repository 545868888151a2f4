import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { resolveExpression, resolveExpressionText } from '../../ctgov/index.ts';
import type { ResolvedExpression } from '../../ctgov/index.ts';
import { measure, SearchError } from '../../search/index.ts';
import { parseStrategy } from '../../strategy/index.ts';
import type { Gate } from '../gate.ts';
import { TrialsRegistry } from '../testing/trialsRegistry.ts';
import type { InventedTrial } from '../testing/trialsRegistry.ts';
import { createTrialsEngine } from './engine.ts';
import type { TrialsEngine, TrialsOptions } from './engine.ts';

const nct = (number: number): string => `NCT${String(number).padStart(8, '0')}`;

/** 2,500 trials: every second one is about asthma, every tenth about children, 7 about budesonide. */
const trials: readonly InventedTrial[] = Array.from({ length: 2500 }, (_, index) => ({
  id: nct(index + 1),
  title: `${index % 2 === 0 ? 'Asthma' : 'Eczema'} ${index % 10 === 0 ? 'in children' : 'in adults'} ${index}`,
  conditions: [index % 2 === 0 ? 'Asthma' : 'Eczema'],
  posted: `${2000 + (index % 25)}-0${1 + (index % 9)}-15`,
  summary: index % 400 === 0 ? 'Budesonide is inhaled.' : 'Something else.',
  ...(index === 0 ? { aliases: [nct(90_000_000)] } : {}),
}));

let registry: TrialsRegistry;
beforeAll(async () => {
  registry = await TrialsRegistry.start(trials);
});
afterEach(() => registry.reset());
afterAll(() => registry.close());

const open: Gate = { enter: async () => undefined };

function engine(options: TrialsOptions = {}): TrialsEngine {
  return createTrialsEngine({ baseUrl: registry.url, gate: open, firstPauseMs: 1, ...options });
}

function expression(text: string): ResolvedExpression {
  const resolved = resolveExpressionText(text);
  if ('problem' in resolved) throw new Error(resolved.problem);
  return resolved;
}

function lines(text: string): ResolvedExpression[] {
  const document = parseStrategy(text);
  return document.lines.map(({ label }) => {
    const resolved = resolveExpression(document, label);
    if ('problem' in resolved) throw new Error(resolved.problem);
    return resolved;
  });
}

async function failure(work: Promise<unknown>): Promise<SearchError> {
  const error: unknown = await work.then(
    (value) => `no error but ${JSON.stringify(value)}`,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SearchError);
  return error as SearchError;
}

const asked = (name: string): (string | undefined)[] =>
  registry.seen.map(({ parameters }) => parameters.get(name));

describe('what is sent', () => {
  it('is the expression as it is written, with every character encoded', async () => {
    await engine().count(expression('AREA[TitleSearch]("α & β #1" OR 50%+) AND NOT x=y'));
    expect(registry.seen[0]?.path).toBe('/api/v2/studies');
    expect(asked('query.term')).toEqual(['AREA[TitleSearch]("α & β #1" OR 50%+) AND NOT x=y']);
    expect(asked('countTotal')).toEqual(['true']);
    expect(registry.seen[0]?.agent).toBe('querent');
  });

  it.each([
    [{ until: '2016-09-30' }, 'AREA[StudyFirstPostDate]RANGE[MIN,2016-09-30]'],
    [{ since: '2010-01-01', until: '2016-09-30' }, 'AREA[StudyFirstPostDate]RANGE[2010-01-01,2016-09-30]'],
    [{ since: '2024-01-01', dateType: 'edat' }, 'AREA[LastUpdatePostDate]RANGE[2024-01-01,MAX]'],
    [{ since: '2024-01-01', dateType: 'crdt' }, 'AREA[StudyFirstSubmitDate]RANGE[2024-01-01,MAX]'],
    [{}, undefined],
  ] as const)('limits %j to days as %s', async (options, filter) => {
    await engine().count(expression('asthma'), options);
    expect(asked('filter.advanced')).toEqual([filter]);
    expect(asked('query.term')).toEqual(['asthma']);
  });

  it('refuses what is no day without asking', async () => {
    expect((await failure(engine().count(expression('a'), { until: 'May 2016' }))).code).toBe('rejected');
    expect(registry.seen).toEqual([]);
  });

  it.each([
    [undefined, 'ctgov'],
    ['https://clinicaltrials.gov', 'ctgov'],
    ['http://127.0.0.1:8080/', 'ctgov:http://127.0.0.1:8080/api/v2/'],
    ['http://127.0.0.1:8080/api/v2', 'ctgov:http://127.0.0.1:8080/api/v2/'],
  ])('%s is %s', (baseUrl, id) => {
    expect(createTrialsEngine(baseUrl === undefined ? {} : { baseUrl }).id).toBe(id);
  });
});

describe('counts, ids and records', () => {
  it('counts, also nothing', async () => {
    const trialsEngine = engine();
    expect((await trialsEngine.count(expression('asthma'))).count).toBe(1250);
    expect((await trialsEngine.count(expression('asthma'), { until: '2004-12-31' })).count).toBe(250);
    const none = await trialsEngine.count(expression('nonsense'));
    expect(none.count).toBe(0);
    expect(none.provenance).toMatchObject({
      engine: trialsEngine.id,
      at: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  it('lists more ids than a page holds, newest first', async () => {
    const { ids, count } = await engine().search(expression('asthma'));
    expect(count).toBe(1250);
    expect(new Set(ids).size).toBe(1250);
    expect(registry.seen).toHaveLength(2);
    const years = ids.map((id) => trials.find((trial) => trial.id === id)?.posted ?? '');
    expect(years).toEqual([...years].sort().reverse());
  });

  it('pages on with one request, also far behind', async () => {
    const trialsEngine = engine();
    const all = (await trialsEngine.search(expression('asthma'))).ids;
    registry.reset();
    const paging = engine();
    for (const offset of [0, 50, 100]) {
      const page = await paging.search(expression('asthma'), { offset, limit: 50 });
      expect(page.ids).toEqual(all.slice(offset, offset + 50));
      expect(page.count).toBe(1250);
    }
    expect(registry.seen).toHaveLength(3);
    expect((await paging.search(expression('asthma'), { offset: 1240, limit: 50 })).ids).toEqual(
      all.slice(1240),
    );
    expect((await paging.search(expression('asthma'), { offset: 2000, limit: 50 })).ids).toEqual([]);
    expect(await paging.search(expression('asthma'), { limit: 0 })).toMatchObject({ ids: [], count: 1250 });
  });

  it('begins anew when the service has forgotten a page', async () => {
    const trialsEngine = engine();
    await trialsEngine.search(expression('asthma'), { limit: 50 });
    let refused = false;
    registry.interfere = (response, { parameters }) => {
      if (refused || !parameters.has('pageToken')) return false;
      refused = true;
      response.writeHead(400).end('Incorrect format of page token');
      return true;
    };
    expect((await trialsEngine.search(expression('asthma'), { offset: 50, limit: 50 })).ids).toHaveLength(50);
    expect(refused).toBe(true);
  });

  it('gives all ids page by page, and no list that lacks some looks whole', async () => {
    const sizes: number[] = [];
    for await (const ids of engine().allIds(expression('asthma OR eczema'))) sizes.push(ids.length);
    expect(sizes).toEqual([1000, 1000, 500]);
    registry.interfere = (response, { parameters }) => {
      if (parameters.get('pageToken') !== 'page-1000') return false;
      response.writeHead(200).end(JSON.stringify({ studies: [] }));
      return true;
    };
    const cut = async (): Promise<void> => {
      for await (const ids of engine().allIds(expression('asthma OR eczema'))) expect(ids).toHaveLength(1000);
    };
    expect((await failure(cut())).message).toContain('listed 1000 of 2500 studies');
    expect((await failure(engine().search(expression('asthma')))).message).toContain('1000 of 1250');
  });

  it('gives summaries and whole records in the order of the ids, former numbers included', async () => {
    const ids = [nct(401), nct(77_000_000), nct(90_000_000), '12345'];
    const summaries = await engine().summaries(ids);
    expect(summaries).toEqual([
      {
        id: nct(401),
        title: 'Asthma in children 400',
        year: 2000,
        journal: 'ClinicalTrials.gov',
        authors: ['Invented University'],
      },
      expect.objectContaining({ id: nct(90_000_000), title: 'Asthma in children 0' }),
    ]);
    const records = [];
    for await (const batch of engine().fetchRecords(ids)) records.push(...batch);
    expect(records).toMatchObject([
      {
        id: nct(401),
        title: 'Asthma in children 400',
        abstract: 'Budesonide is inhaled.',
        keywords: ['Asthma'],
        date: '2000-05-15',
        more: { databankIds: [`ClinicalTrials.gov/${nct(401)}`] },
      },
      { id: nct(90_000_000), more: { articleIds: [nct(1)] } },
    ]);
  });

  it('fetches many records in portions', async () => {
    const ids = trials.slice(0, 250).map(({ id }) => id);
    const sizes: number[] = [];
    for await (const batch of engine().fetchRecords(ids)) sizes.push(batch.length);
    expect(sizes).toEqual([100, 100, 50]);
  });
});

describe('seeds', () => {
  const seeds = [nct(90_000_000), nct(2), nct(11), '17', nct(77_000_000)];

  it('are looked for with a filter of ids, NCT numbers only, former ones included', async () => {
    expect(await engine().matching(expression('asthma'), seeds)).toEqual([nct(90_000_000), nct(11)]);
    expect(asked('filter.ids')).toEqual([[nct(90_000_000), nct(2), nct(11), nct(77_000_000)].join(',')]);
    registry.reset();
    expect(await engine().matching(expression('asthma'), ['17', '18'])).toEqual([]);
    expect(registry.seen).toEqual([]);
  });

  it('need no request of their own where the count brought all ids along', async () => {
    const few = expression('AREA[TitleSearch]asthma AND children AND 4');
    expect(await measure(engine(), few, seeds)).toMatchObject({ found: [], missed: seeds });
    expect(registry.seen).toHaveLength(1);
    registry.reset();
    expect(await measure(engine(), expression('budesonide'), seeds)).toMatchObject({
      count: 7,
      found: [nct(90_000_000)],
    });
    expect(registry.seen).toHaveLength(1);
    registry.reset();
    expect((await measure(engine(), expression('asthma'), seeds)).found).toEqual([nct(90_000_000), nct(11)]);
    expect(registry.seen).toHaveLength(2);
  });

  it('in a thousand are asked for in portions that fit into addresses', async () => {
    const many = trials.slice(0, 1200).map(({ id }) => id);
    expect(await engine().matching(expression('asthma'), many)).toHaveLength(600);
    expect(registry.seen.length).toBeLessThan(5);
    for (const { parameters } of registry.seen)
      expect(new URLSearchParams([...parameters]).toString().length).toBeLessThan(8000);
  });

  const strategy = [
    '#1 asthma',
    '#2 eczema',
    '#3 children',
    '#4 #1 OR #2',
    '#5 #4 AND #3',
    '#6 #5 AND NOT #2',
    '#7 NOT #1',
    '#8 #3 AND adults',
  ];

  it('of lines that only combine others follow from those, and are what asking would give', async () => {
    const queries = lines(strategy.join('\n'));
    const all = await engine().matchingAll(queries, seeds);
    // #1, #2, #3, #7 (everything but asthma) and #8 (words of its own).
    expect(registry.seen).toHaveLength(5);
    for (const [index, query] of queries.entries())
      expect([index, all[index]]).toEqual([index, await engine().matching(query, seeds)]);
  });

  it('of a line alone take one request, whatever it is made of', async () => {
    const [, , , , five] = lines(strategy.join('\n'));
    if (five === undefined) throw new Error('no line');
    expect(await engine().matchingAll([five], seeds)).toEqual([[nct(90_000_000), nct(11)]]);
    expect(registry.seen).toHaveLength(1);
  });

  it('of a list of NCT numbers are in the list, in its dates', async () => {
    const list = expression(`${nct(1)}, ${nct(2)} ${nct(3)}`);
    expect((await engine().count(list)).count).toBe(3);
    expect((await engine().count(list, { until: '2000-12-31' })).count).toBe(1);
    expect(await engine().matching(list, seeds)).toEqual([nct(90_000_000), nct(2)]);
    expect(asked('query.term')).toEqual([undefined, undefined, undefined]);
  });

  it('of a batch with a fault have no answer at all', async () => {
    registry.interfere = (response, { parameters }) => {
      if (parameters.get('query.term') !== 'eczema') return false;
      response.writeHead(400, { 'Content-Type': 'text/plain' }).end('Error parsing query in Other terms: no');
      return true;
    };
    const error = await failure(engine().matchingAll(lines('#1 asthma\n#2 eczema'), seeds));
    expect(error).toMatchObject({
      code: 'rejected',
      message: 'ClinicalTrials.gov did not take the expression: no.',
    });
  });

  it('are asked for anew after "measure again", and so are pages', async () => {
    const own = engine();
    const budesonide = expression('budesonide');
    await own.count(budesonide);
    await own.matching(budesonide, seeds);
    expect(registry.seen).toHaveLength(1);
    await own.search(budesonide, { limit: 2 });
    await own.search(budesonide, { offset: 2, limit: 2 });
    expect(registry.seen).toHaveLength(3);
    own.again();
    await own.matching(budesonide, seeds);
    expect(registry.seen).toHaveLength(4);
    expect(registry.seen.at(-1)?.parameters.get('filter.ids')).toBeDefined();
    await own.search(budesonide, { offset: 2, limit: 2 });
    // From the beginning, since no page is known any more.
    expect(registry.seen.length).toBeGreaterThan(5);
  });
});
