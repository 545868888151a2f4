/**
 * Cosine of the angle between two vectors, -1..1; they need not be normalised. Undefined where there is none: vectors of different
 * length, without a dimension, of zeros only, or with a value that is not finite.
 */
export function cosineSimilarity(a: ArrayLike<number>, b: ArrayLike<number>): number | undefined {
  if (a.length !== b.length) return undefined;
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] ?? 0, b[i] ?? 0];
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  const cosine = dot / (Math.sqrt(aa) * Math.sqrt(bb));
  return Number.isFinite(cosine) ? Math.min(1, Math.max(-1, cosine)) : undefined;
}
