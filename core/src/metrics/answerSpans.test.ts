import fc from 'fast-check';
import { expect, it } from 'vitest';
import { answerRank, answerSpanHit, hasAnswer } from './answerSpans.ts';

it.each<[string, string, string, boolean]>([
  ['case does not matter', 'It was in New York.', 'new york', true],
  ['whole tokens only', 'Yorkshire pudding', 'york', false],
  ['tokens in a row only', 'New and old York', 'new york', false],
  ['white space of any kind between', 'New\u00a0\n York', 'new  york', true],
  ['composed and decomposed letters are one', 'Beh\u00e7et', 'behc\u0327et', true],
  ['accents count', 'Behcet', 'Beh\u00e7et', false],
  ['punctuation is a token', 'the H.I.V. test', 'HIV', false],
  ['the same punctuation', 'the H.I.V. test', 'h.i.v.', true],
  ['hyphens do not vanish', 'covid-19', 'covid 19', false],
  ['at the very end', 'ends with insulin', 'insulin', true],
  ['longer than the text', 'insulin', 'insulin glargine', false],
  ['a beginning that is repeated', 'a a b', 'a b', true],
  ['other scripts', 'В 1961 году Гагарин', 'гагарин', true],
  ['no token at all', 'anything', ' \u200b ', false],
  ['an empty answer', 'anything', '', false],
])('%s', (_, text, answer, expected) => {
  expect(hasAnswer(text, [answer])).toBe(expected);
});

it('the first text with any of the answers counts', () => {
  const texts = ['nothing', 'Paris, Texas', 'Lyon'];
  expect(answerRank(texts, ['lyon', 'paris'])).toBe(2);
  expect(answerRank(texts, ['Berlin'])).toBeUndefined();
  expect([1, 2, 3].map((k) => answerSpanHit(texts, ['lyon', 'paris'], k))).toEqual([0, 1, 1]);
  expect(answerSpanHit(texts, ['', ' '], 3)).toBeUndefined();
  expect(answerSpanHit([], ['Paris'], 3)).toBe(0);
});

it('a text has every piece of itself that begins and ends at a word', () => {
  const words = fc.array(fc.stringMatching(/^[\p{L}\p{N}]{1,6}$/u), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(words, fc.nat(), fc.nat(), (list, a, b) => {
      const from = a % list.length;
      const to = from + 1 + (b % (list.length - from));
      expect(hasAnswer(list.join(' '), [list.slice(from, to).join(' ')])).toBe(true);
    }),
  );
});
