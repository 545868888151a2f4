import type { Operator } from '../pubmed/index.ts';
import type { Draft } from './notes.ts';

/** A part of the converted search. */
export type Output = OutputLeaf | OutputJoin;

/** A term, a heading or a reference as PubMed is to read it. */
export interface OutputLeaf {
  readonly kind: 'leaf';
  readonly text: string;
  readonly notes: readonly Draft[];
}

/** Parts joined by one operator, evaluated from left to right. */
interface OutputJoin {
  readonly kind: 'join';
  readonly operator: Operator;
  /** Two or more. */
  readonly items: readonly Output[];
  readonly notes: readonly Draft[];
}

/** A leaf. */
export function leaf(text: string, notes: readonly Draft[] = []): OutputLeaf {
  return { kind: 'leaf', text, notes };
}

/** Joins what there is; parts that were refused are undefined. For NOT without its left side there is nothing to search. */
export function join(
  operator: Operator,
  items: readonly (Output | undefined)[],
  notes: readonly Draft[] = [],
): Output | undefined {
  if (operator === 'NOT' && items[0] === undefined) return undefined;
  const present = items.filter((item) => item !== undefined);
  const [only] = present;
  if (only === undefined) return undefined;
  if (present.length > 1) return { kind: 'join', operator, items: present, notes };
  return notes.length === 0 ? only : { ...only, notes: [...only.notes, ...notes] };
}

/** A note with its place in the written text. */
export interface PlacedDraft {
  readonly draft: Draft;
  readonly start: number;
  readonly end: number;
}

/** Writes a part as PubMed query text, and says where the parts with notes stand in it. */
export function writeOutput(output: Output): {
  readonly text: string;
  readonly notes: readonly PlacedDraft[];
} {
  const parts: string[] = [];
  const notes: PlacedDraft[] = [];
  let at = 0;
  const put = (text: string): void => {
    parts.push(text);
    at += text.length;
  };
  const visit = (part: Output, inParentheses: boolean): void => {
    const start = at;
    if (part.kind === 'leaf') put(part.text);
    else {
      if (inParentheses) put('(');
      part.items.forEach((item, index) => {
        if (index > 0) put(` ${part.operator} `);
        // (a OR b) OR c needs no parentheses.
        visit(item, item.kind === 'join' && (item.operator !== part.operator || part.operator === 'NOT'));
      });
      if (inParentheses) put(')');
    }
    for (const draft of part.notes) notes.push({ draft, start, end: at });
  };
  visit(output, false);
  return { text: parts.join(''), notes };
}
