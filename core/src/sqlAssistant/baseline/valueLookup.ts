import type { SqlCell, SqlColumn, SqlSchema, SqlTable } from '../../sqlSchema/index.ts';
import { placesOf } from './demonyms.ts';
import { plainWords } from './mentions.ts';
import { wordsOf } from './questionWords.ts';
import type { QuestionWord } from './questionWords.ts';
import { quotedName, quotedText } from './reading.ts';

/** A statement that finds what a question says in the columns of a database, and what its rows add to the schema. */
export interface ValueLookup {
  /** Reads each column of text once. */
  readonly sql: string;
  /** The schema with the values that were found among its samples. @param rows what the statement gave */
  found(rows: readonly (readonly SqlCell[])[]): SqlSchema;
}

/** Most words of a value, texts that are looked for, columns that are looked into, and values of one column. */
const longest = 5;
const mostTexts = 200;
const mostColumns = 80;
const mostValues = 20;

/**
 * What to ask a database so that a question's values are found that no sample holds: texts in quotes and words in a row, compared in any
 * case, in columns of text whose samples are not all they hold.
 * @returns undefined when nothing has to be looked for
 */
export function valueLookup(question: string, schema: SqlSchema): ValueLookup | undefined {
  const texts = textsOf(wordsOf(question)).slice(0, mostTexts);
  const columns = schema.tables
    .filter(({ kind = 'table' }) => kind === 'table')
    .flatMap((table) => table.columns.filter(isOpen).map((column) => ({ table, column })))
    .slice(0, mostColumns);
  if (texts.length === 0 || columns.length === 0) return undefined;
  const parts = columns.map(({ table, column }, i) => {
    const name = quotedName(column.name);
    return `SELECT ${i} AS "at", "v" FROM (SELECT DISTINCT ${name} AS "v" FROM ${quotedName(table.name)} WHERE ${name} COLLATE NOCASE IN (SELECT "text" FROM "said") LIMIT ${mostValues})`;
  });
  return {
    sql: `WITH "said"("text") AS (VALUES ${texts.map((text) => `(${quotedText(text)})`).join(', ')}) ${parts.join(' UNION ALL ')}`,
    found(rows) {
      const added = new Map<SqlColumn, SqlCell[]>();
      for (const [at, value] of rows) {
        const place = columns[Number(at)];
        if (place === undefined || value === undefined) continue;
        const known = added.get(place.column);
        if (known === undefined) added.set(place.column, [value]);
        else known.push(value);
      }
      return added.size === 0 ? schema : { ...schema, tables: schema.tables.map((table) => withValues(table, added)) };
    },
  };
} // prettier-ignore

function withValues(table: SqlTable, added: ReadonlyMap<SqlColumn, readonly SqlCell[]>): SqlTable {
  if (!table.columns.some((column) => added.has(column))) return table;
  const columns = table.columns.map((column): SqlColumn => {
    const more = added.get(column);
    if (more === undefined) return column;
    const values = column.values ?? { examined: 0, isComplete: false, distinct: more.length, nullShare: 0, samples: [] };
    return { ...column, values: { ...values, samples: [...new Set([...values.samples, ...more])] } };
  });
  return { ...table, columns };
} // prettier-ignore

/** Whether a column may hold texts that its samples do not tell. */
function isOpen({ type, values }: SqlColumn): boolean {
  if (/int|real|num|dec|float|doub|date|time|bool|blob/iu.test(type)) return false;
  return values === undefined || values.distinct > values.samples.length;
}

/** Texts in quotes, then words in a row, the longest first. */
function textsOf(words: readonly QuestionWord[]): readonly string[] {
  const texts = words.filter(({ kind }) => kind === 'quoted').map(({ text }) => text);
  for (let length = longest; length > 0; length--)
    for (let start = 0; start + length <= words.length; start++) {
      const span = words.slice(start, start + length);
      const [first, last] = [span[0], span.at(-1)];
      if (first === undefined || last === undefined) continue;
      if (span.some(({ kind, sentence }) => kind === 'quoted' || kind === 'sign' || sentence !== first.sentence)) continue;
      if (plainWords.has(first.low) || plainWords.has(last.low) || (length === 1 && first.kind === 'number')) continue;
      const text = span.map((word) => word.text).join(' ');
      texts.push(text, ...placesOf(text));
    }
  return [...new Set(texts)];
} // prettier-ignore
