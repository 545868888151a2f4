import type { ChainOperator, QueryNode } from './tree.ts';

/** Collects operands and operators of one level. */
export class Level {
  readonly operands: QueryNode[] = [];
  readonly operators: ChainOperator[] = [];
  /** An operator whose right operand is still to come. */
  pending: ChainOperator | undefined;
  /** Where the last of the operators side by side ends, of which `pending` is the one that counts. */
  pendingEnd = 0;

  push(node: QueryNode): void {
    const { operands, operators, pending } = this;
    const last = operands.at(-1);
    if (last !== undefined) operators.push(pending ?? implicitOperator(last, node));
    operands.push(node);
    this.pending = undefined;
  }

  node(): QueryNode | undefined {
    const [first] = this.operands;
    const last = this.operands.at(-1);
    if (first === undefined || last === undefined || first === last) return first;
    const range = { start: first.range.start, end: last.range.end };
    return { kind: 'chain', range, operands: this.operands, operators: this.operators };
  }
}

/** What PubMed puts between operands side by side. */
function implicitOperator(left: QueryNode, right: QueryNode): ChainOperator {
  return {
    operator: isPmid(left) && isPmid(right) ? 'OR' : 'AND',
    range: { start: left.range.end, end: right.range.start },
    implicit: true,
  };
}

/**
 * Whether an untagged number reads as a PMID. Side by side with others it is ORed with them (User Guide, "Searching by PMID"); numbers
 * of four digits that could be years are not taken for PMIDs.
 */
export function isPmidText(text: string): boolean {
  return /^[1-9]\d{0,7}$/.test(text) && !/^(?:1[89]|20)\d\d$/.test(text);
}

function isPmid(node: QueryNode): boolean {
  if (node.kind !== 'term' || node.quoted) return false;
  return node.tag === undefined
    ? isPmidText(node.text)
    : node.tag.field === 'pmid' && /^\d{1,8}$/.test(node.text);
}
