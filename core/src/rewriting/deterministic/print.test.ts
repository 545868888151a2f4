import { describe, expect, it } from 'vitest';
import { DocSet } from '../../corpus/index.ts';
import { loadThesaurus } from '../../mesh/index.ts';
import type { Feature } from './feature.ts';
import { printBlocks, printClauses } from './print.ts';

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

describe('blocks as text', () => {
  const falls = feature('falls', '"Accidental Falls"[mh]', 'falls[tiab]');
  const aged = feature('aged', '"Aged"[mh]', 'elderly[tiab]');
  it('joins blocks by AND, headings before text words, and needs no parentheses for one', () => {
    const word = feature('older', 'older[tiab]');
    const concept: Feature = { ...aged, kind: 'concept' };
    expect(printBlocks([[falls], [word, concept]])).toBe(
      '("Accidental Falls"[mh] OR falls[tiab]) AND ("Aged"[mh] OR elderly[tiab] OR older[tiab])',
    );
    expect(printBlocks([[falls]])).toBe('"Accidental Falls"[mh] OR falls[tiab]');
  });

  it('writes no heading beside one whose explosion holds it', () => {
    const row = (ui: string, name: string, tree: string) => ({
      ui,
      name,

      tree: [tree],
    });
    const thesaurus = loadThesaurus([
      row('D1', 'Adult', 'M01.060.116'),
      row('D2', 'Aged', 'M01.060.116.100'),
      row('D3', 'Adulthood', 'M01.060.1160'),
    ]);
    const adult = feature('adult', '"Adult"[mh]');
    const beside = feature('adulthood', '"Adulthood"[mh]');
    expect(printBlocks([[aged, adult, beside]], thesaurus)).toBe(
      'elderly[tiab] OR "Adult"[mh] OR "Adulthood"[mh]',
    );
  });
});
