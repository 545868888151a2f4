import { describe, expect, it } from 'vitest';
import { memoryEngine } from '../../connectors/index.ts';
import { citation } from '../../corpus/testing/records.ts';
import { SearchError } from '../../search/index.ts';
import type { SearchEngine } from '../../search/index.ts';
import { RowError } from '../task.ts';
import type { World } from '../world.ts';
import { publication } from './index.ts';

const titles = [
  'Aspirin after stroke',
  'Acetylsalicylic acid after stroke',
  'Aspirin for headache',
  'Stroke units',
  'Desmopressin in surgery',
];
const engine = memoryEngine(
  titles.map((title, i) => citation({ id: String(i + 1), title, date: `200${i}-05-01`, year: 2000 + i })),
);
const world: World = { citations: engine };
const target = { relevant: ['1', '2'] };
const wide = '(aspirin[tiab] OR "acetylsalicylic acid"[tiab]) AND stroke[tiab]';
const completed = (query: string): string =>
  `<think>Two concepts.</think><answer>${JSON.stringify({ query })}</answer>`;

describe('what a query earns and measures', () => {
  it.each<[string, string, Record<string, number | undefined>]>([
    ['all relevant, nothing else', wide, { recall: 1, precision: 1, f1: 1, f3: 1, nnr: 1, records: 2, valid: 1, success: 1 }],
    ['half of it', 'aspirin[tiab] AND stroke[tiab]', { recall: 0.5, precision: 1, records: 1, nnr: 1 }],
    ['noise too', 'stroke[tiab]', { recall: 1, precision: 2 / 3, records: 3, nnr: 1.5 }],
    ['nothing relevant', 'desmopressin[tiab]', { recall: 0, precision: 0, nnr: undefined, records: 1, valid: 1, success: 1 }],
    ['nothing', 'hantavirus[tiab]', { recall: 0, precision: 0, f3: 0, nnr: undefined, records: 0, valid: 1, success: 0 }],
    ['broken', '(stroke[tiab]', { recall: 0, precision: 0, f3: 0, nnr: undefined, records: undefined, valid: 0, success: 0 }],
  ])('%s', async (_, query, figures) => {
    const scored = await publication.score(completed(query), target, world);
    expect(scored.figures).toMatchObject(figures);
    expect(scored.figures).toEqual((await publication.measure(query, target, world)).figures);
    expect(scored.problem === undefined).toBe(scored.figures['valid'] === 1);
  }); // prettier-ignore

  it('is ordered by worth: all, some, none, broken, unreadable', async () => {
    const rewards = [];
    for (const completion of [
      wide,
      'aspirin[tiab] AND stroke[tiab]',
      'desmopressin[tiab]',
      '(stroke[tiab]',
    ].map(completed))
      // prettier-ignore
      rewards.push((await publication.score(completion, target, world)).reward.reward);
    rewards.push((await publication.score('I do not know.', target, world)).reward.reward);
    expect(rewards).toEqual(rewards.toSorted((a, b) => b - a));
    expect(new Set(rewards).size).toBe(rewards.length);
  });

  it('does not pay for everything because the library is small, unless the item says what a team screens', async () => {
    const citations = memoryEngine(
      Array.from({ length: 300 }, (_, i) =>
        citation({ id: String(i + 1), title: `${i < 10 ? 'Aspirin' : 'Exercise'} for patients` }),
      ),
    );
    const ten = { relevant: Array.from({ length: 10 }, (_, i) => i + 1) };
    const paid = async (query: string, budget?: number): Promise<number> =>
      (await publication.score(completed(query), ten, { citations }, budget === undefined ? {} : { budget }))
        .reward.reward;
    expect(await paid('aspirin[tiab]')).toBeCloseTo(0.9, 12);
    expect(await paid('patients[tiab]')).toBeCloseTo(0.1 + 0.8 / Math.sqrt(30), 12);
    expect(await paid('patients[tiab]', 300)).toBeCloseTo(0.9, 12);
    expect(await paid('patients[tiab]', 1500)).toBeCloseTo(0.98, 12);
  });

  it('counts what the library does not hold as missed, and tells how many', async () => {
    const { figures } = await publication.measure(wide, { relevant: ['1', '2', '98', '99'] }, world);
    expect(figures).toMatchObject({ recall: 0.5, unknown: 2 });
  });

  it('pays nothing where no relevant record is held, and still measures it as missed', async () => {
    const elsewhere = { relevant: ['98', '99'] };
    for (const query of [wide, '(stroke[tiab]'])
      await expect(publication.score(completed(query), elsewhere, world)).rejects.toMatchObject({
        name: 'RowError',
        code: 'no-relevant',
      });
    const { figures } = await publication.measure(wide, elsewhere, world);
    expect(figures).toMatchObject({ recall: 0, unknown: 2 });
  });

  it('asks once a target what the library holds', async () => {
    let asked = 0;
    const counting = new Proxy<SearchEngine>(engine, {
      get: (object, key) => {
        if (key === 'summaries') asked++;
        const value: unknown = Reflect.get(object, key, object);
        return typeof value === 'function' ? (value.bind(object) as unknown) : value;
      },
    });
    for (const query of [wide, 'stroke[tiab]', '(stroke'])
      await publication.score(completed(query), { relevant: ['2', '1'] }, { citations: counting });
    expect(asked).toBe(1);
  });

  it('a fault about ids is no fault of the query', async () => {
    const shy = failingWith(new SearchError('rejected', 'No such ids.'), 'summaries');
    expect((await publication.measure(wide, target, shy)).figures).toMatchObject({
      recall: 1,
      unknown: undefined,
    });
    const down = failingWith(new SearchError('network', 'Down.'), 'summaries');
    await expect(publication.score(completed('(broken'), target, down)).rejects.toThrow('Down.');
  });

  it('looks no further than the search date', async () => {
    const { figures } = await publication.measure(wide, target, world, { until: '2000-12-31' });
    expect(figures).toMatchObject({ recall: 0.5, records: 1 });
  });

  it('a completion with no query counts as a failure', async () => {
    const { figures, problem } = await publication.measure(undefined, target, world);
    expect(figures).toMatchObject({ recall: 0, precision: 0, valid: 0, success: 0, records: undefined });
    expect(problem).toBe('There is no query.');
  });
});

