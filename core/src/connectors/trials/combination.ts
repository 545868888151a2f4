import type { ExpressionNode, ResolvedExpression } from '../../ctgov/index.ts';

type Ids = ReadonlySet<string>;

/**
 * Whether a line only combines other lines with AND, OR and `AND NOT`, so that what it finds follows from what they find. A NOT that stands
 * for "everything but" does not: which studies there are is known to the service alone.
 */
export function isCombination({ root }: ResolvedExpression): boolean {
  return combine(root, () => new Set()) !== undefined;
}

/** What a combination finds of some ids, from what the lines that it refers to find of them; undefined for everything else. */
export function combined(
  { root }: ResolvedExpression,
  foundBy: (label: string) => Ids | undefined,
): Ids | undefined {
  return combine(root, foundBy);
}

function combine(node: ExpressionNode, foundBy: (label: string) => Ids | undefined): Ids | undefined {
  switch (node.kind) {
    case 'reference':
      return foundBy(node.label);
    case 'group':
      return node.inner && combine(node.inner, foundBy);
    case 'or': {
      const all: readonly (Ids | undefined)[] = node.operands.map((operand) => combine(operand, foundBy));
      return isWhole(all) ? new Set(all.flatMap((ids) => [...ids])) : undefined;
    }
    case 'and': {
      const negated = node.operands.filter((operand) => operand.kind === 'not');
      const wanted: readonly (Ids | undefined)[] = node.operands
        .filter((operand) => operand.kind !== 'not')
        .map((operand) => combine(operand, foundBy));
      const unwanted: readonly (Ids | undefined)[] = negated.map(
        ({ operand }) => operand && combine(operand, foundBy),
      );
      const [first] = wanted;
      if (first === undefined || !isWhole(wanted) || !isWhole(unwanted)) return undefined;
      return new Set(
        [...first].filter((id) => wanted.every((ids) => ids.has(id)) && !unwanted.some((ids) => ids.has(id))),
      );
    }
    default:
      return undefined;
  }
}

function isWhole(sets: readonly (Ids | undefined)[]): sets is readonly Ids[] {
  return sets.every((ids) => ids !== undefined);
}
