import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProposalForm } from '../proposal.ts';
import { dominates, isAsGood, paretoFront } from './front.ts';
import type { Preference, Rankable } from './rank.ts';
import { rankProposals } from './rank.ts';

function proposal(
  query: string,
  count: number,
  found: number | undefined,
  more: Partial<Omit<Rankable, 'measurement' | 'query'>> = {},
): Rankable {
  return {
    query,
    origin: more.form === undefined ? 'model' : 'method',
    form: undefined,
    source: '',
    terms: 5,
    clauses: 2,
    estimatedWorth: undefined,
    whole: undefined,
    blocks: [],
    ...more,
    measurement: {
      count,
      found: Array.from({ length: found ?? 0 }, String),
      recall: found === undefined ? undefined : found / 10,
    },
  };
}
const ranked = (all: readonly Rankable[], preference: Preference = {}): string =>
  rankProposals(all, preference).map(({ query }) => query).join(' '); // prettier-ignore

describe('ranking with seeds', () => {
  it('goes by seeds found, then by records, within the budget first', () => {
    const all = [proposal('a', 100, 5), proposal('b', 50, 5), proposal('c', 80, 7), proposal('d', 900, 9)];
    expect(ranked(all)).toBe('d c b a');
    expect(ranked(all, { budget: 500 })).toBe('c b a d');
  });

  it('prefers fewer records among those that find the share that is wanted', () => {
    const all = [proposal('a', 100, 8), proposal('b', 50, 5), proposal('c', 400, 10), proposal('d', 900, 9)];
    expect(ranked(all, { recallFloor: 0.8, budget: 500 })).toBe('a c d b');
    expect(ranked(all, { recallFloor: 0.95, budget: 500 })).toBe('c a b d');
    // 3 of 10 is 0.3, however it is computed.
    expect(ranked([proposal('a', 10, 3), proposal('b', 9, 2)], { recallFloor: 0.1 + 0.2 })).toBe('a b');
  });

  it('puts what is made to measure for the seeds behind what finds others as well', () => {
    const tested = (found: number): Partial<Rankable> => ({
      usedSeeds: true,
      heldBackRecall: { found, total: 10, value: found / 10, interval: [0, 1] },
    });
    const all = [
      proposal('a', 100, 10, tested(2)),
      proposal('b', 900, 10, tested(10)),
      proposal('c', 500, 10, tested(8)),
      proposal('d', 50, 10, { usedSeeds: true }),
      proposal('e', 800, 10, { usedSeeds: false }),
      proposal('f', 700, 9, tested(9)),
    ];
    // 8 of 10 may be chance; 2 of 10 is not; of d it is not known.
    expect(ranked(all)).toBe('c e b d a f');
    expect(ranked(all, { recallFloor: 0.9 })).toBe('c f e b d a');
    // Where none could be tested there is nothing to tell them apart by.
    expect(ranked([proposal('a', 100, 3, { usedSeeds: true }), proposal('b', 200, 3)])).toBe('a b');
  });

  it('narrows a query at the least loss of seeds', () => {
    const all = [proposal('a', 100, 6), proposal('b', 50, 5), proposal('c', 400, 10)];
    const original = { count: 900, recall: 0.6 };
    expect(ranked(all, { goal: 'narrow', original })).toBe('a c b');
  });

  it('puts the simpler of two first that find as much in as many records, within 1 %', () => {
    const all = [
      proposal('a', 1000, 8, { terms: 20 }),
      proposal('b', 1009, 8, { terms: 3 }),
      proposal('c', 1018, 8, { terms: 1 }),
    ];
    // `c` is within 1 % of `b` but not of `a`, the first of the run.
    expect(ranked(all)).toBe('b a c');
    expect(ranked([...all].reverse())).toBe('b a c');
  });

  it('goes by the whole strategy where a block of it is rewritten', () => {
    const whole = (count: number, found: number) => proposal('', count, found).measurement;
    const all = [
      proposal('a', 10, 9, { whole: whole(500, 4) }),
      proposal('b', 5000, 9, { whole: whole(100, 6) }),
    ];
    expect(ranked(all, { budget: 600 })).toBe('b a');
  });
});

