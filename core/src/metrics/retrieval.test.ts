import { expect, it } from 'vitest';
import { fBeta, numberNeededToRead, precision, recall } from './retrieval.ts';

it.each([
  ['recall', recall(3, 4), 0.75],
  ['recall without anything relevant', recall(0, 0), undefined],
  ['precision', precision(3, 12), 0.25],
  ['precision of nothing found', precision(0, 0), undefined],
  ['precision of noise', precision(0, 5), 0],
  ['number needed to read', numberNeededToRead(3, 12), 4],
  ['number needed to read where nothing relevant is found', numberNeededToRead(0, 12), undefined],
  ['F1', fBeta(0.5, 1, 1), 2 / 3],
  ['F3', fBeta(0.1, 1, 3), (10 * 0.1) / (9 * 0.1 + 1)],
  ['F0 is precision', fBeta(0.5, 1, 0), 0.5],
  ['F of nothing', fBeta(0, 0, 1), 0],
  ['F0 without recall', fBeta(0.5, 0, 0), 0],
])('%s', (_, is, expected) => {
  if (expected === undefined) expect(is).toBeUndefined();
  else expect(is).toBeCloseTo(expected, 12);
});
