import { hasOperatorHeadings, isOperatorHeading, MAXIMUM_HEADING_WORDS } from './operatorHeadings.ts';
import type { Token } from './tree.ts';

/**
 * A tag ends `sensitivity and specificity[mh]`: the operators of the longest known heading before it are words of it. In capitals
 * the operator was meant.
 * @param tokens without white space; the tag is the last, and the operators become words in place
 * @returns whether any did
 */
export function joinHeading(text: string, offset: number, tokens: Token[]): boolean {
  const textOf = ({ start, end }: Token): string => text.slice(start - offset, end - offset);
  const tag = tokens.at(-1);
  const tagText = tag === undefined ? '' : textOf(tag).replace(/^\[|\]$/g, '');
  if (!hasOperatorHeadings(tagText)) return false;
  let words = '';
  let count = 0;
  let hasOperator = false;
  let first = tokens.length;
  for (let i = tokens.length - 2; i >= 0 && count <= MAXIMUM_HEADING_WORDS; i--) {
    const token = tokens[i];
    // Behind the colon of a range stands one word.
    if (token?.kind === 'colon') return false;
    if (token?.kind !== 'word' && token?.kind !== 'operator') break;
    const written = textOf(token);
    if (token.kind === 'operator' && !/^[a-z]+$/.test(written)) break;
    hasOperator ||= token.kind === 'operator';
    words = count === 0 ? written : `${written} ${words}`;
    count++;
    if (hasOperator && token.kind === 'word' && isOperatorHeading(words, tagText)) first = i;
  }
  const joined: { kind: Token['kind'] }[] = tokens.slice(first).filter(({ kind }) => kind === 'operator');
  for (const token of joined) token.kind = 'word';
  return joined.length > 0;
}
