import { expect, it } from 'vitest';
import { below, seededRandom } from './random.ts';

/** `sfc32` again, in whole numbers without bits: an independent reading of its definition. */
function slow(seed: bigint, count: number): bigint[] {
  const word = 2n ** 32n;
  let [a, b, c, counter] = [seed / word, seed % word, 0n, 1n];
  const next = (): bigint => {
    const result = (a + b + counter) % word;
    counter = (counter + 1n) % word;
    a = b ^ (b / 2n ** 9n);
    b = (c * 9n) % word;
    c = (((c * 2n ** 21n) % word) + c / 2n ** 11n + result) % word;
    return result;
  };
  for (let i = 0; i < 12; i++) next();
  return Array.from({ length: count }, next);
}

it.each([0, 1, 42, 2 ** 32, 2 ** 53 - 1])('seed %d gives what the definition says', (seed) => {
  const random = seededRandom(seed);
  expect(Array.from({ length: 50 }, () => BigInt(random()))).toEqual(slow(BigInt(seed), 50));
});

it('draws every place equally often, and other places with another seed', () => {
  const random = seededRandom(7);
  const times = new Array<number>(10).fill(0);
  for (let i = 0; i < 100_000; i++) {
    const at = below(10, random);
    times[at] = (times[at] ?? 0) + 1;
  }
  // Nine degrees of freedom: above 27.9 once in a thousand.
  expect(times.reduce((sum, each) => sum + (each - 10_000) ** 2 / 10_000, 0)).toBeLessThan(27.9);
  expect(seededRandom(1)()).not.toBe(seededRandom(2)());
});
