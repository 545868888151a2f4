import type { SqlSchema, SqlTable } from '../../sqlSchema/index.ts';
import { aggregateOrderOf } from './aggregateOrder.ts';
import { conditionsOf } from './conditions.ts';
import type { Condition } from './conditions.ts';
import { alsoBy, countOrderOf, groupOf, havingOf, limitOf } from './counting.ts';
import { periodOf, sinceOf } from './dates.ts';
import { expanded } from './evidence.ts';
import { isDay, keyColumn, mentionsOf, nameColumn } from './mentions.ts';
import { askedOrder, extreme } from './order.ts';
import { countPlaces, defaultOutput, isMultiplied, outputsOf, personal } from './outputs.ts';
import type { Output } from './outputs.ts';
import { wordsOf } from './questionWords.ts';
import { Reading } from './reading.ts';
import type { ColumnOf } from './reading.ts';
import { ratioOf } from './ratio.ts';
import { subjectsOf } from './subjects.ts';
import { unreadWords } from './unread.ts';
import { belonging, groupKey, whereOf } from './where.ts';

/**
 * A statement for a question without any model, by the names and values of a schema that the question holds: the baseline that a trained model
 * has to beat. Knows lists of columns, counts, aggregates, groups with conditions, equality and comparison, order, extremes, rows without
 * others, and joins over keys. Looks at the schema only, with the samples of values that it carries, and gives the same statement for the
 * same question.
 * @param evidence notes that came with the question
 * @returns undefined when the question names nothing of the schema
 */
export function baselineSql(question: string, schema: SqlSchema, evidence = ''): string | undefined {
  return baselineDrafts(question, schema, evidence).statements[0];
}

/** What a question says behind so many words is not read. */
const mostWords = 300;
/** Most statements for a question. */
const mostDrafts = 3;

/** What the method made of a question. */
export interface BaselineDrafts {
  /** The statements that it may mean, the likeliest first: they differ in the table that it is about. Empty when it names nothing. */
  readonly statements: readonly string[];
  /** Words of it to which the first statement owes nothing: where there are any, it may answer another question. */
  readonly unread: readonly string[];
}

/** The statements that a question may mean, and what of it none is made of; see {@link baselineSql}. */
export function baselineDrafts(question: string, schema: SqlSchema, evidence = ''): BaselineDrafts {
  const words = wordsOf(expanded(question, evidence)).slice(0, mostWords);
  const mentions = mentionsOf(words, schema);
  const drafts = subjectsOf(words, mentions, schema)
    .slice(0, mostDrafts)
    .flatMap((subject) => {
      const reading = new Reading(words, mentions, schema, subject);
      const sql = draft(reading);
      return sql === undefined ? [] : [{ sql, unread: unreadWords(reading, sql) }];
    });
  return { statements: [...new Set(drafts.map(({ sql }) => sql))], unread: drafts[0]?.unread ?? [] };
}

