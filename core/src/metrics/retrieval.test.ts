import { expect, it } from 'vitest';
import { fBeta, numberNeededToRead, precision, recall, workSavedOverSampling } from './retrieval.ts';

it.each([
  ['recall', recall(3, 4), 0.75],
  ['recall without anything relevant', recall(0, 0), undefined],
  ['precision', precision(3, 12), 0.25],
  ['precision of nothing found', precision(0, 0), undefined],
  ['precision of noise', precision(0, 5), 0],
  ['number needed to read', numberNeededToRead(3, 12), 4],
  ['number needed to read where nothing relevant is found', numberNeededToRead(0, 12), undefined],
  // Manning, Raghavan & Schütze, exercise 8.1: 8 relevant and 10 others returned, 20 relevant.
  ['Manning, precision', precision(8, 18), 8 / 18],
  ['Manning, recall', recall(8, 20), 0.4],
  ['Manning, F1 = 2·8 / (18 + 20)', fBeta(8 / 18, 0.4, 1), 16 / 38],
  // Cohen et al. 2006: (TN + FN) / N - (1 - R). Of 1,000, 400 read; 95 of 100 found: 600/1000 - 0.05.
  ['work saved at 95 % recall', workSavedOverSampling(0.95, 400, 1000), 0.55],
  ['work saved by reading all', workSavedOverSampling(1, 1000, 1000), 0],
  ['work saved by finding nothing', workSavedOverSampling(0, 0, 1000), 0],
  ['work wasted', workSavedOverSampling(0, 300, 1000), -0.3],
  ['work saved in nothing', workSavedOverSampling(0, 0, 0), undefined],
  ['F5', fBeta(0.1, 0.8, 5), (26 * 0.08) / (25 * 0.1 + 0.8)],
  ['F1', fBeta(0.5, 1, 1), 2 / 3],
  ['F3', fBeta(0.1, 1, 3), (10 * 0.1) / (9 * 0.1 + 1)],
  ['F0 is precision', fBeta(0.5, 1, 0), 0.5],
  ['F of nothing', fBeta(0, 0, 1), 0],
  ['F0 without recall', fBeta(0.5, 0, 0), 0],
])('%s', (_, is, expected) => {
  if (expected === undefined) expect(is).toBeUndefined();
  else expect(is).toBeCloseTo(expected, 12);
});
