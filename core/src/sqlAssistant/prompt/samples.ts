import { shortened, withoutMarkup } from '../../prompting/index.ts';
import { quotedName } from '../../sql/index.ts';
import { linkQuestion } from '../../sqlSchema/index.ts';
import type { SqlColumn, SqlSchema } from '../../sqlSchema/index.ts';

/** Values told of one column, and characters of one value and of all lines together. */
const valuesOfColumn = 4;
const longestValue = 40;
const longestLines = 1_500;
/** Texts of columns with more different values are names, which a question seldom needs to know. */
const mostDistinct = 30;

/**
 * Values of the columns that a question may mean, for its prompt: those that it holds first, then what stands in columns of few different texts. One
 * line a column, as a comment of SQL. Empty where the schema has no samples.
 */
export function sampleLines(question: string, schema: SqlSchema, evidence = ''): readonly string[] {
  const lines: { readonly text: string; readonly weight: number }[] = [];
  for (const { table, columns, score } of linkQuestion(question, schema, evidence).tables)
    for (const column of table.columns) {
      const link = columns.find((each) => each.column === column);
      const found = link?.values ?? [];
      if (found.length === 0 && !isTelling(column)) continue;
      const values = [...new Set([...found, ...textsOf(column)])].slice(0, valuesOfColumn);
      if (values.length === 0) continue;
      const name = `${quotedName(table.name)}.${quotedName(column.name)}`;
      // Found values, then columns that are named, then the other columns of tables that are.
      const weight = (found.length > 0 ? 100 : 0) + 10 * (link?.score ?? 0) + score;
      lines.push({ text: `-- ${name}: ${values.map(written).join(', ')}`, weight });
    }
  let room = longestLines;
  return lines
    .sort((a, b) => b.weight - a.weight)
    .flatMap(({ text }) => {
      if (text.length + 1 > room) return [];
      room -= text.length + 1;
      return [text];
    });
}

function isTelling({ values }: SqlColumn): boolean {
  return values !== undefined && values.distinct <= mostDistinct;
}

function textsOf({ values }: SqlColumn): readonly string[] {
  return (values?.samples ?? []).filter(
    (sample): sample is string => typeof sample === 'string' && sample !== '',
  );
}

function written(value: string): string {
  return `'${shortened(withoutMarkup(value), longestValue).replaceAll("'", "''")}'`;
}
