import fc from 'fast-check';
import { expect, it } from 'vitest';
import { processorMs } from '../testing/processorMs.ts';
import { shortened, withoutMarkup } from './plain.ts';
import { attacks, marks } from './testing/attacks.ts';

it.each(attacks)('takes what structures prompts out of a text: %s', (_, text) => {
  const plain = withoutMarkup(text);
  expect(plain).not.toMatch(marks);
  expect(plain).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
  expect(withoutMarkup(plain)).toBe(plain);
});

it('takes no mark for one that is none', () => {
  for (const text of [
    'age <65 or >80, p<0.05',
    'a < b and c > d',
    '[tiab] "heart failure"[mh] AND (x OR y*)',
    '|x| > 3 or <5%',
    'rates: 3 <s 4',
  ])
    expect(withoutMarkup(text)).toBe(text);
});

it('leaves no mark behind, however marks are put together', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '<',
      '|',
      '>',
      '｜',
      '</',
      'think',
      'answer',
      'im_end',
      '\u200b',
      ' ',
      '\n',
      '[INST]',
      '<s>',
      '#',
    ),
    fc.string({ maxLength: 4 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      expect(withoutMarkup(pieces.join(''))).not.toMatch(
        /<\/?(?:think|answer|s)>|<\|[^|<>]{0,40}\|>|\[INST\]/iu,
      );
    }),
    { numRuns: 500 },
  );
});

it('is quick on long hostile texts', () => {
  const started = processorMs();
  for (const text of [
    '<|'.repeat(500_000),
    '<think '.repeat(100_000),
    `${'<'.repeat(100_000)}think>`,
    '#'.repeat(1e6),
    // Nested, so that each pass takes away one mark only.
    ...Array.from({ length: 6 }, () => '<s'.repeat(6_600) + '>'.repeat(6_600)),
    '[INST'.repeat(3_300) + ']'.repeat(3_300),
  ])
    expect(withoutMarkup(text)).not.toMatch(/<s>|\[INST\]/u);
  expect(processorMs() - started).toBeLessThan(1500);
});

it('shortens at a word, never to half a character', () => {
  expect(shortened('word '.repeat(10), 23)).toBe('word word word word…');
  expect(shortened('a😀b', 2)).toBe('a…');
});
