import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printQuery } from '../pubmed/index.ts';
import { applyEdits, contains } from '../text/index.ts';
import { parseStrategy } from './parse.ts';
import { isUnresolvable, resolveStrategy } from './resolve.ts';

/** Each line as it is understood. */
const read = (text: string): string[] =>
  parseStrategy(text).lines.map(
    ({ label, query }) => `${label}: ${query.root ? printQuery(query.root) : ''}`,
  );

const LINES = '1. a\n2. b\n3. c\n4. ';

describe('numbers of lines', () => {
  it.each([
    ['1 OR 2', '#1 OR #2'],
    ['1 or 2 NOT 3', '#1 OR #2 NOT #3'],
    ['(1 AND 2) | 3', '(#1 AND #2) OR #3'],
    ['or/1-3', '#1 OR #2 OR #3'],
    ['1-3/OR', '#1 OR #2 OR #3'],
    ['and/1,3', '#1 AND #3'],
    ['2 AND or/1,3', '#2 AND (#1 OR #3)'],
    ['#1 OR #2 OR 3', '#1 OR #2 OR #3'],
    ['S1 OR S3', '#1 OR #3'],
  ])('%s', (query, expected) => {
    const text = LINES + query;
    const document = parseStrategy(text);
    const line = document.lines[3];
    expect(read(text)[3]).toBe(`4: ${expected}`);
    expect(line?.query.problems.map(({ rule, severity }) => [rule, severity])).toEqual([
      ['saved-line-numbers', 'information'],
    ]);
    const fixed = applyEdits(text, line?.query.problems[0]?.fixes?.[0]?.edits ?? []);
    expect(read(fixed)[3]).toBe(`4: ${expected}`);
    expect(parseStrategy(fixed).lines[3]?.query.problems).toEqual([]);
    expect(document.root).toBe(line);
    expect(isUnresolvable(resolveStrategy(document))).toBe(false);
    for (const token of line?.query.tokens ?? [])
      expect(contains(line?.queryRange ?? token, token)).toBe(true);
  });

  it.each([
    ['12345678 OR 23456789', 'PMIDs'],
    ['1 OR 7', 'a line that is not there'],
    ['1 OR 4', 'the line itself'],
    ['1 OR cancer', 'a word'],
    ['1 OR "2"', 'a phrase'],
    ['1[pmid] OR 2[pmid]', 'tags'],
    ['1', 'one number'],
    ['1 2', 'side by side'],
    ['or/3-1', 'a range that runs backwards'],
    ['or/1-9', 'a range with missing lines'],
  ])('%s is left alone: %s', (query) => {
    const line = parseStrategy(LINES + query).lines[3];
    expect(line?.query.tokens.filter(({ kind }) => kind === 'reference')).toEqual([]);
    expect(line?.query.problems.filter(({ rule }) => rule === 'saved-line-numbers')).toEqual([]);
  });

  it('are understood with other ways of numbering', () => {
    expect(read('1 a\n2 b OR\n  c\n3 1 AND 2')).toEqual(['1: a', '2: b OR c', '3: #1 AND #2']);
    expect(read('S1\ta\nS2\tb\nS3\tS1 AND S2')).toEqual(['1: a', '2: b', '3: #1 AND #2']);
    expect(read('1: a\n2: b')).toEqual(['1: a', '2: b']);
    expect(read('a\n\nb\n\n1 AND 2')).toEqual(['1: a', '2: b', '3: #1 AND #2']);
    // Not a numbering: nothing counts from 1.
    expect(read('S1 nerve[tiab] OR\nS2 nerve[tiab] OR x\nS2 root')).toHaveLength(1);
    expect(read('5 mg OR\n6 mg')).toHaveLength(1);
  });

  it('never loses a character, whatever stands there', () => {
    const piece = fc.constantFrom(
      '1',
      '2',
      '3',
      ' OR ',
      ' and ',
      'or/',
      '/OR',
      '-',
      ',',
      '(',
      ')',
      'S',
      '#',
      '|',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const text = LINES + pieces.join('');
        const query = parseStrategy(text).lines[3]?.query;
        if (query === undefined) return;
        let at = query.offset;
        for (const { start, end } of query.tokens) {
          expect(start).toBe(at);
          expect(end).toBeGreaterThan(start);
          at = end;
        }
        expect(at).toBe(query.offset + query.text.length);
      }),
    );
  });
});
