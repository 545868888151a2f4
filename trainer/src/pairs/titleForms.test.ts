import { memoryEngine } from '@querent/core/connectors';
import { loadThesaurus } from '@querent/core/mesh';
import { isUnresolvable, resolveText } from '@querent/core/strategy';
import { describe, expect, it } from 'vitest';
import { citation } from '../../../core/src/corpus/testing/records.ts';
import { titleForms, titleQuery } from './titleForms.ts';

const syllables = ['ba', 'de', 'fi', 'go', 'lu', 'mo', 'na', 'pe', 'ri', 'so', 'tu', 'va', 'we', 'xi', 'zo'];
/** `drug(3)` is another word than `drug(4)`; each is in one of 15 records. */
const word = (kind: string, n: number): string => `${kind}${syllables[n % 15] ?? ''}`;
const records = Array.from({ length: 450 }, (_, n) =>
  citation({
    id: String(n + 1),
    title: `${word('dru', n)} for ${word('ill', n * 7 + 3)} ${n % 2 === 0 ? 'fever' : 'pain'} in ${word('old', Math.floor(n / 15))} people ${n % 4 === 0 ? word('alt', n * 7 + 3) : ''}`,
  }),
);
const thesaurus = loadThesaurus([
  JSON.stringify({
    ui: 'D000001',
    name: 'Illba fever',
    entry: ['altba', 'Fever, illba', 'illba fever syndrome'],
    tree: ['C10.1'],
  }),
]);
const library = memoryEngine(records, { label: 'made', thesaurus });
const title = 'Druba for illba fever in oldde people: a randomised trial of 90 patients';
const queries = (text: string): Record<string, string> =>
  Object.fromEntries(titleForms(text, library).map(({ form, query }) => [form, query]));

describe('short queries of a title', () => {
  it('have its rarest concepts, and words that join nothing are in none', () => {
    expect(queries(title)).toEqual({
      phrases: 'druba AND illba fever',
      synonyms: 'druba AND (illba fever OR altba)',
      words: 'druba AND illba',
      three: 'druba AND illba fever AND oldde people',
      either: 'druba AND (illba fever OR oldde people)',
      'two-rarest': 'druba OR illba',
      'three-rarest': 'druba OR illba OR oldde',
      rarest: 'druba',
    });
  });

  it('can be searched', () => {
    for (const { query } of titleForms(title, library))
      expect(isUnresolvable(resolveText(query))).toBe(false);
  });

  it.each(['', 'A study of the effects', 'xyzzy', '90 (2)'])(
    'of nothing that is known there is none: %s',
    (text) => {
      expect(titleForms(text, library)).toEqual([]);
    },
  );
});

describe('the one that is taken', () => {
  const options = { id: 'a', seed: 1, budget: 100 };

  it('is the same for the same seed and topic, and another for others', async () => {
    const take = async (id: string, seed: number) => (await titleQuery(title, library, { ...options, id, seed }))?.form;
    expect(await take('a', 1)).toBe(await take('a', 1));
    const forms = await Promise.all(Array.from({ length: 40 }, async (_, i) => take(`t${i}`, i % 2)));
    expect(new Set(forms).size).toBeGreaterThan(2);
  });

  it('finds something within the budget', async () => {
    for (const budget of [1, 10, 100])
      for (const id of 'abcdefgh') {
        const taken = await titleQuery(title, library, { ...options, id, budget });
        if (taken === undefined) continue;
        const resolved = resolveText(taken.query);
        if (isUnresolvable(resolved)) throw new Error(resolved.problem);
        const { count } = await library.count(resolved);
        expect(count).toBeGreaterThan(0);
        expect(count).toBeLessThanOrEqual(budget);
      }
    expect(await titleQuery('Fever', library, { ...options, budget: 1 })).toBeUndefined();
  });
}); // prettier-ignore
