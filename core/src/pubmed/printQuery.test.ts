import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainGrouping } from './explainGrouping.ts';
import { parseQuery } from './parser.ts';
import { printQuery, queryKey } from './printQuery.ts';
import { queryText } from './testQueries.ts';
import type { Operator, QueryNode } from './tree.ts';

const print = (text: string): string => {
  const { root } = parseQuery(text);
  return root === undefined ? '' : printQuery(root);
};
const key = (text: string, references = new Map<string, { key: string }>()): string => {
  const { root } = parseQuery(text);
  return root === undefined ? '' : queryKey(root, references);
};

it.each([
  ['“heart  attack” [Title/Abstract]or(x)', '"heart attack"[tiab] OR x'],
  ['((a OR (b or c)) AND ((d)))', '(a OR b OR c) AND d'],
  ['a NOT (b NOT c)', 'a NOT (b NOT c)'],
  ['a AND (b AND (c OR d))', 'a AND b AND (c OR d)'],
  ['a OR b AND c', 'a OR b AND c'],
  ['Asthma[Mesh:No Exp]', 'Asthma[mh:noexp]'],
  ['"2020"[dp] : "3000"[dp]', '2020:3000[dp]'],
  ['12345678 23456789 AND x', '(12345678 OR 23456789) AND x'],
  ['x[ all  fileds ]', 'x[all fileds]'],
])('prints %j canonically', (text, expected) => {
  expect(print(text)).toBe(expected);
});

/** The value of a query under an assignment of truth values to its leaves, from left to right. */
function evaluate(node: QueryNode, truth: (leaf: string) => boolean): boolean {
  if (node.kind === 'group') return node.inner === undefined ? false : evaluate(node.inner, truth);
  if (node.kind !== 'chain') return truth(printQuery(node));
  const apply = (a: boolean, operator: Operator, b: boolean) =>
    operator === 'AND' ? a && b : operator === 'OR' ? a || b : a && !b;
  return node.operands.reduce((value, operand, i) => {
    const next = evaluate(operand, truth);
    const operator = node.operators[i - 1];
    return operator === undefined ? next : apply(value, operator.operator, next);
  }, false);
}

it('keeps the meaning and is a fixed point, whatever the text', () => {
  fc.assert(
    fc.property(queryText, fc.func(fc.boolean()), (text, truth) => {
      const { root } = parseQuery(text);
      if (root === undefined) return;
      const printed = printQuery(root);
      const again = parseQuery(printed).root;
      expect(again, printed).toBeDefined();
      if (again === undefined) return;
      expect(printQuery(again)).toBe(printed);
      expect(evaluate(again, truth)).toBe(evaluate(root, truth));
    }),
    { numRuns: 2000 },
  );
});

describe('key', () => {
  it('is equal for queries that differ only in writing', () => {
    expect(key('“Heart Attack”[Title/Abstract] or (x)')).toBe(key('"heart attack"[tiab]\n OR  x'));
    expect(
      key(
        '#1 AND #2',
        new Map([
          ['1', { key: 'k' }],
          ['2', { key: 'l' }],
        ]),
      ),
    ).toBe(
      key(
        '#5 AND #6',
        new Map([
          ['5', { key: 'k' }],
          ['6', { key: 'l' }],
        ]),
      ),
    );
  });
  it('differs where the meaning differs', () => {
    const keys = [
      'sensitivity and specificity[mh]',
      'sensitivity AND specificity[mh]',
      'a',
      'b',
      'a[ti]',
      '"a"[ti]',
      'a AND b',
      'a OR b',
      'b OR a',
      'a NOT b',
      'a OR b AND c',
      'a OR (b AND c)',
      '#1',
      'a[mh]',
      'a[mh:noexp]',
    ].map((t) => key(t));
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  });
});

it.each([
  ['a OR b AND c', '(a OR b) AND c'],
  ['a OR b OR c AND d OR e', '((a OR b OR c) AND d) OR e'],
  ['x AND (a OR b NOT c)', 'x AND ((a OR b) NOT c)'],
  ['a AND b NOT c', undefined],
])('explains the grouping of %j', (text, expected) => {
  const { root } = parseQuery(text);
  expect(root && explainGrouping(root)).toBe(expected);
});