function draft(reading: Reading): string | undefined {
  const { subject } = reading;
  // In this order: what a condition, a group or an order takes is not asked for.
  const limit = limitOf(reading);
  const having = havingOf(reading);
  const aggregateOrder = having === undefined ? aggregateOrderOf(reading) : undefined;
  const countOrder = having === undefined && aggregateOrder === undefined ? countOrderOf(reading) : undefined;
  const counted = having ?? countOrder;
  const asked = askedOrder(reading);
  const isAggregated = reading.has('average', 'total', 'sum', 'minimum', 'maximum', 'mean', 'breakdown', 'revenue', 'lowest', 'highest', 'ratio', 'percentage', 'proportion') || countPlaces(reading).length > 0;
  const since = sinceOf(reading);
  const by = aggregateOrder?.by ?? (counted === undefined ? (groupOf(reading, isAggregated) ?? (isAggregated ? periodOf(reading) : undefined)) : undefined);
  const also = by === undefined ? undefined : alsoBy(reading, by);
  const conditions = conditionsOf(reading);
  takeCompared(reading, conditions);
  const compared = conditions.filter(({ isAggregate }) => isAggregate === true);
  for (const each of compared) conditions.splice(conditions.indexOf(each), 1);
  const ratio = ratioOf(reading, conditions, by !== undefined && keyColumn(by.table) !== by.column);
  const where = [...whereOf(reading, conditions), ...(since === undefined ? [] : [`${reading.refer(since.column)} >= ${since.first}`])];
  const order = asked ?? (countOrder === undefined && aggregateOrder === undefined && ratio === undefined ? extreme(reading) : undefined);
  let outputs = ratio === undefined ? outputsOf(reading) : [ratio];
  where.push(...presences(reading, outputs));
  const group: ColumnOf[] = counted !== undefined ? [counted.by] : [by, also].filter((each) => each !== undefined);
  if (counted?.table !== undefined) reading.used.add(counted.table);
  if (ratio?.isAggregate === false && by !== undefined) { outputs = [...groupOutputs(reading, by, false), ratio]; group.length = 0; }
  const plain = outputs.filter(({ isAggregate }) => !isAggregate);
  if (group.length === 0 && compared.length > 0) group.push(...(plain.length > 0 ? implied(reading, plain) : [groupKey(subject)].filter((each) => each !== undefined)));
  if (group.length === 0 && plain.length > 0 && plain.length < outputs.length) group.push(...implied(reading, plain));
  // The column of the groups is asked for by them.
  const [first] = group;
  if (first !== undefined && plain.length === 0) outputs = [...group.flatMap((each) => groupOutputs(reading, each, counted !== undefined)), ...outputs];
  else if (outputs.length === 0) outputs = [...defaultOutput(reading)];
  if (by !== undefined && plain.length > 0 && !plain.some(({ column }) => column?.table === by.table)) outputs = [...groupOutputs(reading, by, false), ...outputs];
  if (aggregateOrder !== undefined && plain.length === outputs.length && isOneSentence(reading)) outputs = [...outputs, { text: aggregateOrder.text, isAggregate: true, column: undefined }];
  if (group.length > 0) outputs = [...outputs.filter(({ isAggregate }) => !isAggregate), ...outputs.filter(({ isAggregate }) => isAggregate)];
  if (counted?.by.table === subject || outputs.every(({ column }) => column === undefined)) reading.used.add(subject);
  if (isNamed(reading, subject) && outputs.every(({ column }) => column?.table !== subject)) reading.used.add(subject);
  const texts = outputs.map(({ text }) => (text === 'COUNT(*)' ? rowCount(reading, group, counted?.table !== undefined) : text));
  const orderBy = aggregateOrder !== undefined ? `ORDER BY ${aggregateOrder.text}${aggregateOrder.isDescending ? ' DESC' : ''} LIMIT ${limit ?? 1}` : orderText(reading, countOrder, order, outputs, texts, limit, having === undefined ? group[0] : undefined);
  const groupTexts = group.map((column) => reading.refer(column));
  const tests = [...(having === undefined ? [] : [having.test]), ...compared.map((each) => { reading.used.add(each.column.table); return `${each.left ?? ''} ${each.operator} ${each.value}`; })];
  const from = reading.from();
  if (from === undefined) return undefined;
  const isDistinct = group.length === 0 && (asksDifferent(reading) || isWhich(reading, outputs) || (where.length > 0 && isRepeated(reading, outputs))) && outputs.every(({ isAggregate }) => !isAggregate);
  if (having !== undefined && isCounted(reading, having.by)) return `SELECT COUNT(*) FROM (SELECT ${groupTexts.join(', ')} FROM ${from}${where.length === 0 ? '' : ` WHERE ${where.join(' AND ')}`} GROUP BY ${groupTexts.join(', ')} HAVING ${tests.join(' AND ')})`;
  return [
    `SELECT ${isDistinct ? 'DISTINCT ' : ''}${texts.join(', ')} FROM ${from}`,
    ...(where.length === 0 ? [] : [`WHERE ${where.join(' AND ')}`]),
    ...(groupTexts.length === 0 ? [] : [`GROUP BY ${groupTexts.join(', ')}`]),
    ...(tests.length === 0 || groupTexts.length === 0 ? [] : [`HAVING ${tests.join(' AND ')}`]),
    ...(orderBy === undefined ? [] : [orderBy]),
  ].join(' ');
} // prettier-ignore

function isNamed(reading: Reading, table: SqlTable): boolean {
  return reading.mentions.some((mention) => reading.table(mention) === table);
}

function isOneSentence({ words }: Reading): boolean {
  return (words.at(-1)?.sentence ?? 0) === 0;
}

/** `Which regions speak Dutch?` asks for values, each once; so does a join that would give a row several times. */
function isWhich(reading: Reading, outputs: readonly Output[]): boolean {
  if (reading.words[0]?.low !== 'which' || outputs.length !== 1) return false;
  const column = outputs[0]?.column;
  return column !== undefined && (keyColumn(column.table) !== column.column) && (nameColumn(column.table) !== column.column || isMultiplied(reading, column.table));
} // prettier-ignore

/** A join gives each row several times that is asked for once. */
function isRepeated(reading: Reading, outputs: readonly Output[]): boolean {
  const tables = [...new Set(outputs.map(({ column }) => column?.table))];
  const [table] = tables;
  return tables.length === 1 && table !== undefined && isMultiplied(reading, table);
} // prettier-ignore

/** `How many readers have more than one loan?`: the number of groups. */
function isCounted(reading: Reading, { table, column }: ColumnOf): boolean {
  return reading.words[0]?.low === 'how' && countPlaces(reading).some(({ at, behind }) => {
    const mention = at === 0 ? reading.next(behind, 2) : undefined;
    if (mention === undefined || mention.isValue) return false;
    const own = reading.table(mention) === undefined ? reading.column(mention) : undefined;
    return own === undefined ? reading.table(mention) === table : own.table === table && own.column === column;
  });
} // prettier-ignore

/** Whether different rows are asked for, and not what is different from something. */
function asksDifferent({ words }: Reading): boolean {
  return words.some(
    ({ low }, i) => /^(?:different|distinct|unique)$/u.test(low) && words[i + 1]?.low !== 'from',
  );
}

