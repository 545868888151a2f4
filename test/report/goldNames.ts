import { isWord, meaningful, scanSql, unquoted } from '@querent/core/sql';
import type { SqlToken } from '@querent/core/sql';
import { foldedName } from '@querent/core/sqlSchema';
import type { SqlSchema } from '@querent/core/sqlSchema';

export type NameKind = 'table' | 'column' | 'alias' | 'function' | 'CTE';

/** A name that is used in a statement, told without our parser, by the tokens around it. */
export interface GoldName {
  readonly kind: NameKind;
  readonly start: number;
  readonly end: number;
  /** Without quotes. */
  readonly text: string;
  /** An alias or common table expression that the text gives only behind this place: nobody can know it when the rest is not there. */
  readonly isForward: boolean;
}

const reserved = new Set(
  (
    'ADD ALL ALTER AND AS ASC BETWEEN BY CASE CAST CHECK COLLATE CREATE CROSS CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP DEFAULT DELETE DESC ' +
    'DISTINCT ELSE END ESCAPE EXCEPT EXISTS FILTER FIRST FROM FULL GLOB GROUP HAVING IN INNER INTERSECT INTO IS ISNULL JOIN LAST LEFT LIKE LIMIT ' +
    'NATURAL NOT NOTNULL NULL NULLS OFFSET ON OR ORDER OUTER OVER PARTITION PRECEDING RANGE RECURSIVE REGEXP RIGHT ROWS SELECT THEN UNBOUNDED UNION ' +
    'UNIQUE USING VALUES WHEN WHERE WINDOW WITH FOLLOWING CURRENT TRUE FALSE'
  ).split(' '),
);

/** All names that a statement uses. Names that it gives (aliases behind AS) are none, for they are whatever their writer likes. */
export function goldNames(sql: string, schema: SqlSchema): readonly GoldName[] {
  const tokens = meaningful(scanSql(sql));
  const columns = new Set(
    schema.tables.flatMap((table) => table.columns.map(({ name }) => foldedName(name))),
  );
  const tables = new Set(schema.tables.map(({ name }) => foldedName(name)));
  const given = definitionsIn(tokens, tables, columns);
  const names: GoldName[] = [];
  tokens.forEach((token, i) => {
    const low = foldedName(unquoted(token));
    if (token.kind !== 'word' && token.kind !== 'quoted') return;
    if (given.places.has(i)) return;
    const next = tokens[i + 1]?.text;
    const previous = tokens[i - 1];
    const isMember = previous?.text === '.';
    const isSource = isWord(previous, 'FROM', 'JOIN') || (previous?.text === ',' && isInFrom(tokens, i));
    if (!isMember && token.kind === 'word' && reserved.has(token.text.toUpperCase()) && next !== '.') return;
    const definition = given.names.get(low);
    const isForward = definition !== undefined && definition > i;
    const kind = ((): NameKind | undefined => {
      if (token.kind === 'word' && next === '(' && !isMember) return isSource ? undefined : 'function';
      if (isSource) return given.common.has(low) ? 'CTE' : 'table';
      if (isMember) return 'column';
      if (next === '.') return given.common.has(low) ? 'CTE' : given.names.has(low) ? 'alias' : 'table';
      if (columns.has(low)) return 'column';
      if (given.names.has(low)) return 'alias';
      // In double quotes: a text.
      return undefined;
    })();
    if (kind !== undefined)
      names.push({
        kind,
        start: token.start,
        end: token.end,
        text: unquoted(token),
        isForward: isForward && kind !== 'column',
      });
  });
  return names;
}

/** Names that a statement gives: their first places by name, all their places, and which are common table expressions. */
function definitionsIn(
  tokens: readonly SqlToken[],
  tables: ReadonlySet<string>,
  columns: ReadonlySet<string>,
): {
  readonly names: ReadonlyMap<string, number>;
  readonly places: ReadonlySet<number>;
  readonly common: ReadonlySet<string>;
} {
  const names = new Map<string, number>();
  const places = new Set<number>();
  const common = new Set<string>();
  const give = (i: number): void => {
    const token = tokens[i];
    if (token === undefined || (token.kind !== 'word' && token.kind !== 'quoted' && token.kind !== 'string'))
      return;
    places.add(i);
    const low = foldedName(unquoted(token));
    if (!names.has(low)) names.set(low, i);
  };
  tokens.forEach((token, i) => {
    if (isWord(tokens[i + 1], 'AS') && tokens[i + 2]?.text === '(') {
      common.add(foldedName(unquoted(token)));
      give(i);
    } else if (isWord(token, 'AS') && tokens[i + 1]?.text !== '(') {
      // `CAST(x AS TEXT)` gives no name.
      if (!isInCast(tokens, i)) give(i + 1);
      else places.add(i + 1);
    } else if (
      token.kind === 'word' &&
      !reserved.has(token.text.toUpperCase()) &&
      (tokens[i - 1]?.text === ')' ||
        (tokens[i - 1]?.kind === 'word' && !reserved.has(tokens[i - 1]?.text.toUpperCase() ?? ''))) &&
      tokens[i - 2]?.text !== undefined &&
      (tables.has(foldedName(tokens[i - 1]?.text ?? '')) ||
        tokens[i - 1]?.text === ')' ||
        columns.has(foldedName(tokens[i - 1]?.text ?? '')) ||
        common.has(foldedName(tokens[i - 1]?.text ?? '')))
    )
      give(i);
  });
  return { names, places, common };
}

function isInCast(tokens: readonly SqlToken[], at: number): boolean {
  let depth = 0;
  for (let i = at; i >= 0; i--) {
    if (tokens[i]?.text === ')') depth++;
    if (tokens[i]?.text === '(' && depth-- === 0) return isWord(tokens[i - 1], 'CAST');
  }
  return false;
}

/** Whether a comma before a place parts the sources of FROM. */
function isInFrom(tokens: readonly SqlToken[], at: number): boolean {
  let depth = 0;
  for (let i = at - 1; i >= 0; i--) {
    if (tokens[i]?.text === ')') depth++;
    if (tokens[i]?.text === '(' && depth-- === 0) return false;
    if (depth > 0) continue;
    if (isWord(tokens[i], 'FROM', 'JOIN')) return true;
    if (isWord(tokens[i], 'SELECT', 'WHERE', 'ON', 'BY', 'HAVING', 'USING', 'WITH')) return false;
  }
  return false;
}
