import type { SqlTable } from '../../sqlSchema/index.ts';
import { nameStems } from '../../sqlSchema/index.ts';
import { isMeasure } from './mentions.ts';
import type { Mention } from './mentions.ts';
import type { ColumnOf, Reading } from './reading.ts';
import { ascending, less, more } from './superlatives.ts';
import { groupKey } from './where.ts';
import { isPeriodOnly } from './dates.ts';

/** Rows that are counted for each of something else. */
interface Counted {
  /** What the groups are made by. */
  readonly by: ColumnOf;
  /** Whose rows are counted; undefined for those of the subject. */
  readonly table: SqlTable | undefined;
}

/** `at least 2 dogs`: groups of which so many rows are wanted. */
export interface Having extends Counted {
  readonly test: string;
}

/** `the most dogs`: groups in the order of their rows. */
export interface CountOrder extends Counted {
  readonly isDescending: boolean;
}

/** How many rows are wanted: of `top 3`, `the 5 longest`. Marks the number as spent. */
export function limitOf(reading: Reading): number | undefined {
  for (const [at, { kind, text }] of reading.words.entries()) {
    if (kind !== 'number' || !/^\d{1,4}$/u.test(text)) continue;
    const next = reading.words[at + 1]?.low ?? '';
    const isLimit =
      /^(?:top|first|bottom)$/u.test(reading.words[at - 1]?.low ?? '') ||
      /^(?:most|least|largest|biggest|smallest|highest|lowest|longest|shortest|oldest|youngest|best|latest|earliest|fewest|cheapest|heaviest|tallest)$/u.test(next) ||
      // `the 3 countries with the fewest people`
      (reading.words[at - 1]?.low === 'the' && reading.words.slice(at + 1, at + 7).some(({ low }) => ascending.has(low) || /^(?:most|largest|highest|greatest)$/u.test(low)));
    if (!isLimit) continue;
    reading.spent.add(at);
    return Number(text);
  }
  return undefined;
} // prettier-ignore

/** A count of rows that a question compares with a number. Marks the number as spent. */
export function havingOf(reading: Reading): Having | undefined {
  for (const [at, word] of reading.words.entries()) {
    const before = reading.before(at, 3);
    const isOne = word.low === 'one' && before.some((each) => /^(?:than|least|exactly|only)$/u.test(each));
    if ((word.kind !== 'number' && !isOne) || reading.spent.has(at) || !/^(?:\d{1,5}|one)$/iu.test(word.text)) continue;
    // A year is no number of rows.
    if (/^(?:19|20)\d\d$/u.test(word.text) && /^(?:of|in|since|after|before|during|until)$/u.test(before.at(-1) ?? '')) continue;
    const after = reading.between(at + 1, at + 3);
    const behind = after[0] === 'or' ? 3 : 1;
    const isOr = after[0] === 'or' && (more.has(after[1] ?? '') || less.has(after[1] ?? ''));
    if (after[0] === 'or' && !isOr) continue;
    const mention = reading.next(at + behind, 1);
    if (mention === undefined || mention.isValue) continue;
    const counted = countedOf(reading, mention, at);
    if (counted === undefined) continue;
    reading.spent.add(at);
    reading.taken.add(mention);
    const number = isOne ? '1' : word.text;
    return { ...counted, test: `COUNT(*) ${comparison(before, after)} ${number}` };
  }
  return undefined;
} // prettier-ignore

function comparison(before: readonly string[], [next, last = '']: readonly string[]): string {
  const isDenied = before.includes('no') || before.includes('not');
  if (before.includes('least') || (next === 'or' && more.has(last))) return '>=';
  if (before.includes('most') || (next === 'or' && less.has(last))) return '<=';
  if (before.some((word) => more.has(word))) return isDenied ? '<=' : '>';
  return before.some((word) => less.has(word)) ? '<' : '=';
}