/** What names a column in part beside its value (`a republic as their form of government`) is not asked for. */
function takeCompared(reading: Reading, conditions: readonly Condition[]): void {
  for (const mention of reading.mentions) {
    if (mention.isValue || reading.table(mention) !== undefined) continue;
    const [best] = reading.ranked(mention);
    if (best !== undefined && best.share < 0.9 && conditions.some(({ column }) => column.table === best.table && column.column === best.column))
      reading.taken.add(mention);
  }
} // prettier-ignore

function orderText(
  reading: Reading,
  countOrder: { readonly isDescending: boolean } | undefined,
  order: { readonly column: ColumnOf | undefined; readonly isDescending: boolean; readonly isFirst: boolean } | undefined,
  outputs: readonly Output[],
  texts: readonly string[],
  limit: number | undefined,
  group: ColumnOf | undefined,
): string | undefined {
  if (countOrder !== undefined)
    return `ORDER BY COUNT(*)${countOrder.isDescending ? ' DESC' : ''} LIMIT ${limit ?? 1}`;
  const direction = order?.isDescending === true ? ' DESC' : '';
  const at = outputs.findIndex(({ isAggregate }) => isAggregate);
  // Where no order is asked for: years and days as they follow each other, of other groups the largest first.
  if (order === undefined && limit === undefined && group !== undefined && at >= 0)
    return isTime(group) ? `ORDER BY ${reading.refer(group)}` : `ORDER BY ${texts[at] ?? ''} DESC`;
  if (order === undefined) return limit === undefined ? undefined : `${at < 0 ? '' : `ORDER BY ${texts[at] ?? ''} DESC `}LIMIT ${limit}`;
  // One number made of all rows has no order.
  if (at >= 0 && outputs.every(({ isAggregate }) => isAggregate)) return undefined;
  const own = outputs.findIndex(({ column, isAggregate }) => isAggregate && column !== undefined && column.column === order.column?.column);
  const by = own >= 0 ? texts[own] : order.column === undefined ? (texts[at] ?? texts[0]) : reading.refer(order.column);
  if (by === undefined || by.endsWith('*')) return undefined;
  return `ORDER BY ${by}${direction}${order.isFirst || limit !== undefined ? ` LIMIT ${limit ?? 1}` : ''}`;
} // prettier-ignore

function isTime({ table, column, period }: ColumnOf): boolean {
  return period !== undefined || isDay(table, column) || /(?:^|_)(?:year|month|week|day)$/iu.test(column);
}

/** `COUNT(*)`, or the different rows of the subject where a join repeats them. */
function rowCount(reading: Reading, group: readonly ColumnOf[], isOther: boolean): string {
  const key = keyColumn(reading.subject);
  if (group.length > 0 || isOther || key === undefined || !isMultiplied(reading, reading.subject)) return 'COUNT(*)';
  if (!reading.mentions.some((mention) => countPlaces(reading).some(({ behind }) => mention.start >= behind && mention.start - behind <= 3 && reading.table(mention) === reading.subject))) return 'COUNT(*)';
  return `COUNT(DISTINCT ${reading.refer({ table: reading.subject, column: key })})`;
} // prettier-ignore

/** What a group is shown by: its column, or what the row is called whose key it is. */
function groupOutputs(reading: Reading, { table, column, period }: ColumnOf, isNamed: boolean): readonly Output[] {
  const name = keyColumn(table) === column && (isNamed || !reading.has('id', 'ids')) ? nameColumn(table) : undefined;
  if (period === undefined) return personal(reading, { table, column: name ?? column });
  const shown = { table, column, period };
  return [{ text: reading.refer(shown), isAggregate: false, column: shown }];
} // prettier-ignore

/** Columns beside a count: the groups are their values, or the rows of the subject whose columns they are. */
function implied(reading: Reading, plain: readonly Output[]): readonly ColumnOf[] {
  const columns = plain.flatMap(({ column }) => column ?? []);
  const [first] = columns;
  const key = first === undefined ? undefined : keyColumn(first.table);
  if (first !== undefined && key !== undefined && columns.every(({ table }) => table === first.table) && reading.used.size > 1)
    return [{ table: first.table, column: key }];
  return columns;
} // prettier-ignore

/** `students who have some friends`: rows of the subject to which one of another table belongs, where nothing else needs that table. */
function presences(reading: Reading, outputs: readonly Output[]): readonly string[] {
  return reading.mentions.flatMap((mention) => {
    const table = reading.table(mention);
    if (table === undefined || table === reading.subject || reading.used.has(table) || reading.inside.has(table) || reading.taken.has(mention)) return [];
    const before = reading.before(mention.start, 4);
    if (!before.some((word) => /^(?:have|has|had|any|some|with)$/u.test(word)) || outputs.some(({ column }) => column?.table === table)) return [];
    const named = mention.named.find((each) => each.table === table && each.column === undefined);
    const test = (named?.share ?? 0) < 0.9 ? undefined : belonging(reading, table, [], 'IN');
    return test === undefined ? [] : [test];
  });
} // prettier-ignore
