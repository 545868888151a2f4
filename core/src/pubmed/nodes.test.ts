import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nodesOf } from './nodes.ts';
import { parseQuery } from './parser.ts';
import { queryText } from './testQueries.ts';
import type { QueryNode } from './tree.ts';

/** The same, by recursion. */
function walk(node: QueryNode): readonly QueryNode[] {
  if (node.kind === 'chain') return [node, ...node.operands.flatMap(walk)];
  return node.kind === 'group' && node.inner !== undefined ? [node, ...walk(node.inner)] : [node];
}

it('lists the parts of a query in the order of the text, parents first', () => {
  const { root } = parseQuery('a OR ((b[ti] AND #1)) OR (2010:2015[dp]) OR ("c d")');
  expect(nodesOf(root).map(({ kind }) => kind)).toEqual([
    'chain',
    ...['term', 'group', 'group', 'chain', 'term', 'reference'],
    ...['group', 'range', 'group', 'term'],
  ]);
  expect(nodesOf(undefined)).toEqual([]);
  expect(nodesOf(root)).toBe(nodesOf(root));
});

it('finds what a recursive walk finds', () => {
  fc.assert(
    fc.property(fc.array(queryText, { maxLength: 5 }), (parts) => {
      const { root } = parseQuery(parts.map((part) => `(${part})`).join(' OR '));
      expect(nodesOf(root)).toEqual(root === undefined ? [] : walk(root));
    }),
    { numRuns: 300 },
  );
});
