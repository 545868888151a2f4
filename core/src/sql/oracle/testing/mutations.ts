import { meaningful, scanSql, unquoted } from '../../scanner.ts';
import type { SqlToken } from '../../scanner.ts';
import { sqlKeywords } from '../keywords.ts';

export type MutationKind = 'table' | 'column' | 'bracket' | 'comma' | 'keyword' | 'doubled comma' | 'quote';

export const mutationKinds: readonly MutationKind[] = [
  'table',
  'column',
  'bracket',
  'comma',
  'keyword',
  'doubled comma',
  'quote',
];

/** A statement with one slip, and the places (offsets) at which it may rightly be reported, besides where the engine's grammar stops. */
export interface Mutation {
  readonly kind: MutationKind;
  readonly text: string;
  readonly places: readonly { readonly start: number; readonly end: number }[];
  /** Whether something is missing, so that where the grammar cannot go on is a right place too. */
  readonly isGap: boolean;
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** @param names of the database in lower case */
export function mutate(
  sql: string,
  kind: MutationKind,
  names: { readonly tables: ReadonlySet<string>; readonly columns: ReadonlySet<string> },
  random: () => number,
): Mutation | undefined {
  const tokens = meaningful(scanSql(sql));
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];
  const word = (token: SqlToken | undefined): string => token?.text.toUpperCase() ?? '';
  const renamed = (token: SqlToken): Mutation => {
    const other = kind !== 'keyword' && random() < 0.2 ? 'zq_other' : misspelt(token.text, random);
    return {
      kind,
      text: sql.slice(0, token.start) + other + sql.slice(token.end),
      places: [{ start: token.start, end: token.start + other.length }],
      isGap: false,
    };
  };
  const removed = (token: SqlToken, ...more: readonly SqlToken[]): Mutation => {
    const i = tokens.indexOf(token);
    const place = (other: SqlToken | undefined): Mutation['places'] => {
      if (other === undefined) return [];
      const shift = other.start > token.start ? 1 : 0;
      return [{ start: other.start - shift, end: other.end - shift }];
    };
    return {
      kind,
      // A space keeps neighbours apart: what is missing is the mark, not the space around it.
      text: `${sql.slice(0, token.start)}${sql.slice(token.end)}`,
      places: [tokens[i - 1], tokens[i + 1], ...more].flatMap(place),
      isGap: true,
    };
  };
  switch (kind) {
    case 'table': {
      const token = pick(
        tokens.filter(
          (each, i) =>
            each.kind === 'word' &&
            ['FROM', 'JOIN'].includes(word(tokens[i - 1])) &&
            names.tables.has(each.text.toLowerCase()),
        ),
      );
      return token && renamed(token);
    }
    case 'column': {
      const token = pick(
        tokens.filter(
          (each, i) =>
            each.kind === 'word' &&
            !sqlKeywords.has(word(each)) &&
            names.columns.has(each.text.toLowerCase()) &&
            !['FROM', 'JOIN', 'AS'].includes(word(tokens[i - 1])) &&
            !['(', '.'].includes(tokens[i + 1]?.text ?? ''),
        ),
      );
      return token && renamed(token);
    }
    case 'bracket': {
      const token = pick(tokens.filter(({ text }) => text === '(' || text === ')'));
      return token && removed(token, ...partner(tokens, token));
    }
    case 'comma': {
      const token = pick(tokens.filter(({ text }) => text === ','));
      return token && removed(token);
    }
    case 'keyword': {
      const token = pick(tokens.filter((each) => each.kind === 'word' && sqlKeywords.has(word(each))));
      if (token === undefined) return undefined;
      const mutation = renamed(token);
      const [place] = mutation.places;
      return sqlKeywords.has(mutation.text.slice(place?.start, place?.end).toUpperCase())
        ? undefined
        : mutation;
    }
    case 'doubled comma': {
      const token = pick(tokens.filter(({ text }) => text === ','));
      return (
        token && {
          kind,
          text: `${sql.slice(0, token.end)},${sql.slice(token.end)}`,
          places: [{ start: token.start, end: token.end + 1 }],
          isGap: false,
        }
      );
    }
    case 'quote': {
      const token = pick(tokens.filter((each) => each.kind === 'string' || each.kind === 'quoted'));
      if (token === undefined) return undefined;
      const at = random() < 0.5 ? token.start : token.end - 1;
      return {
        kind,
        text: sql.slice(0, at) + sql.slice(at + 1),
        places: [{ start: token.start, end: token.start + unquoted(token).length + 1 }],
        isGap: true,
      };
    }
  }
}

/** One letter more, less, changed, or two neighbours swapped; sometimes a word that has nothing to do with it. */
function misspelt(name: string, random: () => number): string {
  const at = Math.floor(random() * (name.length - 1));
  switch (Math.floor(random() * 4)) {
    case 0:
      return name.length > 2 ? name.slice(0, at) + name.slice(at + 1) : `${name}x`;
    case 1:
      return `${name.slice(0, at + 1)}x${name.slice(at + 1)}`;
    case 2:
      return `${name.slice(0, at + 1)}z${name.slice(at + 2)}`;
    default: {
      const swapped = `${name.slice(0, at)}${name.charAt(at + 1)}${name.charAt(at)}${name.slice(at + 2)}`;
      return swapped === name ? `${name}x` : swapped;
    }
  }
}

function partner(tokens: readonly SqlToken[], token: SqlToken): readonly SqlToken[] {
  const open: SqlToken[] = [];
  for (const each of tokens)
    if (each.text === '(') open.push(each);
    else if (each.text === ')') {
      const other = open.pop();
      if (other === token) return [each];
      if (each === token) return other === undefined ? [] : [other];
    }
  return [];
}
