import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leakageOf } from './build.ts';
import { labelsOf } from './labels.ts';
import { connected, linksOf } from './links.ts';
import { jaccard, nearPairs, normalised } from './similarText.ts';
import type { SplitOptions } from './splits.ts';
import { splitTopics } from './splits.ts';
import { topic } from './testing/topics.ts';
import type { SplitName, Topic } from './topic.ts';
import { splitNames } from './topic.ts';

const defaults: SplitOptions = { split: 'overlap', shares: [0.8, 0.1, 0.1], seed: 1, chains: 'cut' };

function dealt(topics: readonly Topic[], options: Partial<SplitOptions> = {}) {
  const split = splitTopics(topics, linksOf(topics), { ...defaults, ...options });
  const part = (name: SplitName | undefined) => topics.filter((_, i) => split.parts[i] === name);
  return {
    ...split,
    part,
    parts: { train: part('train'), validation: part('validation'), test: part('test') },
  };
}

const words = [
  'stroke',
  'aspirin',
  'adults',
  'placebo',
  'falls',
  'exercise',
  'zinc',
  'iron',
  'asthma',
  'children',
];
/** Topics that share records, titles and words by chance, some dated, some given a part, some linked by name. */
const topics = fc
  .array(
    fc.record({
      relevant: fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 6 }),
      title: fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 8 }),
      year: fc.option(fc.integer({ min: 1990, max: 2020 }), { nil: undefined }),
      split: fc.option(fc.constantFrom(...splitNames), { nil: undefined, freq: 5 }),
      near: fc.option(fc.nat(40), { nil: undefined, freq: 5 }),
      source: fc.constantFrom('a', 'b'),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((rows) =>
    rows.map(({ relevant, title, year, split, near, source }, i) =>
      topic(`t${i}`, relevant.map(String), {
        input: { title: title.join(' ') },
        source,
        ...(year === undefined ? {} : { until: `${year}-06-01` }),
        ...(split === undefined ? {} : { split }),
        ...(near === undefined ? {} : { nearDuplicateOf: [`t${near}`] }),
      }),
    ),
  );
const options = fc.record({
  split: fc.constantFrom('overlap' as const, 'time' as const, 'given' as const),
  chains: fc.constantFrom('cut' as const, 'whole' as const),
  seed: fc.integer({ min: 0, max: 1000 }),
});

