import { expect, it } from 'vitest';
import { Parameters } from './parameters.ts';

it.each<[text: string, number: number]>([
  ['7', 7],
  [' 0012 ', 12],
  ['100000', 100_000],
  // More than can be had is all that can be had, not the fallback.
  ['99999999999999999999', 999_999_999],
  ['-1', 20],
  ['1e3', 20],
  ['all', 20],
  ['', 20],
])('reads the whole number in %j as %d', (text, number) => {
  expect(new Parameters([['retmax', text]]).number('RetMax', 20)).toBe(number);
});
