import { joinTables } from './joins.ts';
import { mentioned, nameStems, questionOf, stem, stemsOf, wordsOf } from './linking.ts';
import type { Question } from './linking.ts';
import { foldedName } from './schema.ts';
import type { SqlColumn, SqlSchema, SqlTable } from './schema.ts';

/** What of a schema a question is about. */
export interface SchemaLinks {
  /** Tables that the question names, by their own name, a column's or a value, best first; then those that lie between them. */
  readonly tables: readonly LinkedTable[];
}

export interface LinkedTable {
  readonly table: SqlTable;
  /** Higher is nearer; 0 for a table that merely joins others. */
  readonly score: number;
  readonly columns: readonly LinkedColumn[];
}

export interface LinkedColumn {
  readonly column: SqlColumn;
  /** Share of the name's words that the question holds, 0..1; more where it holds one of its values. */
  readonly score: number;
  /** Sample values that stand in the question, as they are in the database. */
  readonly values: readonly string[];
}

/** A table's own name says more than a column's, which other tables have too. */
const tableWeight = 3;
/** A value in the question names its column as surely as two names. */
const valueWeight = 2;
/** Shortest text of a value that is looked for in the question. */
const shortestValue = 3;

/**
 * Finds the tables and columns of a schema that a question names: words are compared by their stems, values where the schema has samples.
 * @param evidence notes that came with the question
 */
export function linkQuestion(question: string, schema: SqlSchema, evidence = ''): SchemaLinks {
  const text = `${question} ${evidence}`;
  const asked = questionOf(text);
  // Names in one piece (`songtitle`) are found in the words run together.
  const joined = stemsOf(text).join('');
  const words = ` ${asked.text} `;
  const linked = schema.tables.flatMap((table): LinkedTable[] => {
    const columns = table.columns.flatMap((column): LinkedColumn[] => {
      const values = valuesIn(words, column);
      const score = shareOf(column.name, asked, joined) + (values.length > 0 ? valueWeight : 0);
      return score >= 0.5 ? [{ column, score, values }] : [];
    });
    const own = tableWeight * shareOf(table.name, asked, joined);
    const score = own + columns.reduce((sum, each) => sum + each.score, 0);
    return score >= 1 ? [{ table, score, columns: columns.sort((a, b) => b.score - a.score) }] : [];
  });
  linked.sort((a, b) => b.score - a.score);
  return { tables: [...linked, ...between(schema, linked)] };
}

function shareOf(name: string, asked: Question, joined: string): number {
  const share = mentioned(name, asked);
  if (share > 0) return share;
  const [only, ...others] = nameStems(name);
  return only !== undefined && others.length === 0 && only.length >= 6 && joined.includes(only) ? 1 : 0;
}

/** Texts of a column that the question holds as whole words, in any case, plural or not. */
function valuesIn(words: string, { values }: SqlColumn): readonly string[] {
  return (values?.samples ?? []).filter((sample): sample is string => {
    if (typeof sample !== 'string' || sample.length < shortestValue) return false;
    const own = wordsOf(sample);
    return own.length >= shortestValue && (words.includes(` ${own} `) || words.includes(` ${stem(own)} `) || words.includes(` ${own}s `));
  });
} // prettier-ignore

/** Tables over which those that are named can be joined, by keys or guesses. */
function between(schema: SqlSchema, linked: readonly LinkedTable[]): readonly LinkedTable[] {
  const named = new Map(linked.map(({ table }) => [foldedName(table.name), table]));
  const [best, ...others] = linked.slice(0, 6).map(({ table }) => table.name);
  if (best === undefined) return [];
  const added = new Map<string, LinkedTable>();
  for (const other of others)
    for (const { to } of joinTables(schema, [best, other]) ?? []) {
      const name = foldedName(to);
      const table = schema.tables.find((each) => foldedName(each.name) === name);
      if (!named.has(name) && table !== undefined) added.set(name, { table, score: 0, columns: [] });
    }
  return [...added.values()];
}
