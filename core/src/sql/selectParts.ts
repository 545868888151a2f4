import { isWord, meaningful, scanSql } from './scanner.ts';
import type { SqlToken } from './scanner.ts';

/** One `SELECT`, or the rows of one `VALUES`, of a statement: what it gives, and whether it has a place to take that from. */
export interface SelectPart {
  readonly kind: 'select' | 'values';
  /** Parentheses around it; 0 for the parts of the statement's own answer. */
  readonly depth: number;
  /** Whether it has a `FROM` of its own. */
  readonly hasFrom: boolean;
  /** What stands between `SELECT` and the next clause, or behind `VALUES`. */
  readonly list: readonly SqlToken[];
  /** The condition behind its `WHERE`; undefined without one. */
  readonly condition: readonly SqlToken[] | undefined;
}

/** The words that end the list of a `SELECT`. */
export const wordsBehindList = [
  'FROM',
  'WHERE',
  'GROUP',
  'HAVING',
  'WINDOW',
  'UNION',
  'INTERSECT',
  'EXCEPT',
  'ORDER',
  'LIMIT',
];

/** The selects of a statement in the order in which they begin, those in subqueries and common table expressions too. */
export function selectParts(sql: string): readonly SelectPart[] {
  const tokens = meaningful(scanSql(sql));
  const depths = depthsOf(tokens);
  return tokens.flatMap((token, i) => {
    const depth = depths[i] ?? 0;
    if (!isWord(token, 'SELECT', 'VALUES')) return [];
    const listEnd = clauseEnd(tokens, depths, i + 1, depth, wordsBehindList);
    const last = clauseEnd(tokens, depths, i + 1, depth, [...wordsBehindList.slice(5), 'SELECT', 'VALUES']);
    const where = tokens.findIndex(
      (at, j) => j > i && j < last && depths[j] === depth && isWord(at, 'WHERE'),
    );
    return {
      kind: isWord(token, 'SELECT') ? 'select' : 'values',
      depth,
      hasFrom: tokens.some((at, j) => j > i && j < last && depths[j] === depth && isWord(at, 'FROM')),
      list: tokens.slice(i + 1, listEnd),
      condition:
        where < 0
          ? undefined
          : tokens.slice(where + 1, clauseEnd(tokens, depths, where + 1, depth, wordsBehindList)),
    };
  });
}

/** Parentheses around each token; those of a pair count as outside of it. */
function depthsOf(tokens: readonly SqlToken[]): readonly number[] {
  let depth = 0;
  return tokens.map(({ kind, text }) => {
    if (kind !== 'symbol') return depth;
    if (text === '(') return depth++;
    if (text === ')' && depth > 0) return --depth;
    return depth;
  });
}

/** Where what begins at `from` ends: at one of these words on its level, or where its level does. */
function clauseEnd(
  tokens: readonly SqlToken[],
  depths: readonly number[],
  from: number,
  depth: number,
  words: readonly string[],
): number {
  for (let i = from; i < tokens.length; i++) {
    const here = depths[i] ?? 0;
    // The parenthesis that closes this level counts as one of the level outside.
    if (here < depth) return i;
    if (here === depth && isWord(tokens[i], ...words)) return i;
  }
  return tokens.length;
}
