/**
 * Whole numbers from 0 to 2^32 - 1 that the same `seed` gives again on every machine: Chris Doty-Humphrey's `sfc32` (public domain; 128 bits
 * of state, passes PractRand), after twelve rounds of mixing the seed in. For sampling, never for secrets.
 * @param seed a whole number, 0..2^53 - 1
 */
export function seededRandom(seed: number): () => number {
  let [a, b, c, counter] = [Math.floor(seed / 2 ** 32) | 0, seed | 0, 0, 1];
  const next = (): number => {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + result) | 0;
    return result >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}

/** A whole number from 0 to `count` - 1, each as likely but for `count` / 2^32. */
export function below(count: number, random: () => number): number {
  return Math.floor((random() / 2 ** 32) * count);
}
