import { describe, expect, it } from 'vitest';
import { DocSet } from '../../corpus/index.ts';
import type { Feature } from './feature.ts';
import { printClauses } from './print.ts';

const feature = (name: string, ...terms: string[]): Feature => ({
  kind: 'word',
  name,
  source: 'topic',
  terms,
  docs: new DocSet(1),
  count: 1,
});

describe('a disjunction of clauses as text', () => {
  const stroke = feature('stroke', '"Stroke"[mh]', 'stroke[tiab]');
  const word = feature('word', 'stroke[tiab]');
  const hand = feature('hand', 'hand[tiab]', 'hands[tiab]');
  const phrase = feature('phrase', '"stroke survivors"[tiab]');
  it.each([
    ['a pair', [[stroke, hand]], '("Stroke"[mh] OR stroke[tiab]) AND (hand[tiab] OR hands[tiab])'],
    [
      'what stands alone is no part of a pair',
      [[stroke, hand], [word]],
      '("Stroke"[mh] AND (hand[tiab] OR hands[tiab])) OR stroke[tiab]',
    ],
    ['a pair that finds nothing more is dropped', [[word, hand], [word]], 'stroke[tiab]'],
    [
      'a phrase that holds a word standing alone finds nothing more',
      [[phrase, hand], [word]],
      'stroke[tiab]',
    ],
  ] as const)('%s', (_, clauses, expected) => {
    expect(printClauses(clauses)).toBe(expected);
  });
});
