import { diffArrays } from 'diff';

/** A stretch of words that both queries have, or one of them. */
interface Stretch {
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

/**
 * A term with its tag, in the second group; what joins it to the one before and the parentheses around it belong to it, so that a term that
 * goes or comes takes its operator along.
 */
const pieces =
  /(\s*(?:\b(?:AND|OR|NOT)\b\s*)*[()\s]*)("[^"]*"(?:\[[^\]]*\])?|[^\s()"]+?\[[^\]]*\]|[^\s()"]+|"|$)((?:\s*\))*)/g;

interface Piece {
  readonly text: string;
  /** By which pieces are compared. */
  readonly term: string;
}

/** Longest text that is compared, in characters; above it people compare in the editor. */
const longest = 40_000;

/** What changes from one query to the other, word by word; undefined for texts too long to be read that way. */
export function changesBetween(before: string, after: string): Changes | undefined {
  if (before.length > longest || after.length > longest) return undefined;
  const old = piecesOf(before);
  const now = piecesOf(after);
  const changes = diffArrays(old, now, { comparator: (a, b) => a.term === b.term });
  const stretches = changes.map(({ added, removed, value }): Stretch => {
    const text = value.map((piece) => piece.text).join('');
    return { kind: added ? 'new' : removed ? 'gone' : 'same', text };
  });
  const terms = (all: readonly Piece[]): Set<string> =>
    new Set(all.map(({ term }) => term).filter((term) => /[^\W_]/.test(term) && !/^#\w+$/.test(term)));
  const oldTerms = terms(old);
  const newTerms = terms(now);
  const kept = [...newTerms].filter((term) => oldTerms.has(term)).length;
  return { stretches, added: newTerms.size - kept, removed: oldTerms.size - kept, kept };
}

function piecesOf(query: string): Piece[] {
  const text = query.replace(/\s+/g, ' ').trim();
  return [...text.matchAll(pieces)]
    .filter(([whole]) => whole !== '')
    .map(([whole, , term = '']) => ({ text: whole, term: term.toLowerCase() }));
}
