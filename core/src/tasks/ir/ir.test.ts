import { describe, expect, it } from 'vitest';
import type { Embedder } from '../../search/index.ts';
import { RowError } from '../task.ts';
import type { World } from '../world.ts';
import { completed, rankedWorld } from '../testing/rankedWorld.ts';
import { ir } from './index.ts';

/** Invented. */
const world = rankedWorld([
  'Exercise prevents falls in older people',
  'Falls of the elderly: balance training',
  'Water falls of the world',
  'Balance of payments',
  'Tai chi for balance',
]);
const target = { relevant: { '1': 2, '2': 1, '5': 1, '4': 0 }, question: 'Does exercise prevent falls?' };

describe('ranked retrieval', () => {
  it('measures a ranking by grades, ideal order by grade', async () => {
    // Only the first record has "exercise", so the ranking is known: 2 / log2(2) over 2 + 1/log2(3) + 1/log2(4).
    const { figures, problem } = await ir.measure('exercise', target, world);
    expect(problem).toBeUndefined();
    expect(figures['ndcg']).toBeCloseTo(2 / (2 + 1 / Math.log2(3) + 1 / 2), 12);
    expect(figures).toMatchObject({ recall10: 1 / 3, recall100: 1 / 3, hits1: 1, mrr: 1 });
  });

  it('does not depend on the order in which judgements are written', async () => {
    const turned = { relevant: { '5': 1, '2': 1, '4': 0, '1': 2 } };
    const query = 'balance falls exercise';
    expect((await ir.measure(query, turned, world)).figures).toEqual(
      (await ir.measure(query, target, world)).figures,
    );
  });

  it('cuts NDCG where it is told, and says ndcg10 besides', async () => {
    const { figures } = await ir.measure('balance', target, world, { k: 1 });
    expect(figures['ndcg']).not.toBe(figures['ndcg10']);
  });

  it('looks as deep as it is told to, and a thousand ranks deep for recall whatever it is told', async () => {
    const asked: (number | undefined)[] = [];
    const ranking: World['ranking'] = {
      ...world.ranking,
      rank: (query, options) => {
        asked.push(options?.limit);
        return world.ranking.rank(query, options);
      },
    };
    for (const k of [1, 2500]) await ir.measure('balance', target, { ...world, ranking }, { k });
    expect(asked).toEqual([1000, 2500]);
  });

  it('a failure is nothing found', async () => {
    for (const query of [undefined, '???', 'aspirin&retmax=3'])
      expect((await ir.measure(query, target, world)).figures).toEqual({
        ...{ ndcg: 0, ndcg10: 0, recall10: 0, recall100: 0, recall1000: 0 },
        ...{ hits1: 0, hits5: 0, hits20: 0, hits100: 0, mrr: 0 },
      });
  });

  it.each(['querent', 'deepretrieval'])('pays more for the better ranking: %s', async (reward) => {
    const paid = [];
    for (const query of ['exercise falls balance training', 'payments balance', 'zebra', '???'])
      paid.push((await ir.score(completed(query), target, world, { reward })).reward.reward);
    expect(paid).toEqual(paid.toSorted((a, b) => b - a));
  });

  it('ids of documents in the query are knowledge', async () => {
    const named = { relevant: ['10456'] };
    const scored = await ir.score(completed('falls 10456'), named, world);
    expect(scored.reward.components.penalty).toBeLessThan(0);
    const asked = await ir.score(completed('falls 10456'), named, world, { original: 'What is 10456?' });
    expect(asked.reward.components.penalty).toBe(0);
  });

  it('promises no operators', () => {
    for (const { system, instruction } of Object.values(ir.templates))
      expect(system + instruction).not.toMatch(/\b(?:AND|OR|NOT|Boolean|parenthes)/u);
  });

  it('has the wording that its id promises', () => {
    expect(Object.values(ir.templates).map(({ id, hash }) => `${id} ${hash.slice(0, 16)}`))
      .toMatchInlineSnapshot(`
      [
        "ranked-search/1 fa71e04d7083eec0",
        "ranked-search-direct/1 388cfe788f0bd38f",
      ]
    `);
  });
});

