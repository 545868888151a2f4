import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatQuery } from '../pubmed/index.ts';
import { applyEdits } from '../text/index.ts';
import { processorMs } from '../testing/processorMs.ts';
import { parseStrategy } from './parse.ts';

/** `label: query` of each line, `*` where the number is not written. */
const lines = (text: string): string[] =>
  parseStrategy(text).lines.map(
    (line) =>
      `${line.label}${line.numbered ? '' : '*'}: ${text.slice(line.queryRange.start, line.queryRange.end)}`,
  );
const found = (text: string) =>
  parseStrategy(text).problems.map(({ rule, range }) => [rule, text.slice(range.start, range.end)]);

describe('lines', () => {
  it.each([
    ['an empty file', '', []],
    ['white space and comments only', '\uFEFF\n // nothing\n\n', []],
    ['a pasted query', 'a[tiab] AND b[tiab]', ['1*: a[tiab] AND b[tiab]']],
    ['a query on several lines', ' a OR\n  b \n', ['1*: a OR\n  b']],
    ['queries between blank lines', 'a\n\nb OR\nc\n\n\nd', ['1*: a', '2*: b OR\nc', '3*: d']],
    ['blocks set apart by an operator', 'a OR b\n\nAND\n\nc\n\nd', ['1*: a OR b\n\nAND\n\nc', '2*: d']],
    ['operators at the edge of a blank line', 'a OR\n\nb\n\nand c', ['1*: a OR\n\nb\n\nand c']],
    ['a comment line that does not separate', 'a OR\n// why\nb', ['1*: a OR\n// why\nb']],
    ['comments at the ends', '// title\na // why\n// end', ['1*: a']],
    ['three ways to number', '#1 a\n2. b\n3) c', ['1: a', '2: b', '3: c']],
    ['Windows line ends and a byte order mark', '\uFEFF#1 a\r\n#2 b\r\n', ['1: a', '2: b']],
    ['lone carriage returns', '#1 a\r#2 b', ['1: a', '2: b']],
    ['leading zeros', '#01 a', ['1: a']],
    ['continuation lines', '#1 a OR\n  b\n#2 c', ['1: a OR\n  b', '2: c']],
    ['continuation after a blank line', '#1 a OR\n\nb\n#2 c', ['1: a OR\n\nb', '2: c']],
    ['references first', '#1 AND #2', ['1*: #1 AND #2']],
    [
      'references first, lower case, in parentheses',
      '#1\tor #2\n\n#1) & x',
      ['1*: #1\tor #2', '2*: #1) & x'],
    ],
    ['a lone reference', '#1', ['1*: #1']],
    ['references of an unnumbered strategy', 'a\n\nb\n\n#1 AND\n#2', ['1*: a', '2*: b', '3*: #1 AND\n#2']],
    ['a wrapped reference', '#1 a\n#2 b\n#3 #1 AND\n#2', ['1: a', '2: b', '3: #1 AND\n#2']],
    ['a reference wrapped in parentheses', '#1 a\n#3 (#1 OR\n#2) AND b', ['1: a', '3: (#1 OR\n#2) AND b']],
    ['numbers on lines of their own', '#1\na\n#2\nb', ['1: a', '2: b']],
    ['a number without a query', '#1 a\n#2', ['1: a', '2: ']],
    ['numbers, then a number without a query', '#1 a\n#2\n#3 c', ['1: a', '2: ', '3: c']],
    ['a line being typed above another', '#1 a AND\n#2 b', ['1: a AND', '2: b']],
    ['an open parenthesis above another line', '1) (a OR b\n2) c', ['1: (a OR b', '2: c']],
    ['a list of PMIDs', '12345678\n23456789\n3456789[pmid]', ['1*: 12345678\n23456789\n3456789[pmid]']],
    ['years', '2010:2015[dp]\n\n2010 [dp]', ['1*: 2010:2015[dp]', '2*: 2010 [dp]']],
    ['a year that closes a parenthesis', '(2009 OR\n2010) AND a', ['1*: (2009 OR\n2010) AND a']],
    ['the same without operator', '(2009 OR\n2010) a', ['1*: (2009 OR\n2010) a']],
    ['decimals', '0.5 mg\n1.5 mg', ['1*: 0.5 mg\n1.5 mg']],
    ['brand names', '#1 a\n#2 brand\n#3', ['1: a', '2: brand', '3: ']],
    ['addresses', '#1 https://x.org/a // b', ['1: https://x.org/a']],
    ['slashes in phrases', '#1 "a // b"[tiab] // c', ['1: "a // b"[tiab]']],
    ['text behind front matter', '---\ntitle: x\n---\n#1 a', ['1: a']],
    [
      'right-to-left text and emoji',
      '#1 "دسموبرسين"[tiab] OR 🩸\n#2 “b”',
      ['1: "دسموبرسين"[tiab] OR 🩸', '2: “b”'],
    ],
    ['text in front of the numbers', 'a\n#1 b', ['2*: a', '1: b']],
    ['a number twice', '#1 a\n#1 b\n#2 c', ['1: a', '3*: b', '2: c']],
    ['lines that begin with NOT', '#1 NOT a\n#2 b\n#3 not c\n#4 d', ['1: NOT a', '2: b', '3: not c', '4: d']],
    [
      'a reference with NOT that goes on',
      '#1 a\n#2 b\n#3 (#1\n#4 NOT c)',
      ['1: a', '2: b', '3: (#1\n#4 NOT c)'],
    ],
    [
      'a reference with NOT to a line',
      '#1 a\n#2 #1 OR\n#3 NOT b\n#3 c',
      ['1: a', '2: #1 OR\n#3 NOT b', '3: c'],
    ],
    ['a reference with NOT alone', '#1 NOT #2', ['1*: #1 NOT #2']],
    ['a range of thousands', '#9999 a', ['9999: a']],
  ])('reads %s', (_, text, expected) => expect(lines(text)).toEqual(expected));

  it('gives comments with their text', () => {
    expect(parseStrategy('// a\n#1 x // b\n').comments.map(({ text }) => text)).toEqual(['// a', '// b']);
  });

  it('finds lines by label, leading zeros or not', () => {
    const document = parseStrategy('#01 a\n#2 b');
    expect(document.line('1')).toBe(document.lines[0]);
    expect(document.line('02')).toBe(document.lines[1]);
    expect(document.line('3')).toBeUndefined();
  });
});

