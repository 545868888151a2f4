import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { QueryTooLongError } from '../pubmed/index.ts';
import { processorMs } from '../testing/processorMs.ts';
import { parseStrategy } from './parse.ts';
import { printResolved } from './printResolved.ts';
import { isUnresolvable, resolveLine, resolveStrategy, resolveText } from './resolve.ts';

const written = (text: string, label?: string): string => {
  const document = parseStrategy(text);
  const resolved = label === undefined ? resolveStrategy(document) : resolveLine(document, label);
  return isUnresolvable(resolved) ? `! ${resolved.problem}` : printResolved(resolved);
};

describe('resolving', () => {
  it.each([
    ['#1 a[tiab] or b[tiab]\n#2 c[tiab]\n#3 #1 and #2', '(a[tiab] OR b[tiab]) AND c[tiab]'],
    ['#1 (a[tiab] OR b[tiab])\n#2 #1 NOT c[tiab]', '(a[tiab] OR b[tiab]) NOT c[tiab]'],
    ['#1 a[tiab]\n#2 #1', 'a[tiab]'],
    ['#1 a[tiab] OR b[tiab] // why\n#2 #1 AND\n// and\n#1', '(a[tiab] OR b[tiab]) AND (a[tiab] OR b[tiab])'],
    ['#1 “a b”[tiab] OR c[tiab]', '"a b"[tiab] OR c[tiab]'],
    ['#1 a[ti] OR b[ti]\n#2 (c AND #1)[tiab]', '(c AND (a[ti] OR b[ti]))[tiab]'],
    ['', '! The document holds no query yet.'],
    ['#1 a\n#2 #9', '! Line #2 refers to line #9, which does not exist.'],
    ['#1 #2\n#2 #1\n#3 #1 OR a', '! Line #1 refers to itself, directly or through other lines.'],
    ['#1 a\n#2', '! Line #2 holds nothing to search for.'],
  ])('%j is %s', (text, expected) => expect(written(text)).toBe(expected));

  it('shares nodes and remembers them', () => {
    const document = parseStrategy('#1 a[tiab]\n#2 #1 OR #1\n#3 #1 AND #2');
    const three = resolveLine(document, '3');
    const one = resolveLine(document, '01');
    if (isUnresolvable(three) || isUnresolvable(one)) throw new Error('not resolved');
    expect(three.references.get('1')).toBe(one);
    expect(three.references.get('2')?.references.get('1')).toBe(one);
    expect(resolveLine(document, '3')).toBe(three);
  });

  it('gives the same key whatever the numbers, quotes, case and spaces', () => {
    const key = (text: string): string => {
      const resolved = resolveStrategy(parseStrategy(text));
      return isUnresolvable(resolved) ? resolved.problem : resolved.key;
    };
    const one = key('#1 "a b"[tiab] OR c[tiab]\n#2 #1 AND d[tiab]');
    expect(key('#5 “a  b” [TIAB]  or c[tiab]\n#7 #5 and d[tiab] // x')).toBe(one);
    expect(key('#1 "a b"[tiab] OR c[tiab]\n#2 #1 AND e[tiab]')).not.toBe(one);
  });

  it('a text on its own knows no lines', () => {
    const resolved = resolveText('a[tiab] AND b[tiab]');
    expect(isUnresolvable(resolved) ? '' : printResolved(resolved)).toBe('a[tiab] AND b[tiab]');
    expect(resolveText('a AND #2')).toHaveProperty('problem');
    expect(resolveText(' // only a comment')).toHaveProperty('problem');
  });

  it('refuses to write out what would not fit in memory, at once', () => {
    const doubling = [
      '#1 a[tiab]',
      ...Array.from({ length: 300 }, (_, i) => `#${i + 2} #${i + 1} OR #${i + 1}`),
    ].join('\n');
    const resolved = resolveStrategy(parseStrategy(doubling));
    if (isUnresolvable(resolved)) throw new Error(resolved.problem);
    const started = processorMs();
    expect(() => printResolved(resolved)).toThrow(QueryTooLongError);
    expect(processorMs() - started).toBeLessThan(500);
    const short = resolveText('abc[tiab]');
    if (isUnresolvable(short)) throw new Error(short.problem);
    expect(printResolved(short, { maxLength: 9 })).toBe('abc[tiab]');
    expect(() => printResolved(short, { maxLength: 8 })).toThrow(QueryTooLongError);
  });

  it('resolves and prints 5,000 lines that hang on each other', () => {
    const chain = [
      '#1 a[tiab]',
      ...Array.from({ length: 4999 }, (_, i) => `#${i + 2} #${i + 1} OR b[tiab]`),
    ].join('\n');
    const resolved = resolveStrategy(parseStrategy(chain));
    if (isUnresolvable(resolved)) throw new Error(resolved.problem);
    expect(printResolved(resolved, { maxLength: 1e7 })).toContain('a[tiab] OR b[tiab]');
  });

  it('always answers, for any graph of lines', () => {
    const graph = fc.array(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 3 }), { maxLength: 8 });
    fc.assert(
      fc.property(graph, (references) => {
        const text = references
          .map((to, i) => `#${i + 1} a${to.map((n) => ` OR #${n}`).join('')}`)
          .join('\n');
        const document = parseStrategy(text);
        for (const line of document.lines) {
          const resolved = resolveLine(document, line.label);
          if (document.cyclic.has(line.label)) expect(isUnresolvable(resolved)).toBe(true);
          if (!isUnresolvable(resolved)) expect(printResolved(resolved)).not.toContain('#');
        }
      }),
    );
  });
});
