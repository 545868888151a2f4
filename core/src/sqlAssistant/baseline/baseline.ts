import type { SqlSchema, SqlTable } from '../../sqlSchema/index.ts';
import { mentionsOf, wordsOf } from './mentions.ts';
import type { Mention } from './mentions.ts';
import { mostCommon, orderOf } from './order.ts';
import { counted, countOf, groupOf, isDistinct, outputsOf } from './outputs.ts';
import { Reading } from './reading.ts';
import { whereOf } from './where.ts';

/**
 * A statement for a question without any model, by the names of tables and columns that the question holds: the baseline that a trained model
 * has to beat. Knows lists of columns, counts, aggregates, groups, equality and comparison, order, extremes, and one join over a foreign
 * key. Looks at the schema only, never at the data, and gives the same statement for the same question.
 * @returns undefined when the question names nothing of the schema
 */
export function baselineSql(question: string, schema: SqlSchema): string | undefined {
  const words = wordsOf(question);
  const mentions = mentionsOf(words, schema);
  const subject = subjectOf(mentions, schema.tables);
  if (subject === undefined) return undefined;
  const reading = new Reading(words, mentions, subject);
  // In this order: what a condition, a group or an order takes is not asked for.
  const where = whereOf(reading);
  const count = countOf(reading);
  const group = groupOf(reading);
  const common = mostCommon(reading);
  const order =
    common === undefined ? orderOf(reading, count !== undefined) : `ORDER BY COUNT(*) DESC LIMIT 1`;
  const asked = count === undefined ? outputsOf(reading) : [counted(reading, count)];
  const columns = common === undefined ? [...(group === undefined ? [] : [group]), ...asked] : [common];
  const groupBy = common ?? group;
  return [
    `SELECT ${count === undefined && isDistinct(reading) ? 'DISTINCT ' : ''}${columns.join(', ')} FROM ${reading.from}`,
    ...(where.length === 0 ? [] : [`WHERE ${where.join(' AND ')}`]),
    ...(groupBy === undefined ? [] : [`GROUP BY ${groupBy}`]),
    ...(order === undefined ? [] : [order]),
  ].join(' ');
}

/** The table that a question is about: named itself, and with most of the columns; of equals the first. */
function subjectOf(mentions: readonly Mention[], tables: readonly SqlTable[]): SqlTable | undefined {
  const ranked = tables.map((table) => {
    let score = 0;
    let first = mentions.length;
    mentions.forEach(({ named }, i) => {
      const own = named.filter((each) => each.table === table);
      const isTable = own.some(({ column }) => column === undefined);
      if (isTable) first = Math.min(first, i);
      score += isTable ? 2 : own.length > 0 ? 1 / named.length : 0;
    });
    return { table, score, first };
  });
  const [best] = ranked.sort((a, b) => b.score - a.score || a.first - b.first);
  return best === undefined || best.score === 0 ? undefined : best.table;
}
