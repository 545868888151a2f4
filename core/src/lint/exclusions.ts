import type { ParsedQuery, QueryNode } from '../pubmed/index.ts';
import { fix } from '../text/index.ts';
import { textOf } from './family.ts';
import type { Report } from './family.ts';
import { bare, limitKind } from './limitKinds.ts';
import type { LimitKind } from './limitKinds.ts';

/** Animals without those studies that are of humans as well. */
export const DOUBLE_NEGATIVE = '("animals"[mh] NOT "humans"[mh])';

/** What stands behind NOT. `kind` is what it limits to, if it is nothing but a limit. */
export function checkExclusion(
  query: ParsedQuery,
  operand: QueryNode,
  kind: LimitKind | undefined,
  report: Report,
): void {
  const node = bare(operand);
  const isMixture =
    node.kind === 'chain' &&
    node.operands.length === 2 &&
    node.operators[0]?.operator === 'AND' &&
    node.operands.map(limitKind).toSorted().join() === 'animals,humans';
  if (kind === 'animals' || isMixture) {
    const isPlain = !textOf(query, operand.range).includes('//');
    report(
      'animal-exclusion',
      operand.range,
      isMixture
        ? `This removes studies of humans and animals alike. What is meant is NOT ${DOUBLE_NEGATIVE}.`
        : `Most studies of humans are lost here as well: Humans stands below Animals in MeSH. What is meant is NOT ${DOUBLE_NEGATIVE}.`,
      isPlain
        ? [
            fix(`Change to ${DOUBLE_NEGATIVE}`, false, [
              operand.range.start,
              operand.range.end,
              DOUBLE_NEGATIVE,
            ]),
          ]
        : [],
    );
    return;
  }
  // Comments, letters and animals are excluded everywhere; a reference says nothing of itself.
  if (kind !== undefined || node.kind === 'reference' || isOneWithoutOther(node)) return;
  if (node.kind === 'chain' && node.operands.some((part) => isOneWithoutOther(bare(part)))) return;
  report(
    'exclusion',
    operand.range,
    'NOT also removes records that are about what you want and about this. Check what is lost, or exclude at screening.',
  );
}

/** `animals NOT humans`, `animals NOT (animals AND humans)`, and the same with two sexes or two ages. */
function isOneWithoutOther(node: QueryNode): boolean {
  if (node.kind !== 'chain' || node.operands.length !== 2 || node.operators[0]?.operator !== 'NOT')
    return false;
  const [first, second] = node.operands;
  const kind = first && limitKind(first);
  if (kind === undefined || second === undefined) return false;
  const other = bare(second);
  const others = other.kind === 'chain' ? other.operands.map(limitKind) : [limitKind(other)];
  return others.every((one) => one === kind || (kind === 'animals' && one === 'humans'));
}