describe('root', () => {
  it.each([
    ['', undefined],
    ['a', '1'],
    ['#1 a\n#2 b\n#3 #1 AND #2', '3'],
    ['#1 a\n#3 #1 AND #2\n#2 b', '3'],
    ['#1 a\n#2 #1\n#3 b', '3'],
    ['#1 #2\n#2 #1', '2'],
    ['#1 a\n#2 #2', '2'],
  ])('of %j is %s', (text, label) => expect(parseStrategy(text).root?.label).toBe(label));
});

describe('problems of lines and references', () => {
  it.each([
    ['none in a sound strategy', '#1 a\n#2 b\n#3 #1 AND #2', []],
    ['forward references are fine', '#1 #2 OR c\n#2 b', []],
    ['a missing line', '#1 a\n#2 #1 AND #7', [['missing-reference', '#7']]],
    ['the Clipboard', '#1 a\n#2 #0 AND #1', [['missing-reference', '#0']]],
    ['no reference in phrases and comments', '#1 "#7" // #8', []],
    ['a self-reference', '#1 a OR #1', [['cyclic-reference', '#1']]],
    [
      'a cycle, at each reference of it',
      '#1 a OR #3\n#2 b\n#3 #1 AND #2\n#4 #3',
      [
        ['cyclic-reference', '#3'],
        ['cyclic-reference', '#1'],
      ],
    ],
    ['a number twice', '#1 a\n#1 b', [['duplicate-label', '#1']]],
    ['text in front', 'a\n#1 b', [['text-before-first-line', 'a']]],
    ['an empty line', '#1 a\n#2', [['empty-line', '#2']]],
    ['a line that nothing uses', '#1 a\n#2 b\n#3 c\n#4 #1 OR #2', [['unused-line', '#3']]],
    ['separated queries are no unnumbered history', 'a\n\nb\n\n#1 OR #2', []],
    ['nor are wrapped ones', 'a\n\nb OR\n#1 AND c', []],
    ['independent lines', '#1 a\n#2 b', []],
    ['a forgotten number', '#1 a\n\nb', [['line-without-number', 'b']]],
  ])('%s', (_, text, expected) => expect(found(text)).toEqual(expected));

  it('says once that a history has no numbers', () => {
    expect(found('a\nb\n#1 OR #2').map(([rule]) => rule)).toEqual(['unnumbered-history']);
  });

  it('names the way of a cycle', () => {
    const [problem] = parseStrategy('#1 #3\n#2 b\n#3 #1 AND #2').problems;
    expect(problem?.message).toContain('#1 -> #3 -> #1');
  });

  it.each([
    ['#1 a\n#1 b', '#1 a\n#2 b'],
    ['a\n#1 b', '#2 a\n#1 b'],
    ['#1 a\n\nb', '#1 a\n\n#2 b'],
    ['a[tiab]\nb // x\n#1 OR #2\nc\n#3 and #4', '#1 a[tiab]\n#2 b // x\n#3 #1 OR #2\n#4 c\n#5 #3 and #4'],
  ])('mends %j', (text, mended) => {
    const fixes = parseStrategy(text).problems.find((problem) => problem.fixes)?.fixes ?? [];
    expect(applyEdits(text, fixes[0]?.edits ?? [])).toBe(mended);
    expect(found(mended).filter(([rule]) => rule !== 'unused-line')).toEqual([]);
  });
});