describe('what is no fault of the query is thrown', () => {
  it.each(['network', 'rate-limited', 'unsupported', 'bad-library', 'internal', 'aborted'] as const)(
    '%s',
    async (code) => {
      const failing = failingWith(new SearchError(code, 'It failed.'));
      await expect(publication.score(completed(wide), target, failing)).rejects.toMatchObject({ code });
    },
  );

  it('but a query that the engine rejects is an outcome', async () => {
    const refusing = failingWith(new SearchError('rejected', 'The query is too long.'));
    const { problem, reward, figures } = await publication.score(completed(wide), target, refusing);
    expect(problem).toBe('The query is too long.');
    expect(figures).toMatchObject({ recall: 0, valid: 0, unknown: 0 });
    expect(reward.reward).toBeLessThan(0);
  });

  it('a world without citations says what to do', async () => {
    await expect(publication.score(completed(wide), target, {})).rejects.toThrow(/--corpus/u);
  });

  it.each([
    [{ budget: 0 }, /budget must be a number of records, 1 or more, not 0/u],
    [{ until: '2020' }, /until: “2020” is not a day/u],
    [{ reward: 'none' }, /has no reward none\. It has querent, deepretrieval, autobool/u],
    [{ reward: 'constructor' }, /has no reward constructor/u],
  ])('options %j', async (options, message) => {
    const scoring = publication.score(completed(wide), target, world, options);
    await expect(scoring).rejects.toThrow(RowError);
    await expect(scoring).rejects.toThrow(message);
  });
});

describe('rows', () => {
  it.each<[unknown, RegExp]>([
    [undefined, /input must be an object, not missing/u],
    ['falls', /input must be an object, not text/u],
    [{}, /input asks nothing/u],
    [{ title: ' ', pico: {} }, /input asks nothing/u],
    [{ title: 7 }, /title must be text, not a number/u],
    [{ pico: 'older people' }, /pico must be an object, not text/u],
    [{ pico: { population: 7 } }, /pico\.population must be text, not a number/u],
    [{ pico: { I: ['exercise'] } }, /pico\.I must be text, not a list/u],
    [{ pico: { other: { objective: {} } } }, /pico\.objective must be text, not an object/u],
    [{ title: 'x', query: true }, /query must be text, not a boolean/u],
  ])('input %j', (input, message) => {
    expect(() => publication.prompt(input, 'reasoning')).toThrow(message);
    expect(() => publication.prompt(input, 'reasoning')).toThrow(RowError);
  });

  it('reads PICO by word and by letter, and ignores what it does not know', () => {
    const { user } = publication.prompt(
      { id: 7, pico: { P: 'older people', intervention: 'exercise', why: 3 }, relevant: null },
      'direct',
    );
    expect(user.split('\n').slice(0, 2)).toEqual(['P: older people', 'I: exercise']);
    const diagnostic = publication.prompt(
      { pico: { index_test_or_intervention: 'galactomannan' } },
      'direct',
    );
    expect(diagnostic.user).toContain('I: galactomannan');
  });

  it('survives huge values', () => {
    const { user } = publication.prompt({ title: 'word '.repeat(1_000_000) }, 'reasoning');
    expect(user.length).toBeLessThan(2_000);
  });

  it.each<[unknown, RegExp, string]>([
    [undefined, /target must be an object, not missing/u, 'bad-row'],
    [{}, /relevant must be a list, not missing/u, 'bad-row'],
    [{ relevant: '1' }, /relevant must be a list, not text/u, 'bad-row'],
    [{ relevant: ['1', {}] }, /relevant\[1\] must be an id, a text or a whole number, not an object/u, 'bad-row'],
    [{ relevant: [1.5] }, /relevant\[0\] must be an id, .*not 1\.5/u, 'bad-row'],
    [{ relevant: [''] }, /relevant\[0\] is an empty id/u, 'bad-row'],
    [{ relevant: [] }, /relevant is empty/u, 'no-relevant'],
    [[], /target is empty/u, 'no-relevant'],
  ])('target %j', (value, message, code) => {
    let thrown: unknown;
    try {
      publication.checkTarget(value);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(RowError);
    expect(thrown).toMatchObject({ code, message: expect.stringMatching(message) as string });
  }); // prettier-ignore

  it('takes numbers, leading zeros and repetitions, and the list alone', async () => {
    const { figures } = await publication.measure(wide, [1, '0002', ' 2 '], world);
    expect(figures).toMatchObject({ recall: 1, unknown: 0 });
  });
});

function failingWith(error: SearchError, method: keyof SearchEngine = 'count'): World {
  return {
    citations: new Proxy<SearchEngine>(engine, {
      get: (object, key) => {
        if (key === method) return () => Promise.reject(error);
        const value: unknown = Reflect.get(object, key, object);
        return typeof value === 'function' ? (value.bind(object) as unknown) : value;
      },
    }),
  };
}
