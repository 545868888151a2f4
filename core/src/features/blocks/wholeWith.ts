import { nodesOf, parseQuery, queryKey } from '../../pubmed/index.ts';
import type { QueryNode, ResolvedQuery } from '../../pubmed/index.ts';
import { isUnresolvable, resolveLine } from '../../strategy/index.ts';
import type { StrategyDocument } from '../../strategy/index.ts';
import type { Range } from '../../text/index.ts';
import type { StrategyBlock } from './blockAt.ts';
import { onOneLine } from './replaceBlock.ts';
import { inOrderOfUse } from '../../text/index.ts';

/**
 * Line `label` (the strategy where absent) as it would be with `query` in the place of a block, resolved; undefined where it then cannot be
 * searched, or does not use the block at all. Reads nothing again but the query: it is asked for every draft.
 */
export function wholeWith(
  document: StrategyDocument,
  { line, range, isLine }: StrategyBlock,
  query: string,
  label = document.root?.label,
): ResolvedQuery | undefined {
  const whole = label === undefined ? undefined : resolveLine(document, label);
  const own = resolveLine(document, line.label);
  const { root } = parseQuery(onOneLine(query));
  if (whole === undefined || isUnresolvable(whole) || isUnresolvable(own) || root === undefined)
    return undefined;
  if (nodesOf(root).some(({ kind }) => kind === 'reference')) return undefined;
  const changed = isLine ? root : substituted(own.root, range, root);
  if (changed === undefined) return undefined;
  const now = new Map<ResolvedQuery, ResolvedQuery>();
  for (const one of inOrderOfUse(whole)) {
    if (one === own) now.set(one, resolved(changed, isLine ? new Map() : one.references));
    else if ([...one.references.values()].some((to) => now.has(to))) {
      const references = new Map([...one.references].map(([name, to]) => [name, now.get(to) ?? to]));
      now.set(one, resolved(one.root, references));
    }
  }
  return now.get(whole);
}

/**
 * The strategy with a query in the place of line `label` (`#2` or `2`), for one query after the other; undefined where there is no such line or it is
 * the strategy itself.
 */
export function wholeWithLine(
  document: StrategyDocument,
  label: string,
): ((query: string) => ResolvedQuery | undefined) | undefined {
  const line = document.line(label.trim().replace(/^#/, ''));
  if (line === undefined || line === document.root) return undefined;
  const block: StrategyBlock = { line, range: line.queryRange, isLine: true };
  return (query) => wholeWith(document, block, query);
}

function resolved(root: QueryNode, references: ReadonlyMap<string, ResolvedQuery>): ResolvedQuery {
  return { root, references, key: queryKey(root, references) };
}

/** The tree with `by` in the place of what stands at `range`, a part or the first operands of a chain; undefined where nothing does. */
function substituted(node: QueryNode, range: Range, by: QueryNode): QueryNode | undefined {
  const grouped: QueryNode = by.kind === 'chain' ? { kind: 'group', range, inner: by, tag: undefined } : by;
  if (node.range.start === range.start && node.range.end === range.end) return grouped;
  if (node.kind === 'group') {
    const inner = node.inner && substituted(node.inner, range, by);
    return inner && { ...node, inner };
  }
  if (node.kind !== 'chain') return undefined;
  const at = node.operands.findIndex((one) => one.range.start <= range.start && one.range.end >= range.end);
  const operand = node.operands[at];
  if (operand !== undefined) {
    const inside = substituted(operand, range, by);
    return inside && { ...node, operands: node.operands.with(at, inside) };
  }
  const last = node.operands.findIndex((one) => one.range.end === range.end);
  if (node.range.start !== range.start || last < 0) return undefined;
  return {
    ...node,
    operands: [grouped, ...node.operands.slice(last + 1)],
    operators: node.operators.slice(last),
  };
}