describe('semantic gain', () => {
  /** How often each letter occurs: near texts have near vectors. */
  function letters(): Embedder & { readonly texts: string[] } {
    const texts: string[] = [];
    return {
      id: 'letters',
      texts,
      embed: async (given) => {
        texts.push(...given);
        return given.map((text) =>
          Float32Array.from(
            'abcdefghijklmnopqrstuvwxyz',
            (letter) => text.toLowerCase().split(letter).length - 1,
          ),
        );
      },
    };
  }
  const options = { reward: 'semantic-gain', original: 'Does exercise prevent falls?' };

  it('is 0 for the question as it was, and more the nearer the documents', async () => {
    const embedder = letters();
    const earned = async (query: string): Promise<number> =>
      (await ir.score(completed(query), target, { ...world, embedder }, options)).reward.reward;
    expect(await earned(options.original)).toBeCloseTo(0, 12);
    const near = await earned(
      'Exercise prevents falls in older people, balance training of the elderly, tai chi',
    );
    expect(near).toBeGreaterThan(0);
    expect(await earned('zzz payments')).toBeLessThan(0);
    expect(await earned('&retmax=100 exercise')).toBe(-1);
    expect((await ir.score('no answer', target, { ...world, embedder }, options)).reward.reward).toBe(-1);
    // Question and documents were embedded once.
    expect(embedder.texts.filter((text) => text.startsWith('Tai chi'))).toHaveLength(1);
  });

  it('embeds some of very many documents', async () => {
    const embedder = letters();
    const many = rankedWorld(Array.from({ length: 50 }, (_, i) => `Exercise and falls, part ${i}`));
    const all = { relevant: Array.from({ length: 50 }, (_, i) => i + 1) };
    await ir.score(completed('falls'), all, { ...many, embedder }, options);
    expect(embedder.texts.filter((text) => text.includes('part'))).toHaveLength(32);
  });

  it('asks the model for nothing when another reward is paid', async () => {
    const embedder = letters();
    await ir.score(completed('falls'), target, { ...world, embedder });
    expect(embedder.texts).toEqual([]);
  });

  it('says what it lacks', async () => {
    await expect(ir.score(completed('falls'), target, world, options)).rejects.toMatchObject({
      code: 'unsupported',
    });
    const all = { ...world, embedder: letters() };
    await expect(ir.score(completed('x'), ['1'], all, { reward: 'semantic-gain' })).rejects.toThrow(RowError);
    await expect(ir.score(completed('x'), ['99'], all, options)).rejects.toThrow(/text of no relevant/u);
    const textless = { ranking: world.ranking, embedder: all.embedder };
    await expect(ir.score(completed('x'), ['98'], textless, options)).rejects.toMatchObject({
      code: 'unsupported',
    });
  });

  it('a model that gives too few vectors is a fault of the world', async () => {
    const broken: Embedder = { id: 'broken', embed: async () => [] };
    await expect(
      ir.score(completed('falls'), target, { ...world, embedder: broken }, options),
    ).rejects.toMatchObject({ code: 'internal', retryable: true });
  });
});

describe('rows', () => {
  it.each<[unknown, RegExp, string]>([
    [null, /target must be an object, not null/u, 'bad-row'],
    [{ relevant: 1 }, /relevant must be an object, not a number/u, 'bad-row'],
    [{ relevant: { a: '1' } }, /relevant\.a must be a grade, a number, not text/u, 'bad-row'],
    [{ relevant: { a: null } }, /relevant\.a must be a grade, a number, not null/u, 'bad-row'],
    [{ relevant: { ' ': 1 } }, /relevant is an empty id/u, 'bad-row'],
    [{ relevant: {} }, /relevant is empty/u, 'no-relevant'],
    [{ relevant: { a: 0, b: -1 } }, /relevant is empty/u, 'no-relevant'],
    [{ relevant: [] }, /relevant is empty/u, 'no-relevant'],
  ])('target %j', (value, message, code) => {
    expect(() => ir.checkTarget(value)).toThrow(message);
    expect(() => ir.checkTarget(value)).toThrow(expect.objectContaining({ code }) as RowError);
  });

  it('takes a list, numbers, leading zeros, claims and titles', async () => {
    expect((await ir.measure('exercise', [1, '0002', 2], world)).figures['recall10']).toBe(0.5);
    expect(ir.prompt({ claim: 'Falls happen.' }, 'direct').user).toContain('Question: Falls happen.');
    expect(ir.prompt({ title: 'Falls' }, 'direct').user).toContain('Question: Falls');
  });
});
