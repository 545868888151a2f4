import type { QueryNode } from '../../pubmed/index.ts';
import { printRange, printTag, printTerm } from '../../pubmed/index.ts';

/** `pos` all of which must hold and `neg` none of which may: ANDs and NOTs of one level. */
interface Conjunction {
  readonly kind: 'and';
  readonly positive: string[];
  readonly negative: string[];
}

interface Disjunction {
  readonly kind: 'or';
  readonly parts: string[];
}

type Meaning = Conjunction | Disjunction | { readonly kind: 'one'; readonly key: string };

/**
 * A text that is equal for queries that find the same whatever their terms find, as far as regrouping goes: parentheses that
 * PubMed's reading from left to right implies, or that ANDs among ANDs and ORs among ORs do not need, do not count
 * (`(a OR b) AND c` and `a OR b AND c` are equal, as are `x AND (a NOT b)` and `x AND a NOT b`). References count by label.
 */
export function meaningOf(root: QueryNode | undefined): string {
  return root === undefined ? '' : written(meaning(root));
}

function meaning(node: QueryNode): Meaning {
  switch (node.kind) {
    case 'term':
      return { kind: 'one', key: printTerm(node).toLowerCase() };
    case 'range':
      return { kind: 'one', key: printRange(node).toLowerCase() };
    case 'reference':
      return { kind: 'one', key: `#${node.label}` };
    case 'group':
      if (node.inner === undefined) return { kind: 'one', key: '()' };
      if (node.tag === undefined) return meaning(node.inner);
      return { kind: 'one', key: `${written(meaning(node.inner))}${printTag(node.tag).toLowerCase()}` };
    case 'chain': {
      let result = copyOf(meaning(node.operands[0] ?? node));
      node.operators.forEach(({ operator }, index) => {
        const operand = node.operands[index + 1];
        if (operand === undefined) return;
        const next = meaning(operand);
        if (operator === 'OR') {
          if (result.kind !== 'or') result = { kind: 'or', parts: [written(result)] };
          for (const part of next.kind === 'or' ? next.parts : [written(next)]) result.parts.push(part);
          return;
        }
        if (result.kind !== 'and') result = { kind: 'and', positive: [written(result)], negative: [] };
        if (operator === 'NOT') result.negative.push(written(next));
        else if (next.kind === 'and') {
          for (const part of next.positive) result.positive.push(part);
          for (const part of next.negative) result.negative.push(part);
        } else result.positive.push(written(next));
      });
      return result;
    }
  }
}

function copyOf(one: Meaning): Meaning {
  if (one.kind === 'and') return { ...one, positive: [...one.positive], negative: [...one.negative] };
  return one.kind === 'or' ? { ...one, parts: [...one.parts] } : one;
}

function written(one: Meaning): string {
  if (one.kind === 'one') return one.key;
  if (one.kind === 'or') return `(${one.parts.join(' OR ')})`;
  return `(${[one.positive.join(' AND '), ...one.negative].join(' NOT ')})`;
}