/** What rows a mention counts, and for each of what. */
function countedOf(reading: Reading, mention: Mention, at: number): Counted | undefined {
  const { subject } = reading;
  const column = reading.column(mention);
  const table = reading.table(mention) ?? (column === undefined || isMeasure(column.table, column.column) ? undefined : column.table);
  if (table === undefined) return undefined;
  // `grades with 4 or more high schoolers`: the column that stands before makes the groups.
  const asked = reading.mentions
    .filter((each) => each.end <= at && each !== mention && !each.isValue)
    .map((each) => ({ each, column: reading.table(each) === undefined ? reading.column(each) : undefined }))
    .find(({ column: own }) => own !== undefined && !isMeasure(own.table, own.column) && own.table !== table);
  if (table !== subject) {
    const by = groupKey(subject) ?? asked?.column;
    return by === undefined || !Number.isFinite(reading.distance(table)) ? undefined : { by, table };
  }
  const own = reading.mentions
    .filter((each) => each !== mention && !each.isValue && each.end <= at)
    .map((each) => (reading.table(each) === undefined ? reading.column(each, (named) => named.share >= 0.9 || (named.share >= 0.4 && !isMeasure(named.table, named.column))) : undefined))
    .find((each) => each !== undefined);
  return own === undefined ? undefined : { by: own, table: undefined };
} // prettier-ignore

/** `most common X`, `the most dogs`, `the fewest courses`, `the greatest number of X`. */
export function countOrderOf(reading: Reading): CountOrder | undefined {
  const { words, subject } = reading;
  for (const [at, { low }] of words.entries()) {
    const [next = '', afterNext = ''] = reading.between(at + 1, at + 3);
    const common = low === 'most' || low === 'least' ? /^(?:common|commonly|popular|frequent|frequently|purchased|used|sold|often)$/u.test(next) : false;
    const numbered = /^(?:most|fewest|least|greatest|highest|largest|maximum|lowest|smallest|minimum|max|top)$/u.test(low) && ((/^(?:number|amount|count|numbers)$/u.test(next) && afterNext === 'of') || (next === 'total' && afterNext === 'number'));
    const plain = /^(?:most|fewest|least)$/u.test(low) && !common && !numbered && !/^(?:recent|expensive|recently|of)$/u.test(next);
    if (!common && !numbered && !plain) continue;
    if ((low === 'least' || low === 'most') && reading.words[at - 1]?.low === 'at') continue;
    const behind = common ? at + 2 : numbered ? at + 3 : at + 1;
    const mention = reading.next(behind, numbered || common ? 2 : 1);
    const isDescending = !ascending.has(low);
    if (common && mention === undefined && /^(?:often|frequently|commonly)$/u.test(next)) {
      const by = groupKey(subject);
      const many = by === undefined ? undefined : childOf(reading, subject, reading.before(at, 3));
      if (by === undefined || many === undefined) continue;
      return { by, table: many, isDescending };
    }
    if (mention === undefined || mention.isValue) continue;
    const column = reading.column(mention);
    const table = reading.table(mention);
    if (common) {
      // `transaction statuses`: the last of words in a row.
      const last = reading.mentions.find((each) => each.start === mention.end && reading.words[each.start]?.isAfterComma === false && !each.isValue && reading.table(each) === undefined);
      const own = last === undefined ? undefined : reading.column(last);
      if (last !== undefined && own !== undefined) { reading.taken.add(mention); reading.taken.add(last); return { by: own, table: undefined, isDescending }; }
      if (column !== undefined && table === undefined) { reading.taken.add(mention); return { by: column, table: undefined, isDescending }; }
      const by = groupKey(table ?? subject);
      const many = by === undefined ? undefined : childOf(reading, by.table);
      if (by === undefined || many === undefined) continue;
      return { by, table: many, isDescending };
    }
    // `the most citations` is the largest value of a column of numbers.
    if (table === undefined && column !== undefined && isMeasure(column.table, column.column)) continue;
    const counted = countedOf(reading, mention, at);
    if (counted === undefined) continue;
    reading.taken.add(mention);
    return { ...counted, isDescending };
  }
  return undefined;
} // prettier-ignore