describe('ranking without seeds', () => {
  const forms = (worths: Partial<Record<ProposalForm, number>> = {}) => [
    proposal('precise', 50, undefined, { form: 'precise', estimatedWorth: worths.precise }),
    proposal('recall', 100, undefined, { form: 'recall', estimatedWorth: worths.recall }),
    proposal('readable', 80, undefined, { form: 'readable', estimatedWorth: worths.readable }),
  ];

  it('shows the readable form first, and what exceeds the budget last', () => {
    const all = [...forms(), proposal('much', 9000, undefined), proposal('model', 70, undefined)];
    expect(ranked(all, { budget: 1500 })).toBe('readable recall model precise much');
  });

  it('shows the forms that are wanted first, in their order', () => {
    expect(ranked([...forms(), proposal('model', 70, undefined)], { forms: ['precise', 'recall'] })).toBe(
      'precise model recall readable',
    );
  });

  it("puts a model's first only where it is worth more at no more records, and is as readable", () => {
    const worths = { readable: 0.8, recall: 0.9, precise: 0.5 };
    const model = (count: number, estimatedWorth: number, clauses = 2): Rankable =>
      proposal('model', count, undefined, { estimatedWorth, clauses });
    expect(ranked([...forms(worths), model(80, 0.81)])).toBe('model readable recall precise');
    expect(ranked([...forms(worths), model(81, 0.81)])).toBe('readable recall model precise');
    expect(ranked([...forms(worths), model(80, 0.8)])).toBe('readable recall model precise');
    expect(ranked([...forms(worths), model(70, 0.95, 30)])).toBe('readable model recall precise');
    expect(ranked([...forms(), model(80, 0.81)])).toBe('readable recall model precise');
  });

  it('does not call sums of pairs readable, however few blocks they stand in', () => {
    const blocks = (query: string): Partial<Rankable> => ({
      origin: 'combined',
      estimatedWorth: 0.95,
      blocks: [{ name: '', query }],
    });
    const all = forms({ readable: 0.8, recall: 0.96, precise: 0.5 });
    const pairs = proposal('x', 70, undefined, blocks('(a[tiab] AND b[tiab]) OR (c[tiab] AND d[tiab])'));
    expect(ranked([...all, pairs])).toBe('readable recall x precise');
    expect(ranked([...all, proposal('x', 70, undefined, blocks('"a AND b"[tiab] OR c[tiab]'))])).toMatch(
      /^x /,
    );
  });

  it("puts a model's query joined with the method's before the method's where it is worth nearly as much", () => {
    const joined = (estimatedWorth: number): Rankable =>
      proposal('joined', 1400, undefined, { origin: 'combined', form: 'recall', estimatedWorth });
    const all = forms({ recall: 0.9, readable: 0.9 });
    expect(ranked([...all, joined(0.88)], { budget: 1500, forms: ['recall'] })).toMatch(/^joined recall/);
    expect(ranked([...all, joined(0.8)], { budget: 1500, forms: ['recall'] })).toMatch(/^recall joined/);
    expect(ranked([...all, joined(0.88)], { budget: 1300, forms: ['recall'] })).toMatch(/^recall .*joined$/);
  });

  it('keeps that order among those that find as many seeds where a form is wanted', () => {
    const all = [
      proposal('recall', 1400, 5, { form: 'recall', estimatedWorth: 0.9 }),
      proposal('model', 60, 5, { estimatedWorth: 0.4 }),
      proposal('better', 700, 6, { estimatedWorth: 0.2 }),
    ];
    expect(ranked(all, { forms: ['recall'], budget: 1500 })).toBe('better recall model');
    expect(ranked(all, { budget: 1500 })).toBe('better model recall');
  });
});

const numbers = fc.record({
  count: fc.integer({ min: 1, max: 60 }),
  found: fc.integer({ min: 0, max: 4 }),
  terms: fc.integer({ min: 1, max: 4 }),
  clauses: fc.integer({ min: 1, max: 12 }),
  origin: fc.constantFrom('method', 'model', 'combined' as const),
  form: fc.constantFrom(undefined, 'recall', 'readable', 'precise' as const),
  usedSeeds: fc.boolean(),
  heldBackRecall: fc.option(
    fc
      .integer({ min: 0, max: 4 })
      .map((found) => ({ found, total: 4, value: found / 4, interval: [0, 1] as const })),
    { nil: undefined },
  ),
  estimatedWorth: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
});
const lists = (hasSeeds: boolean) =>
  fc
    .array(numbers, { maxLength: 12 })
    .map((all) => all.map(({ count, found, ...more }, i) => proposal(`q${i}`, count, hasSeeds ? found : undefined, more))); // prettier-ignore
const preferences: fc.Arbitrary<Preference> = fc.record({
  budget: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
  recallFloor: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
  forms: fc.option(fc.uniqueArray(fc.constantFrom('recall', 'readable', 'precise' as const)), {
    nil: undefined,
  }),
  goal: fc.constantFrom(undefined, 'improve', 'catch-missed', 'narrow' as const),
});

describe('ranking, whatever there is', () => {
  it.each([true, false])(
    'loses none, and does not depend on the order they come in (seeds: %s)',
    (hasSeeds) => {
      fc.assert(
        fc.property(
          lists(hasSeeds).chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))), // prettier-ignore
          preferences,
          ([all, shuffled], preference) => {
            const order = rankProposals(all, preference);
            expect([...order].map(({ query }) => query).sort()).toEqual(all.map(({ query }) => query).sort());
            expect(rankProposals(shuffled, preference)).toEqual(order);
          },
        ),
      );
    },
  );

  it('never puts what another is better than in everything before that other', () => {
    fc.assert(
      fc.property(lists(true), preferences, fc.option(fc.nat(4)), (listed, preference, found) => {
        // Tested alike, so that none loses more on seeds held back: that is one thing more to be better in.
        const tested = (one: Rankable): Rankable => {
          if (found === null) return { ...one, usedSeeds: false };
          const value = found / 4;
          const heldBackRecall = { found, total: 4, value, interval: [0, 1] as const };
          return { ...one, usedSeeds: true, heldBackRecall, measurement: { ...one.measurement, recall: 1 } };
        };
        const all = listed.map(tested);
        const order = rankProposals(all, { ...preference, forms: undefined });
        order.forEach((one, i) => {
          for (const before of order.slice(0, i))
            expect(one.terms <= before.terms && dominates(one, before)).toBe(false);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('has no proposal on its front that another finds as many seeds in fewer records than, however short', () => {
    const short = proposal('short', 5000, 5, { terms: 1 });
    const good = proposal('good', 500, 8, { terms: 30 });
    const longer = proposal('longer', 500, 8, { terms: 31 });
    const wide = proposal('wide', 900, 9, { terms: 40 });
    expect([...paretoFront([short, good, longer, wide])]).toEqual([good, wide]);
  });

  it('has a front that nothing beats and that beats all the rest', () => {
    fc.assert(
      fc.property(lists(true), (all) => {
        const front = paretoFront(all);
        for (const one of all) {
          const beaten = all.filter((other) => dominates(other, one));
          expect(front.has(one)).toBe(beaten.length === 0);
          if (!front.has(one)) expect([...front].some((other) => isAsGood(other, one))).toBe(true);
        }
      }),
    );
  });
});
