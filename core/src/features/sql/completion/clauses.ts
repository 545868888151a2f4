import { foldedName } from '../../../sqlSchema/index.ts';
import { isWord, unquoted } from '../../../sql/index.ts';
import type { SqlToken } from '../../../sql/index.ts';

/** A column as a statement names it. */
export interface NamedColumn {
  /** What stands before the point, folded. */
  readonly qualifier: string | undefined;
  /** Folded. */
  readonly name: string;
  /** Place of its first token. */
  readonly at: number;
  /** The function whose argument it is, folded. */
  readonly call: string | undefined;
}

/** Tokens with the parentheses around each. */
export interface Leveled {
  readonly tokens: readonly SqlToken[];
  readonly depths: readonly number[];
}

/** Parentheses around each token; those of a pair count as outside of it. */
export function leveled(tokens: readonly SqlToken[]): Leveled {
  const depths: number[] = [];
  let depth = 0;
  for (const { kind, text } of tokens) {
    if (kind === 'symbol' && text === ')' && depth > 0) depth--;
    depths.push(depth);
    if (kind === 'symbol' && text === '(') depth++;
  }
  return { tokens, depths };
}

const sections = [
  'FROM',
  'WHERE',
  'GROUP',
  'HAVING',
  'WINDOW',
  'ORDER',
  'LIMIT',
  'UNION',
  'INTERSECT',
  'EXCEPT',
] as const;
export type Section = 'SELECT' | (typeof sections)[number];

/** Where a clause of the query that begins at `select` lies: behind its keyword, up to the next clause. Undefined without one. */
export function sectionOf(
  { tokens, depths }: Leveled,
  select: number,
  section: Section,
): { readonly from: number; readonly to: number } | undefined {
  const level = depths[select] ?? 0;
  let from = section === 'SELECT' ? select + 1 : -1;
  for (let i = select + 1; i < tokens.length; i++) {
    const depth = depths[i] ?? 0;
    if (depth < level) return from < 0 ? undefined : { from, to: i };
    if (depth > level || !isWord(tokens[i], ...sections) || tokens[i - 1]?.text === '.') continue;
    if (from >= 0) return { from, to: i };
    if (isWord(tokens[i], section)) from = i + (isWord(tokens[i + 1], 'BY') ? 2 : 1);
    else if (isWord(tokens[i], 'UNION', 'INTERSECT', 'EXCEPT')) return undefined;
  }
  return from < 0 ? undefined : { from, to: tokens.length };
}

/** Columns that are named between two places. @param isName whether a word, folded, is a column's name */
export function columnsIn(
  { tokens }: Leveled,
  from: number,
  to: number,
  isName: (folded: string) => boolean,
): readonly NamedColumn[] {
  const found: NamedColumn[] = [];
  const calls: (string | undefined)[] = [];
  for (let i = from; i < to; i++) {
    const token = tokens[i];
    if (token === undefined) break;
    if (token.text === '(')
      calls.push(tokens[i - 1]?.kind === 'word' ? foldedName(tokens[i - 1]?.text ?? '') : undefined);
    else if (token.text === ')') calls.pop();
    else if (token.kind === 'word' || token.kind === 'quoted') {
      const next = tokens[i + 1];
      if (next?.text === '(' || isWord(tokens[i - 1], 'AS')) continue;
      const call = calls.at(-1);
      const member = tokens[i + 2];
      if (next?.text === '.' && i + 1 < to) {
        if (i + 2 < to && (member?.kind === 'word' || member?.kind === 'quoted')) {
          found.push({
            qualifier: foldedName(unquoted(token)),
            name: foldedName(unquoted(member)),
            at: i,
            call,
          });
          i += 2;
        }
      } else if (isName(foldedName(unquoted(token))))
        found.push({ qualifier: undefined, name: foldedName(unquoted(token)), at: i, call });
    }
  }
  return found;
}

/** The items of a list between two places: where the commas on its level part it. */
export function itemsIn(
  { tokens, depths }: Leveled,
  from: number,
  to: number,
): readonly { readonly from: number; readonly to: number }[] {
  const level = depths[from] ?? 0;
  const items: { from: number; to: number }[] = [];
  let start = from;
  for (let i = from; i < to; i++)
    if (depths[i] === level && tokens[i]?.text === ',') {
      items.push({ from: start, to: i });
      start = i + 1;
    }
  if (start < to) items.push({ from: start, to });
  return items;
}
