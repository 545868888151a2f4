import { isWord, unquoted } from '../scanner.ts';
import type { SqlToken } from '../scanner.ts';
import type { Span } from './asking.ts';

/** The places where a name stands as the engine writes it in messages: parts joined by points, without quotes. */
export function spansOfName(tokens: readonly SqlToken[], name: string): readonly Span[] {
  return chains(tokens).filter((span) => {
    const written = nameOf(tokens, span);
    // Of what is made or dropped the engine names the database too, written or not.
    return written === name || name === `main.${written}` || name === `temp.${written}`;
  });
}

/** Names and what they are qualified with: `a`, `t.a`, `main.t.a`; of `t.*` the part before the point. */
export function chains(tokens: readonly SqlToken[]): readonly Span[] {
  const found: Span[] = [];
  for (let from = 0; from < tokens.length; from++) {
    if (!isName(tokens[from])) continue;
    let to = from;
    while (tokens[to + 1]?.text === '.' && isName(tokens[to + 2])) to += 2;
    found.push({ from, to });
    from = to;
  }
  return found;
}

export function nameOf(tokens: readonly SqlToken[], { from, to }: Span): string {
  return tokens
    .slice(from, to + 1)
    .filter(({ text }) => text !== '.')
    .map(unquoted)
    .join('.');
}

/** Calls of a function, with what belongs to them (`FILTER`, `OVER`). @param name undefined for those of any function */
export function spansOfCalls(tokens: readonly SqlToken[], name?: string): readonly Span[] {
  return tokens.flatMap((token, from) => {
    if (!isName(token) || tokens[from + 1]?.text !== '(') return [];
    if (name !== undefined && unquoted(token).toLowerCase() !== name.toLowerCase()) return [];
    let to = closing(tokens, from + 1);
    if (isWord(tokens[to + 1], 'FILTER') && tokens[to + 2]?.text === '(') to = closing(tokens, to + 2);
    if (isWord(tokens[to + 1], 'OVER'))
      to = tokens[to + 2]?.text === '(' ? closing(tokens, to + 2) : Math.min(to + 2, tokens.length - 1);
    return [{ from, to }];
  });
}

/** Where the parenthesis at a place is closed; the last token if nowhere. */
export function closing(tokens: readonly SqlToken[], open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    if (tokens[i]?.text === '(') depth++;
    else if (tokens[i]?.text === ')' && --depth === 0) return i;
  }
  return tokens.length - 1;
}

/** The innermost parenthesis that is never closed. */
export function unclosedParenthesis(tokens: readonly SqlToken[]): number | undefined {
  const open: number[] = [];
  tokens.forEach(({ text }, i) => {
    if (text === '(') open.push(i);
    else if (text === ')') open.pop();
  });
  return open.at(-1);
}

function isName(token: SqlToken | undefined): boolean {
  return token?.kind === 'word' || token?.kind === 'quoted' || token?.kind === 'string';
}