/** The table whose rows refer to those of another: of several the one called after what is done (`ordered most often`), else the first. */
function childOf({ schema }: Reading, table: SqlTable, done: readonly string[] = []): SqlTable | undefined {
  const all = schema.tables.filter((each) => each.foreignKeys.some((key) => key.table.toLowerCase() === table.name.toLowerCase()));
  return all.find(({ name }) => nameStems(name).some((part) => part.length >= 4 && done.some((word) => word.startsWith(part.slice(0, 5))))) ?? all[0];
} // prettier-ignore

/** `per reader and year`: a second thing that makes the groups. Marks it as taken. */
export function alsoBy(reading: Reading, by: ColumnOf): ColumnOf | undefined {
  const { words, mentions, taken } = reading;
  const first = mentions.find(({ start }) => /^(?:each|every|per|by)$/u.test(words[start - 1]?.low ?? ''));
  if (first === undefined || !taken.has(first) || words[first.end]?.low !== 'and') return undefined;
  const second = mentions.find(({ start, isValue }) => start === first.end + 1 && !isValue);
  if (second === undefined || taken.has(second)) return undefined;
  const table = reading.table(second);
  const column = table === undefined ? reading.column(second, (each) => !isMeasure(each.table, each.column) || /year|month|week|day$/iu.test(each.column)) : groupKey(table);
  if (column === undefined || (column.table === by.table && column.column === by.column)) return undefined;
  taken.add(second);
  return column;
} // prettier-ignore

/** What stands behind `each`, `per`, or `by` where something is counted or made one number of. Marks it as taken. */
export function groupOf(reading: Reading, isAggregated: boolean): ColumnOf | undefined {
  if (!isAggregated) return undefined;
  for (const [at, { low }] of reading.words.entries()) {
    const isBy = low === 'by' && !/^(?:ordered|order|sorted|sort|descending|ascending|top)$/u.test(reading.words[at - 1]?.low ?? '');
    if (!/^(?:each|every|per)$/u.test(low) && !isBy) continue;
    const mention = reading.next(at + 1, 3);
    if (mention === undefined || mention.isValue || reading.words[mention.start]?.sentence !== reading.words[at]?.sentence) continue;
    // `albums by the artist "Metallica"`
    if (isBy && (reading.words[mention.end]?.kind === 'quoted' || reading.mentions.some(({ start, isValue }) => isValue && start === mention.end))) continue;
    if (isPeriodOnly(reading, mention)) continue;
    const column = reading.column(mention, (named) => named.share >= 0.9 || !isMeasure(named.table, named.column));
    const table = reading.table(mention);
    // `each student id` is one column, `each type of food` is the other.
    const of = reading.words[mention.end]?.low === 'of' ? reading.next(mention.end + 1, 1) : undefined;
    const refined = of === undefined || table !== undefined ? undefined : mention.named.find((each) => each.column !== undefined && of.named.some((other) => other.table === each.table && other.column === each.column));
    if (refined?.column !== undefined) { reading.taken.add(mention); if (of !== undefined) reading.taken.add(of); return { table: refined.table, column: refined.column }; }
    const idBehind = table === undefined ? undefined : reading.mentions.find((each) => each.start === mention.end && !each.isValue);
    const own = idBehind === undefined ? undefined : reading.column(idBehind, (named) => named.table === table);
    if (isBy && table === undefined && column === undefined) continue;
    if (own !== undefined && idBehind !== undefined) { reading.taken.add(mention); reading.taken.add(idBehind); return own; }
    if (table !== undefined) { reading.taken.add(mention); return groupKey(table); }
    if (column !== undefined) { reading.taken.add(mention); return column; }
  }
  return undefined;
} // prettier-ignore
