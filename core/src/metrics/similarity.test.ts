import { expect, it } from 'vitest';
import { cosineSimilarity } from './similarity.ts';

it.each<[string, number[], number[], number | undefined]>([
  // scikit-learn, documentation of cosine_similarity: [0 0 0; 1 1 1] with [1 0 0; 1 1 0].
  ['1 1 1 and 1 0 0', [1, 1, 1], [1, 0, 0], 0.57735],
  ['1 1 1 and 1 1 0', [1, 1, 1], [1, 1, 0], 0.81649],
  ['the same direction', [1, 2], [10, 20], 1],
  ['the opposite', [1, -2], [-1, 2], -1],
  ['a right angle', [3, 0], [0, 4], 0],
  ['zeros', [0, 0, 0], [1, 0, 0], undefined],
  ['other lengths', [1, 2], [1, 2, 3], undefined],
  ['no dimension', [], [], undefined],
  ['no number', [NaN, 1], [1, 1], undefined],
])('%s', (_, a, b, expected) => {
  const is = cosineSimilarity(Float32Array.from(a), Float32Array.from(b));
  if (expected === undefined) expect(is).toBeUndefined();
  else expect(is).toBeCloseTo(expected, 4);
});

it('is never beyond 1, whatever is rounded', () => {
  for (let i = 1; i < 500; i++) {
    const vector = [Math.sqrt(i), 1 / i, i / 7];
    expect(cosineSimilarity(vector, vector)).toBeLessThanOrEqual(1);
  }
});
