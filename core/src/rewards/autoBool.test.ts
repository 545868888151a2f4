import { expect, it } from 'vitest';
import { autoBool } from './autoBool.ts';
import { booleanFacts } from './testing/facts.ts';

// Worked out from the formula when the reference was written down, before this code.
it.each([
  ['R = 1, P = 1', { relevant: 20, found: 20, records: 20 }, 20, 20],
  ['R = 1, P = 0.01', { relevant: 20, found: 20, records: 2000 }, 11.5019, 11.5019],
  ['R = 0.5, P = 0.01', { relevant: 20, found: 10, records: 1000 }, 5.751, 5.3755],
  ['R = 0.8, P = 0.02', { relevant: 20, found: 16, records: 800 }, 9.9044, 9.5235],
  ['R = 0.9, P = 0.001', { relevant: 20, found: 18, records: 18_000 }, 9.1859, 9.1673],
])('retrieval, %s', (_, facts, one, two) => {
  const first = autoBool(booleanFacts(facts));
  expect(first.components.outcome).toBeCloseTo(one, 4);
  expect(first.reward).toBeCloseTo(20 + one, 4);
  expect(autoBool(booleanFacts(facts), { alpha: 2 }).components.outcome).toBeCloseTo(two, 4);
});

it.each([
  ['nothing relevant found', { found: 0, records: 50 }, 10, 10, -5],
  ['nothing found', { found: 0, records: 0 }, 10, 10, -20],
  ['an invalid query', { isValid: false, found: 0, records: 0 }, 10, -10, -20],
  ['an empty answer', { answer: 'empty', isValid: false, found: 0, records: 0 }, -10, -10, -20],
  ['no answer', { answer: 'unreadable', isWellFormed: false, isValid: false, found: 0 }, -10, -10, -20],
  ['a bad form', { isWellFormed: false, relevant: 20, found: 20, records: 20 }, -10, 10, 20],
] as const)('%s', (_, facts, format, validity, outcome) => {
  const { reward, components } = autoBool(booleanFacts(facts));
  expect(components).toEqual({ format, validity, outcome, cost: 0, penalty: 0 });
  expect(reward).toBe(format + validity + outcome);
});