describe('parts', () => {
  it('have nothing in common, however they were made', () => {
    fc.assert(
      fc.property(topics, options, (some, how) => {
        const { parts, part } = dealt(some, how);
        for (const report of leakageOf(parts)) expect(report.all).toMatchObject({ leaking: 0 });
        // The same without the report, by hand.
        for (const train of parts.train)
          for (const test of [...parts.validation, ...parts.test]) {
            expect(labelsOf(train).filter((id) => labelsOf(test).includes(id))).toEqual([]);
            expect(normalised(String(train.input['title']))).not.toBe(
              normalised(String(test.input['title'])),
            );
            expect(train.nearDuplicateOf ?? []).not.toContain(test.id);
          }
        // What a source has put into the test stays there.
        expect(part('test').map(({ id }) => id)).toEqual(
          expect.arrayContaining(some.filter(({ split }) => split === 'test').map(({ id }) => id)),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('are the same for the same seed, and others for another', () => {
    const many = Array.from({ length: 400 }, (_, i) => topic(`t${i}`, [String(i), String((i * 7) % 400)]));
    const ids = (seed: number) =>
      dealt(many, { seed })
        .part('test')
        .map(({ id }) => id);
    expect(ids(1)).toEqual(ids(1));
    expect(ids(1)).not.toEqual(ids(2));
  });

  it('have their shares where topics are free, and every source is in every part', () => {
    const free = Array.from({ length: 1000 }, (_, i) =>
      topic(`t${i}`, [String(i)], { source: i < 100 ? 'small' : 'large' }),
    );
    const { part } = dealt(free);
    expect([part('train').length, part('validation').length, part('test').length]).toEqual([800, 100, 100]);
    expect(part('test').filter(({ source }) => source === 'small')).toHaveLength(10);
    expect(part(undefined)).toEqual([]);
  });

  it('by time have the newest in test, and what has no date in train', () => {
    const dated = Array.from({ length: 100 }, (_, i) =>
      topic(`t${i}`, [String(i)], { until: `${1920 + i}-01-01` }),
    );
    const { part } = dealt([...dated, topic('undated', ['900'])], { split: 'time' });
    expect(part('test').map(({ until }) => until)).toEqual(
      Array.from({ length: 10 }, (_, i) => `${2010 + i}-01-01`),
    );
    expect(part('validation').every(({ until = '' }) => until < '2010' && until >= '2000')).toBe(true);
    expect(part('train').map(({ id }) => id)).toContain('undated');
  });

  it('by time are in the order of time, whatever stays together', () => {
    const dated = Array.from(
      { length: 20 },
      (_, i) =>
      topic(`t${i}`, [String(i)], { until: `${1990 + i}-01-01`, input: { title: i < 13 || i > 17 ? `Question ${i}` : 'The same' } }), // prettier-ignore
    );
    const { part } = dealt(dated, { split: 'time', shares: [0.6, 0.2, 0.2] });
    const years = (name: SplitName): readonly number[] => part(name).map(({ until = '' }) => Number(until.slice(0, 4))); // prettier-ignore
    expect(years('test')).toEqual([2008, 2009]);
    expect(years('validation')).toEqual([2003, 2004, 2005, 2006, 2007]);
    expect(years('train')).toEqual(Array.from({ length: 13 }, (_, i) => 1990 + i));
    // A part that is wanted is not empty because the newest ones are too many.
    const updates = dated.map((each, i) => (i < 15 ? each : { ...each, input: { title: 'Updated' } }));
    expect(dealt(updates, { split: 'time', shares: [0.8, 0.1, 0.1] }).part('test')).toHaveLength(5);
  });

  it('keep chains whole when asked, and then leave nothing out', () => {
    // 50 topics in one chain, 50 alone.
    const chain = Array.from({ length: 50 }, (_, i) => topic(`c${i}`, [`1${i}`, `1${i + 1}`]));
    const alone = Array.from({ length: 50 }, (_, i) => topic(`a${i}`, [`9000${i}`]));
    const whole = dealt([...chain, ...alone], { chains: 'whole' });
    expect(whole.part(undefined)).toEqual([]);
    expect(new Set(chain.map((each) => whole.part('train').includes(each)))).toEqual(new Set([true]));
    expect(whole.chains).toEqual({ sets: 51, largest: 50 });
    // Cut, it lies in several parts, and only neighbours of the cuts are left out.
    const cut = dealt(chain, { chains: 'cut' });
    expect(cut.part('test').length).toBeGreaterThan(0);
    expect(cut.part(undefined).length).toBeLessThan(20);
  });

  it('are apart also where topics are tied by a name that is no topic here', () => {
    const review = (id: string, split: SplitName): Topic =>
      topic(id, [id], { split, nearDuplicateOf: ['left out'] });
    const { part } = dealt([review('a', 'test'), review('b', 'train'), topic('c', ['c'])], {
      split: 'given',
    });
    expect(part('train').map(({ id }) => id)).toEqual(['c']);
  });

  it.each([
    [['test', 'train'], ['a']],
    [['train', 'test'], ['b']],
    [['validation', 'test'], ['b']],
    [['train', 'validation'], ['b']],
  ] as const)('%j: of two near-duplicates the part that matters more keeps its own', (given, kept) => {
    const titles = ['Zinc or iron for anaemia in young children of Ghana', 'Zinc or iron for anaemia in the young children of Ghana']; // prettier-ignore
    const [a, b] = titles.map((title, i) => topic(i === 0 ? 'a' : 'b', [String(i)], { input: { title }, split: given[i] as SplitName })); // prettier-ignore
    const { parts } = dealt([a as Topic, b as Topic], { split: 'given' });
    expect(splitNames.flatMap((name) => parts[name].map(({ id }) => id))).toEqual(kept);
  });

  it('know a record only by a grade above 0, and the documents of a collection only within it', () => {
    const judged = (source: string): Topic => topic('a', [], { task: 'ir', source, target: { relevant: { d1: 2, d2: 0, d3: -1 } } }); // prettier-ignore
    expect(labelsOf(judged('a'))).toHaveLength(1);
    expect(labelsOf(judged('a'))).not.toEqual(labelsOf(judged('b')));
  });

  it('hold near-duplicates together by name, title and words', () => {
    const same = [
      topic('a', ['1'], { nearDuplicateOf: ['b'] }),
      topic('b', ['2']),
      topic('c', ['3'], { input: { title: 'Aspirin for stroke' } }),
      topic('d', ['4'], { input: { title: 'ASPIRIN for  Strôke!' } }),
      topic('e', ['5'], { input: { title: 'Zinc or iron for anaemia in young children of Ghana' } }),
      topic('f', ['6'], { input: { title: 'Zinc or iron for anaemia in the young children of Ghana' } }),
      topic('g', ['7'], { input: { title: 'Zinc for colds' } }),
    ];
    expect(connected(same.length, linksOf(same), false)).toEqual([[0, 1], [2, 3], [4, 5], [6]]);
  });
});

describe('near-duplicates by words', () => {
  it('are those that comparing all with all finds', () => {
    const text = fc.array(fc.constantFrom(...words), { maxLength: 9 }).map((some) => some.join(' '));
    fc.assert(
      fc.property(
        fc.array(text, { maxLength: 30 }),
        fc.constantFrom(0.5, 0.6, 0.8, 1),
        (texts, threshold) => {
          const sets = texts.map((each) => new Set(each.split(' ').filter((word) => word !== '')));
          const expected: string[] = [];
          for (const [i, a] of sets.entries())
            for (const [j, b] of sets.entries())
              if (i < j && a.size >= 5 && b.size >= 5 && jaccard(a, b) >= threshold)
                expected.push(`${i} ${j}`);
          expect(
            nearPairs(texts, threshold)
              .map(([i, j]) => `${i} ${j}`)
              .sort(),
          ).toEqual(expected.sort());
        },
      ),
      { numRuns: 500 },
    );
  });
});
