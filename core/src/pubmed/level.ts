import { rangeOf } from './cursor.ts';
import type { ChainOperator, Operator, QueryNode, Token } from './tree.ts';

/** An operator whose right operand is still to come. */
interface PendingOperator {
  readonly operator: Operator;
  readonly token: Token;
  /** Where the last of the operators side by side ends. */
  end: number;
}

/** Collects operands and operators of one level. */
export class Level {
  readonly operands: QueryNode[] = [];
  readonly operators: ChainOperator[] = [];
  pending: PendingOperator | undefined;

  push(node: QueryNode): void {
    const last = this.operands.at(-1);
    if (last !== undefined) {
      this.operators.push(
        this.pending === undefined
          ? {
              operator: arePmids(last, node) ? 'OR' : 'AND',
              range: { start: last.range.end, end: node.range.start },
              implicit: true,
            }
          : { operator: this.pending.operator, range: rangeOf(this.pending.token), implicit: false },
      );
    }
    this.operands.push(node);
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

function arePmids(left: QueryNode, right: QueryNode): boolean {
  return isPmid(left) && isPmid(right);
}