describe('any text', () => {
  const pieces = fc.constantFrom(
    '#1 ',
    '#2',
    '1. ',
    '2) ',
    'a',
    ' AND ',
    '\n',
    '\r\n',
    '\r',
    '(',
    ')',
    '"',
    '“',
    '//',
    '---\n',
    'seeds: [1',
    '[tiab]',
    '\uFEFF',
    '🙂',
    '\ud83d',
    'ש',
    ':',
    '2010',
    '\n\n',
    '|',
  );
  const anyText = fc.oneof(
    fc.string(),
    fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
  );

  it('gives ordered lines, unique labels and ranges inside the text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const document = parseStrategy(text);
        let end = 0;
        for (const line of document.lines) {
          expect(line.range.start).toBeGreaterThanOrEqual(end);
          expect(line.range.end).toBeGreaterThanOrEqual(line.range.start);
          expect(line.queryRange.start).toBeGreaterThanOrEqual(line.range.start);
          expect(line.queryRange.end).toBeLessThanOrEqual(line.range.end);
          expect(line.query.text).toBe(text.slice(line.queryRange.start, line.queryRange.end));
          end = line.range.end;
        }
        expect(end).toBeLessThanOrEqual(text.length);
        expect(new Set(document.lines.map(({ label }) => label)).size).toBe(document.lines.length);
        for (const { range } of document.problems) {
          expect(range.start).toBeGreaterThanOrEqual(0);
          expect(range.end).toBeGreaterThanOrEqual(range.start);
          expect(range.end).toBeLessThanOrEqual(text.length);
        }
      }),
    );
  });

  it('mends what it offers to mend', () => {
    const document = fc
      .array(
        fc.tuple(
          fc.constantFrom('#1 ', '#2 ', '1. ', '2 ', 'S1 ', '1 ', '', '#3\t'),
          pieces,
          fc.constantFrom('', '\t12', ' 1 OR 2', '\n'),
        ),
      )
      .map((parts) => parts.map((part) => part.join('')).join('\n'));
    fc.assert(
      fc.property(fc.oneof(anyText, document), (text) => {
        for (const { rule, fixes = [], range } of parseStrategy(text).problems) {
          // A first full number makes lone numbers elsewhere count as labels, and lines behind them strays.
          if (rule === 'line-without-number') continue;
          for (const { edits } of fixes) {
            const mended = parseStrategy(applyEdits(text, edits)).problems;
            const before = parseStrategy(text).problems.filter((problem) => problem.rule === rule).length;
            const after = mended.filter((problem) => problem.rule === rule).length;
            expect(after, `${rule} at ${range.start}: ${JSON.stringify(text)}`).toBeLessThan(before);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('loses nothing: every character is in front matter, a line, a comment or white space', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const document = parseStrategy(text);
        const covered = new Uint8Array(text.length);
        const parts = [
          ...(document.frontMatter ? [document.frontMatter.range] : []),
          ...document.lines.map(({ range }) => range),
          ...document.comments.map(({ range }) => range),
        ];
        for (const { start, end } of parts) covered.fill(1, start, end);
        expect([...text.split('')].filter((c, i) => !covered[i] && /[^\s\uFEFF]/.test(c))).toEqual([]);
      }),
    );
  });

  it('reads 1 MB of random bytes and 20,000 chained lines in time', () => {
    let state = 12345;
    const random = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 16;
    const bytes = String.fromCharCode(...[]).concat(
      ...Array.from({ length: 1000 }, () =>
        String.fromCharCode(...Array.from({ length: 1048 }, () => random() & 255)),
      ),
    );
    const started = processorMs();
    for (const text of [bytes, `---\n${bytes}`]) expect(parseStrategy(text).problems).toBeDefined();
    const chain = Array.from({ length: 20_000 }, (_, i) => `#${i + 1} a OR #${i} AND #${i}`).join('\n');
    expect(parseStrategy(chain).root?.label).toBe('20000');
    const loop = Array.from({ length: 5000 }, (_, i) => `#${i + 1} #${i === 0 ? 5000 : i}`).join('\n');
    expect(parseStrategy(loop).cyclic.size).toBe(5000);
    expect(processorMs() - started).toBeLessThan(8000);
  });

  it.each([
    ['blank Windows lines in front', '\r\n'.repeat(100_000) + 'a[tiab]'],
    ['white space in a quote that is never closed', `"a${' '.repeat(100_000)}b`],
    ['a line indented beyond reason', `a[tiab] OR\n${' '.repeat(100_000)}b[tiab]`],
  ])('is not slowed down by %s', (_, text) => {
    const started = processorMs();
    const { lines } = parseStrategy(text);
    expect(lines.map(({ query }) => query.root !== undefined && formatQuery(query.text) !== '')).toEqual([
      true,
    ]);
    expect(processorMs() - started).toBeLessThan(2000);
  });
});
