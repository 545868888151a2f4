import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanQuery } from './scanner.ts';
import { queryText } from './testQueries.ts';

/** The tokens without white space, as `kind:text`. */
const scan = (text: string): string[] =>
  scanQuery(text)
    .filter((token) => token.kind !== 'space')
    .map((token) => `${token.kind}:${text.slice(token.start, token.end)}`);

describe('kinds', () => {
  it.each([
    ['a AND b', ['word:a', 'operator:AND', 'word:b']],
    ['android nota oral', ['word:android', 'word:nota', 'word:oral']],
    ['a&b|c', ['word:a', 'operator:&', 'word:b', 'operator:|', 'word:c']],
    ['“heart attack”[ti]', ['phrase:“heart attack”', 'tag:[ti]']],
    ['„tief“', ['phrase:„tief“']],
    ['"a\nb"[ti]', ['phrase:"a\nb"', 'tag:[ti]']],
    ['"a\n"b"', ['phrase:"a', 'phrase:"b"']],
    ['"heart [tiab] OR x', ['phrase:"heart', 'tag:[tiab]', 'operator:OR', 'word:x']],
    ['"a OR "b"', ['phrase:"a', 'operator:OR', 'phrase:"b"']],
    ['[11C]PIB [18F] "[99mTc]"[tiab]', ['word:[11C]PIB', 'word:[18F]', 'phrase:"[99mTc]"', 'tag:[tiab]']],
    ['benzo[a]pyrene[nm]', ['word:benzo[a]pyrene', 'tag:[nm]']],
    ['x [Date - Publication (electronic)]', ['word:x', 'tag:[Date - Publication (electronic)]']],
    ['x[all fileds]', ['word:x', 'tag:[all fileds]']],
    ['x[TIAB:~1) y', ['word:x', 'tag:[TIAB:~1', 'close:)', 'word:y']],
    ['2010:2015[dp]', ['word:2010', 'colon::', 'word:2015', 'tag:[dp]']],
    ['gene:x', ['word:gene:x']],
    ['#1 AND #12x #', ['reference:#1', 'operator:AND', 'word:#12x', 'word:#']],
    ['a // b\nc', ['word:a', 'comment:// b', 'word:c']],
    ['https://x.y//z "a // b"', ['word:https://x.y//z', 'phrase:"a // b"']],
    ['a\u0000\u0001b\ud800', ['word:a', 'invalid:\u0000\u0001', 'word:b', 'invalid:\ud800']],
    [
      'x or sensitivity and specificity[mh]',
      ['word:x', 'operator:or', 'word:sensitivity', 'word:and', 'word:specificity', 'tag:[mh]'],
    ],
    ['prevention and control[sh]', ['word:prevention', 'word:and', 'word:control', 'tag:[sh]']],
    ['sensitivity AND specificity[mh]', ['word:sensitivity', 'operator:AND', 'word:specificity', 'tag:[mh]']],
    ['asthma and smoking[mh]', ['word:asthma', 'operator:and', 'word:smoking', 'tag:[mh]']],
    ['x] [', ['word:x', 'invalid:]', 'invalid:[']],
    ['\ufeffcancer\u200b', ['word:cancer']],
  ])('%j', (text, expected) => {
    expect(scan(text)).toEqual(expected);
  });
});

it('covers every UTF-16 unit exactly once, whatever the text and the offset', () => {
  const anyText = fc.oneof(
    queryText,
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.string({
      unit: fc.constantFrom('"', '[', ']', '(', 'a', ':', '1', '/', '\n', '#', '“'),
      maxLength: 60,
    }),
  );
  fc.assert(
    fc.property(anyText, fc.nat(1000), (text, offset) => {
      let at = offset;
      for (const token of scanQuery(text, offset)) {
        expect(token.start).toBe(at);
        expect(token.end).toBeGreaterThan(token.start);
        at = token.end;
      }
      expect(at).toBe(offset + text.length);
    }),
    { numRuns: 2000 },
  );
});
