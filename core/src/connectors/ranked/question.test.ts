import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readQuestion } from './question.ts';
import { termOf, wordsOf } from './words.ts';

const words = (text: string): string => readQuestion(text).texts.flatMap(wordsOf).join(' ');

describe('a question keeps all its words', () => {
  it.each([
    ['Does exercise prevent falls in older people?', 'does exercise prevent falls in older people'],
    ['falls, exercise; tai-chi (balance)', 'falls exercise tai chi balance'],
    ['EFFECT OF DIET AND EXERCISE NOT DRUGS', 'effect of diet and exercise not drugs'],
    ['drugs and not exercise or diet', 'drugs and not exercise or diet'],
    ['title:falls~2 ^3 +older -young *', 'title falls 2 3 older young'],
    ['results [see appendix] of trials', 'results see appendix of trials'],
    ['Alzheimer’s and Parkinson\u0027s disease', 'alzheimer and parkinson disease'],
    ['Behçet ﬁbrosis', 'behcet fibrosis'],
  ])('%s', (question, expected) => {
    expect(words(question)).toBe(expected);
    expect(readQuestion(question).warnings).toEqual([]);
  });
});

describe('a Boolean query is reduced to its words, and this is told', () => {
  it.each([
    [
      '"Accidental Falls"[mh] AND exercis*[tiab]',
      'accidental falls exercis',
      /Boolean query\. .*do not count\.$/,
    ],
    ['falls AND exercise', 'falls exercise', /Boolean query/],
    ['falls[tiab] NOT children[tiab]', 'falls', /One term is left out/],
    ['falls[tiab] NOT (children[tiab] OR (infant[tiab] AND fever))', 'falls', /3 terms are left out/],
    ['falls[tiab] AND 2010:2015[dp] AND eng[la] AND Smith J[au]', 'falls', /3 terms are left out/],
    ['(falls OR (older[ti] NOT young)) AND trial[pt]', 'falls older', /2 terms are left out/],
    ['#1 AND falls', 'falls', /One term is left out/],
  ])('%s', (question, expected, warning) => {
    expect(words(question)).toBe(expected);
    expect(readQuestion(question).warnings).toEqual([
      { code: 'boolean-query-ranked', message: expect.stringMatching(warning) as string },
    ]);
  });
});

it('reads any text at all', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
      for (const word of readQuestion(text).texts.flatMap(wordsOf)) expect(termOf(word)).not.toMatch(/\s/);
    }),
  );
});

it.each([
  ['the', ''],
  ['falls', 'fall'],
  ['exercises', 'exercis'],
  ['19', '19'],
  ['β', 'β'],
])('%s is the term "%s"', (word, term) => {
  expect(termOf(word)).toBe(term);
});
