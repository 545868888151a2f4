import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BooleanFacts } from '../facts.ts';
import { anyBooleanFacts, booleanFacts } from '../testing/facts.ts';
import { querentBoolean, termLimits } from './boolean.ts';

const earned = (facts: Partial<BooleanFacts>): number => querentBoolean(booleanFacts(facts)).reward;

it.each([
  // (12.1 / 20.1)·(1 - 0.1·400/1500)
  ['twelve of twenty in 400', {}, 0.585937],
  // (18.1 / 20.1)·0.9
  ['eighteen of twenty at the budget', { found: 18, records: 1500 }, 0.810448],
  // 20.1 / 20.1·(0.1 + 0.8/2)
  ['all, four times the budget', { found: 20, records: 6000 }, 0.5],
  // 0.1 + 0.8/√25,600
  ['all, in all of PubMed', { found: 20, records: 38_400_000 }, 0.105],
  ['nothing, in nothing', { found: 0, records: 0 }, 0.1 / 20.1],
  ['one relevant record of one, alone', { relevant: 1, found: 1, records: 1 }, 1 - 0.1 / 1500],
  ['half way to an endless list', { terms: 300 }, (0.585937 - 0.75) / 2],
  ['an endless list', { terms: 480, found: 20 }, -0.75],
  ['an invalid query', { isValid: false, found: 0, records: 0 }, -0.5],
  ['a bad form', { isWellFormed: false }, 0.435937],
  ['a query that games', { loopholes: ['knowledge'], found: 20, records: 20 }, -0.75],
  ['no answer', { answer: 'unreadable', isWellFormed: false, isValid: false, terms: 0 }, -1],
  ['an empty answer', { answer: 'empty', isValid: false, terms: 0 }, -1],
] as const)('%s', (_, facts, expected) => {
  expect(earned(facts)).toBeCloseTo(expected, 6);
});

it('prefers in order, on a topic of the house', () => {
  // Means over 32 topics in docs/evaluation.md, as of one topic of 100 relevant records and a budget of 1,500.
  const of = (found: number, records: number): number => earned({ relevant: 100, found, records });
  const [title, rarest, precise, recall] = [of(6, 0), of(71, 1269), of(80, 615), of(93, 1490)];
  expect(recall > precise && precise > rarest && rarest > title).toBe(true);
});

describe('always', () => {
  const asked = anyBooleanFacts.map((facts) => ({
    ...facts,
    ...({ answer: 'read', isValid: true, loopholes: [] } as const),
    records: Math.max(facts.records, facts.found),
    terms: Math.min(facts.terms, termLimits.free),
  }));
  const more = fc.integer({ min: 1, max: 5000 });

  it('grows with recall at equal records', () => {
    fc.assert(
      fc.property(asked, (facts) => {
        fc.pre(facts.found < facts.relevant);
        const better = { ...facts, found: facts.found + 1 };
        expect(querentBoolean(better).reward).toBeGreaterThan(querentBoolean(facts).reward);
      }),
    );
  });

  it('falls with records at equal recall, and by little with each', () => {
    fc.assert(
      fc.property(asked, more, (facts, further) => {
        const [now, next, later] = [0, 1, further].map(
          (add) => querentBoolean({ ...facts, records: facts.records + add }).reward,
        ) as [number, number, number];
        expect(later).toBeLessThan(now);
        expect(now - next).toBeLessThanOrEqual(0.4 / facts.budget + 1e-12);
      }),
    );
  });

  it('within the budget, 9·budget/relevant further records never outweigh a relevant one', () => {
    fc.assert(
      fc.property(
        asked,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (facts, a, b) => {
          fc.pre(facts.found < facts.relevant && facts.found < facts.budget);
          const records = Math.floor(facts.found + a * (facts.budget - facts.found));
          const further = Math.floor(
            b * Math.min(facts.budget - records, (9 * facts.budget) / facts.relevant),
          );
          const one = { ...facts, found: facts.found + 1, records: records + further };
          expect(querentBoolean(one).reward).toBeGreaterThan(querentBoolean({ ...facts, records }).reward);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('within the budget, nothing outweighs a ninth of the recall', () => {
    fc.assert(
      fc.property(asked, (facts) => {
        const found = facts.found + Math.ceil(facts.relevant / 9);
        fc.pre(found <= Math.min(facts.relevant, facts.budget));
        const full = { ...facts, found, records: facts.budget };
        const none = { ...facts, records: facts.found };
        expect(querentBoolean(full).reward).toBeGreaterThan(querentBoolean(none).reward);
      }),
    );
  });

  it('beyond it, twice the records take at most 30 % of the worth', () => {
    fc.assert(
      fc.property(asked, (facts) => {
        const worth = (records: number): number =>
          querentBoolean({ ...facts, isWellFormed: true, records }).reward;
        const records = Math.max(facts.records, facts.budget);
        expect(worth(2 * records)).toBeGreaterThanOrEqual(0.7 * worth(records));
      }),
    );
  });

  it('finding one earns more than finding none, in however many records', () => {
    fc.assert(
      fc.property(asked, fc.nat(100_000_000), (facts, records) => {
        const one = querentBoolean({ ...facts, found: 1, records: records + 1 }).reward;
        expect(one).toBeGreaterThan(querentBoolean({ ...facts, found: 0, records: 0 }).reward);
      }),
    );
  });

  it('falls, smoothly, with each term beyond those that are free, and not before', () => {
    fc.assert(
      fc.property(asked, fc.integer({ min: 0, max: termLimits.endless - 1 }), (facts, terms) => {
        const [now, next] = [terms, terms + 1].map((each) => querentBoolean({ ...facts, terms: each }).reward) as [number, number]; // prettier-ignore
        if (terms < termLimits.free) expect(next).toBe(now);
        else expect(next).toBeLessThan(now);
        expect(now - next).toBeLessThan(1.75 / (termLimits.endless - termLimits.free) + 1e-12);
      }),
    );
  });
});
