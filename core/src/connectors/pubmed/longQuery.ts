import type { QueryNode, ResolvedQuery } from '../../pubmed/index.ts';
import { printResolved } from '../../strategy/index.ts';

/** What PubMed is sent at once, at most. */
export interface QuerySize {
  /** Characters. */
  readonly length: number;
  /** Asterisks. */
  readonly wildcards: number;
}

/**
 * No limit of length is documented; the longest published strategies ran with 15,000 characters. Of asterisks PubMed takes 256 in a query
 * (NLM Office Hours, June 2024).
 */
export const LARGEST: QuerySize = { length: 14_000, wildcards: 200 };

/** Whether `text` may be sent at once. */
export function fits(text: string, { length, wildcards }: QuerySize): boolean {
  return text.length <= length && wildcardsIn(text) <= wildcards;
}

/** Number of asterisks in `text`. */
export function wildcardsIn(text: string): number {
  let found = 0;
  for (let at = text.indexOf('*'); at >= 0; at = text.indexOf('*', at + 1)) found++;
  return found;
}

/** Room for `#12 NOT ` before a piece. */
const REFERENCE_LENGTH = 16;

/**
 * Text for a query that is too large to be sent at once: parts of it are kept on the history server and referred to by their numbers there.
 * Chains are read from left to right, so the beginning of one can be kept and gone on with: `#1 OR more`.
 * @param keep sends a part and tells its number
 * @returns text of at most `size`, unless a single term is larger
 */
export async function shorten(
  query: ResolvedQuery,
  size: QuerySize,
  keep: (text: string) => Promise<string>,
): Promise<string> {
  const room = { ...size, length: size.length - REFERENCE_LENGTH };
  const print = (root: QueryNode, within: ResolvedQuery): string =>
    printResolved({ root, references: within.references, key: '' });

  const reduce = async (node: QueryNode, within: ResolvedQuery): Promise<string> => {
    const text = print(node, within);
    if (fits(text, room)) return text;
    if (node.kind === 'reference') {
      const target = within.references.get(node.label);
      return target === undefined ? text : reduce(target.root, target);
    }
    if (node.kind === 'group' && node.inner !== undefined && node.tag === undefined)
      return reduce(node.inner, within);
    if (node.kind !== 'chain') return text;
    let so = '';
    for (const [index, operand] of node.operands.entries()) {
      const piece = await operandText(operand, within);
      const operator = node.operators[index - 1]?.operator;
      if (operator === undefined) so = piece;
      else {
        const more = `${so} ${operator} ${piece}`;
        // What is a reference already is not kept once more.
        so = fits(more, room) || /^#\d+$/.test(so) ? more : `#${await keep(so)} ${operator} ${piece}`;
      }
    }
    return so;
  };

  const operandText = async (operand: QueryNode, within: ResolvedQuery): Promise<string> => {
    const text = print(operand, within);
    if (!fits(text, room)) return `#${await keep(await reduce(operand, within))}`;
    return operand.kind === 'reference' ? `(${text})` : text;
  };

  return reduce(query.root, query);
}
