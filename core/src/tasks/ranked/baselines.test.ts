import { describe, expect, it } from 'vitest';
import { SearchError } from '../../search/index.ts';
import { rankedWorld } from '../testing/rankedWorld.ts';
import { rankedBaselines } from './baselines.ts';

/** Invented: ten texts on falls, of which most speak of balance, and many others that do not. */
const world = rankedWorld([
  ...Array.from({ length: 8 }, (_, i) => `Exercise against falls, balance training, group ${i} of patients`),
  'Falls of the elderly and vitamin supplements',
  'Exercise and sarcopenia',
  ...Array.from({ length: 20 }, (_, i) => `Patients with headache, series ${i}`),
]);

describe('baselines of ranked tasks', () => {
  it('original: the question as it is', async () => {
    expect(await rankedBaselines.original('  Does exercise help? ', world)).toBe('Does exercise help?');
    expect(await rankedBaselines.original(' ', world)).toBeUndefined();
  });

  it.each([
    [
      'Does exercise or sarcopenia or vitamin cause falls, and headache, in patients?',
      'sarcopenia vitamin exercise',
    ],
    ['headache headache headache', 'headache'],
    ['zebra and the falls', 'falls'],
    ['zebra', undefined],
    ['what is the', undefined],
    ['???', undefined],
  ])('rarest: %s', async (question, expected) => {
    expect(await rankedBaselines.rarest(question, world)).toBe(expected);
  });

  it('deterministic: the question twice, and the words that the first texts have and the library has not', async () => {
    const query = await rankedBaselines.deterministic('exercise falls', world);
    expect(query).toMatch(/^exercise falls exercise falls /u);
    const added = query?.split(' ').slice(4) ?? [];
    expect(added).toEqual(expect.arrayContaining(['balance', 'training', 'group']));
    expect(added.length).toBeLessThanOrEqual(10);
    expect(added.indexOf('balance')).toBeLessThan(added.indexOf('patients'));
    expect(added).not.toContain('headache');
    expect(await rankedBaselines.deterministic('exercise falls', world)).toBe(query);
    expect(await rankedBaselines.deterministic('zebra', world)).toBe('zebra zebra');
    expect(await rankedBaselines.deterministic('of the', world)).toBeUndefined();
  });

  it('a ranking that fails is no baseline without words', async () => {
    const ranking = { ...world.ranking, rank: () => Promise.reject(new SearchError('network', 'Down.')) };
    await expect(rankedBaselines.rarest('falls', { ranking })).rejects.toThrow('Down.');
    await expect(rankedBaselines.deterministic('falls', { ...world, ranking })).rejects.toThrow('Down.');
    await expect(rankedBaselines.deterministic('falls', { ranking: world.ranking })).rejects.toThrow(
      /--corpus/u,
    );
  });
});
