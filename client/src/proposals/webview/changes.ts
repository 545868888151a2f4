import { diffArrays } from 'diff';

/** A stretch of words that both queries have, or one of them. */
export interface Stretch {
  readonly kind: 'same' | 'new' | 'gone';
  readonly text: string;
}

export interface Changes {
  readonly stretches: readonly Stretch[];
  /** Different terms, wherever they stand. */
  readonly added: number;
  readonly removed: number;
  readonly kept: number;
}

/** Phrases and words with their tags, parentheses, and what is between. */
const pieces = /"[^"]*"(?:\[[^\]]*\])?|[()]|\s+|[^\s()"]+?(?:\[[^\]]*\])|[^\s()"]+|"/g;

const isTerm = (piece: string): boolean =>
  !/^[\s()]*$/.test(piece) && !/^(?:AND|OR|NOT|#\w+|\[[^\]]*\])$/i.test(piece);

/** Longest text that is compared, in characters; above it people compare in the editor. */
const longest = 40_000;

/** What changes from one query to the other, word by word; undefined for texts too long to be read that way. */
export function changesBetween(before: string, after: string): Changes | undefined {
  if (before.length > longest || after.length > longest) return undefined;
  const old = piecesOf(before);
  const now = piecesOf(after);
  const stretches = diffArrays(old, now).map(({ added, removed, value }): Stretch => {
    return { kind: added ? 'new' : removed ? 'gone' : 'same', text: value.join('') };
  });
  const terms = (all: readonly string[]): Set<string> =>
    new Set(all.filter(isTerm).map((term) => term.toLowerCase()));
  const oldTerms = terms(old);
  const newTerms = terms(now);
  const kept = [...newTerms].filter((term) => oldTerms.has(term)).length;
  return { stretches, added: newTerms.size - kept, removed: oldTerms.size - kept, kept };
}

function piecesOf(query: string): string[] {
  return query.replace(/\s+/g, ' ').trim().match(pieces) ?? [];
}
