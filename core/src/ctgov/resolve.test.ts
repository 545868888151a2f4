import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStrategy, resolveLine, resolveText } from '../strategy/index.ts';
import { expressionNodes } from './nodes.ts';
import {
  expressionOf,
  ExpressionTooLongError,
  resolveExpression,
  resolveExpressionText,
  resolvePart,
  writeExpression,
} from './resolve.ts';
import type { ResolvedExpression } from './resolve.ts';

function written(text: string, label?: string): string {
  const document = parseStrategy(text);
  const resolved = resolveExpression(document, label ?? document.lines.at(-1)?.label ?? '1');
  return 'problem' in resolved ? `! ${resolved.problem}` : writeExpression(resolved);
}

function must(text: string, label?: string): ResolvedExpression {
  const document = parseStrategy(text);
  const resolved = resolveExpression(document, label ?? document.lines.at(-1)?.label ?? '1');
  if ('problem' in resolved) throw new Error(resolved.problem);
  return resolved;
}

describe('resolving expressions', () => {
  it.each([
    ['#1 asthma OR wheezing\n#2 child\n#3 #1 AND #2', '(asthma OR wheezing) AND (child)'],
    ['#1 a OR b\n#2 AREA[TitleSearch]#1 AND NOT c', 'AREA[TitleSearch](a OR b) AND NOT c'],
    ['#1 a // why\nOR b\n#2 #1', '(a OR b)'],
    ['#1 “heart attack” OR area[Phase]PHASE3', '"heart attack" OR area[Phase]PHASE3'],
    ['#1 a\n#2 #1 OR\n// and\n#1', '(a) OR (a)'],
    ['#1 "see #2"\n#2 b', 'b'],
    [String.raw`#1 \MISSING AND \#1`, String.raw`\MISSING AND \#1`],
    ['#1 metformin NOT insulin', 'metformin NOT insulin'],
  ])('%j is sent as %s', (text, expected) => expect(written(text)).toBe(expected));

  it.each([
    ['#1 a\n#2 #9'],
    ['#1 #2\n#2 #1\n#3 #1 OR a'],
    ['#1 a OR #1'],
    ['#1 a\n#2'],
    ['#1 #3\n#2 #1\n#3 #2\n#4 a OR #1'],
  ])('%j is refused with the words that lines of PubMed are refused with', (text) => {
    const document = parseStrategy(text);
    for (const { label } of document.lines) {
      const ours = resolveExpression(document, label);
      const theirs = resolveLine(document, label);
      expect('problem' in ours ? ours.problem : '').toBe('problem' in theirs ? theirs.problem : '');
    }
    expect(resolveExpression(document, '77')).toEqual({ problem: 'There is no line #77.' });
  });

  it.each([
    [
      '#1 AREA[Phase]PHASE3 AND (child',
      'Line #1 has an error: This "(" is never closed. Add the missing ")".',
    ],
    [
      '#1 a AND\n#2 #1 OR b',
      'Line #1 has an error: Nothing stands to the right of AND. Remove it, or add what it should combine.',
    ],
  ])('%j is not mended in secret', (text, problem) => expect(written(text)).toBe(`! ${problem}`));

  it('a part of a line is an expression of its own, and errors elsewhere do not concern it', () => {
    const document = parseStrategy('#1 a OR b\n#2 AREA[TitleSearch](#1 AND c) OR (d');
    const line = document.line('2');
    const nodes = line === undefined ? [] : [...expressionNodes(expressionOf(document, line).root)];
    const parts = nodes.map((node) => {
      const part = line && resolvePart(document, line, node);
      return part === undefined || 'problem' in part ? '!' : writeExpression(part);
    });
    expect(parts).toEqual([
      '!',
      'AREA[TitleSearch]((a OR b) AND c)',
      '((a OR b) AND c)',
      '(a OR b) AND c',
      '(a OR b)',
      'c',
      '!',
      'd',
    ]);
  });

  it('gives the same key whatever the numbers, quotes, comments and spaces', () => {
    const key = must('#1 "a b" OR c\n#2 #1 AND d').key;
    expect(must('#5 “a b”   OR c // x\n#7 #5\n AND d').key).toBe(key);
    expect(must('#1 "a b" OR c\n#2 #1\n#3 #2 AND d').key).toBe(key);
    expect(must('#1 "a b" OR c\n#2 #1 AND e').key).not.toBe(key);
    // The same words mean something else in PubMed.
    expect(must('asthma').key).not.toBe((resolveText('asthma') as { key: string }).key);
    // Case matters to EXPANSION[None], and operators in small letters are words.
    expect(must('"A b" or c').key).not.toBe(must('"a b" OR c').key);
  });

  it('a text on its own knows no lines', () => {
    const resolved = resolveExpressionText('AREA[Phase]PHASE3 AND asthma');
    expect('problem' in resolved ? '' : writeExpression(resolved)).toBe('AREA[Phase]PHASE3 AND asthma');
    expect(resolveExpressionText('a AND #2')).toHaveProperty('problem', expect.stringContaining('line #2'));
    expect(resolveExpressionText(' // only a comment')).toHaveProperty('problem');
    expect(resolveExpressionText('(a')).toHaveProperty('problem', expect.stringContaining('never closed'));
  });

  it('refuses to write out what would not fit in memory, at once', () => {
    const doubling = ['#1 a', ...Array.from({ length: 300 }, (_, i) => `#${i + 2} #${i + 1} OR #${i + 1}`)];
    const resolved = must(doubling.join('\n'));
    expect(() => writeExpression(resolved)).toThrow(ExpressionTooLongError);
    expect(writeExpression(must('abc'), 3)).toBe('abc');
    expect(() => writeExpression(must('abc'), 2)).toThrow(ExpressionTooLongError);
  });

  it('resolves and writes 5,000 lines that hang on each other', () => {
    const chain = ['#1 a', ...Array.from({ length: 4999 }, (_, i) => `#${i + 2} #${i + 1} OR b`)];
    expect(writeExpression(must(chain.join('\n'))).endsWith('(a) OR b) OR b')).toBe(false);
    expect(writeExpression(must(chain.join('\n')))).toContain('(a) OR b');
  });

  it('always answers, for any graph of lines, and what it answers refers to no line', () => {
    const graph = fc.array(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 3 }), { maxLength: 8 });
    fc.assert(
      fc.property(graph, (references) => {
        const text = references
          .map((to, i) => `#${i + 1} a${to.map((n) => ` OR #${n}`).join('')}`)
          .join('\n');
        const document = parseStrategy(text);
        for (const line of document.lines) {
          const resolved = resolveExpression(document, line.label);
          expect('problem' in resolved).toBe('problem' in resolveLine(document, line.label));
          if (!('problem' in resolved)) expect(writeExpression(resolved)).not.toContain('#');
        }
      }),
    );
  });
});
