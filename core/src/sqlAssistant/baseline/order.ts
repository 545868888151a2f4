import { saidDay } from './dates.ts';
import { isDay, isMeasure, isOrderable } from './mentions.ts';
import type { Mention } from './mentions.ts';
import type { ColumnOf, Reading } from './reading.ts';
import { aggregates, ascending, descending, measures } from './superlatives.ts';

/** An order by a column; of `isFirst` only the first rows are wanted. */
export interface Order {
  /** Undefined: by the count, or what else is made of many. */
  readonly column: ColumnOf | undefined;
  readonly isDescending: boolean;
  readonly isFirst: boolean;
}

/** `orders`, `was ordered`: what customers do, and no order of rows. */
export function isOrdering(words: Reading['words'], at: number): boolean {
  const [before = '', last = '', low = '', next = ''] = [words[at - 2]?.low, words[at - 1]?.low, words[at]?.low, words[at + 1]?.low];
  if (low === 'starting') return next !== 'with';
  if (!/^order(?:ed)?$/u.test(low)) return true;
  // `Order the results by name`, `in the order of their age`
  if (low === 'order' && (words.slice(at + 1, at + 6).some((word) => word.low === 'by') || (before === 'in' && next === 'of'))) return true;
  return /^(?:by|in|from|alphabetically|according|descending|ascending|starting|with)$/u.test(next) || directions.test(last);
} // prettier-ignore

const directions =
  /^(?:descending|ascending|increasing|decreasing|alphabetical|alphabetic|alphabet|lexicographical|lexicographic|chronological|reverse)$/u;

const orderWords =
  /^(?:ordered|sorted|order|sort|descending|ascending|alphabetical|alphabetically|lexicographical|starting)$/u;

/** The order that a question asks for. Marks what it names as taken. */
export function askedOrder(reading: Reading): Order | undefined {
  const { words } = reading;
  const at = words.findIndex(({ low }, i) => i > 0 && orderWords.test(low) && isOrdering(words, i));
  const fromTo = words.findIndex(({ low }, i) => low === 'from' && (descending.has(firstOf(words, i)) || ascending.has(firstOf(words, i))) && words.slice(i + 2, i + 6).some((word) => word.low === 'to'));
  const place = at >= 0 ? at : fromTo;
  if (place < 0) return topBy(reading);
  const isDescending =
    reading.has('descending', 'desc', 'decreasing', 'reverse', 'reversed') ||
    (fromTo >= 0 && descending.has(firstOf(words, fromTo)));
  const behind = reading.mentions.filter(({ start, isValue }) => start > place && !isValue);
  const counts = words.slice(place).some(({ low }, i, all) => (low === 'number' && all[i + 1]?.low === 'of') || low === 'count');
  let column: ColumnOf | undefined;
  for (const mention of behind) {
    if (reading.table(mention) === undefined) column ??= reading.column(mention, ({ share }) => share >= 0.4);
    // What is told of the order is not asked for, but for what a new sentence asks for.
    if (words[mention.start]?.sentence === words[place]?.sentence) reading.taken.add(mention);
  }
  const isMeasured = column !== undefined && isMeasure(column.table, column.column);
  return { column: counts && !isMeasured ? undefined : column, isDescending, isFirst: false };
} // prettier-ignore

/** The word behind `from`, or behind `from the`. */
function firstOf(words: Reading['words'], from: number): string {
  const next = words[from + 1]?.low ?? '';
  return next === 'the' ? (words[from + 2]?.low ?? '') : next;
}

/** `the oldest`, `the highest elevation`: the first row in the order of a column, or its largest value where nothing else is asked for. */
export function extreme(reading: Reading): Order | undefined {
  const done = doneFirst(reading);
  if (done !== undefined) return done;
  const { words, mentions, taken } = reading;
  for (const [at, { low }] of words.entries()) {
    const isDescending = descending.has(low);
    if ((!isDescending && !ascending.has(low) && !isFirst(reading, at)) || words[at - 1]?.low === 'at' || reading.spent.has(at) || mentions.some(({ start, end }) => at >= start && at < end)) continue;
    const mention = mentions.find(({ start, isValue, named }) => start > at && start - at <= 3 && !isValue && named.length > 0 && reading.column({ start, end: start + 1, named, isValue }, (each) => isOrderable(each.table, each.column)) !== undefined);
    // `maximum` makes a number of the column itself: see outputs.
    if (mention !== undefined && aggregates.get(low) !== undefined) continue;
    // `the smallest and largest`: two numbers and no order.
    if (words.slice(at + 1, at + 4).some((word) => (isDescending ? ascending : descending).has(word.low))) return undefined;
    const column = mention === undefined ? undefined : reading.column(mention, (each) => isOrderable(each.table, each.column));
    const measured = column === undefined || mention === undefined || reading.table(mention) !== undefined ? implied(reading, low) : undefined;
    const found = measured?.column ?? column;
    if (found === undefined) continue;
    const others = mentions.filter((other) => other !== mention && !taken.has(other) && !other.isValue);
    if (measured === undefined && mention !== undefined) {
      // Alone it is asked for itself.
      if (words[at - 1]?.kind === 'number' && reading.spent.has(at - 1)) return { column: found, isDescending, isFirst: true };
      if (!others.some((other) => isAsked(reading, other, mention))) return undefined;
      taken.add(mention);
    }
    return { column: found, isDescending: isDescending !== (measured?.isTurned ?? false), isFirst: true };
  }
  return undefined;
} // prettier-ignore

/** `Which reader joined last?`: the order of the day on which it was done, which is not asked for. */
function doneFirst(reading: Reading): Order | undefined {
  const { words, mentions } = reading;
  for (const mention of mentions) {
    const [word, next] = [words[mention.end], words[mention.end + 1]];
    if (mention.isValue || !/^(?:first|last|earliest|latest)$/u.test(word?.low ?? '') || (next !== undefined && next.sentence === word?.sentence)) continue;
    const column = reading.table(mention) === undefined ? reading.column(mention, (each) => each.share >= 0.4 && isDay(each.table, each.column)) : undefined;
    if (column === undefined || !words[mention.start]?.low.endsWith('ed')) continue;
    reading.taken.add(mention);
    return { column, isDescending: /^la/u.test(word?.low ?? ''), isFirst: true };
  }
  return undefined;
} // prettier-ignore

/** `top 3 books by pages`: the largest values of a column, which is not asked for. */
function topBy(reading: Reading): Order | undefined {
  const { words } = reading;
  const top = words.findIndex(({ low }, i) => /^(?:top|bottom)$/u.test(low) && words[i + 1]?.kind === 'number');
  const by = top < 0 ? -1 : words.findIndex(({ low, sentence }, i) => low === 'by' && i > top && i - top <= 6 && sentence === words[top]?.sentence);
  const mention = by < 0 ? undefined : reading.mentions.find(({ start }) => start === by + 1 || (start === by + 2 && /^(?:the|their|its)$/u.test(words[by + 1]?.low ?? '')));
  const column = mention === undefined || reading.table(mention) !== undefined ? undefined : reading.column(mention, (each) => isOrderable(each.table, each.column));
  if (mention === undefined || column === undefined || reading.taken.has(mention)) return undefined;
  reading.taken.add(mention);
  return { column, isDescending: words[top]?.low === 'top', isFirst: true };
} // prettier-ignore

/** `the first student to register`, `the first transcript released`: the earliest one. */
function isFirst({ words, subject, mentions }: Reading, at: number): boolean {
  const mention = mentions.find(({ start }) => start === at + 1);
  if (words[at]?.low !== 'first' || mention?.named.some(({ table, column }) => table === subject && column === undefined) !== true) return false;
  return /^(?:to|who|that)$|ed$/u.test(words[mention.end]?.low ?? '');
} // prettier-ignore

/** Whether another mention is something to ask for beside a column: a column, or the table whose row has it. */
function isAsked(reading: Reading, other: Mention, extremeOne: Mention): boolean {
  // What is counted is asked for as a number of its own.
  if (reading.words[other.start - 1]?.low === 'many') return false;
  if (reading.table(other) === undefined) return reading.column(other) !== undefined;
  // `Which dog has the lowest weight`, `the most populous country`, but not `the lowest weight of the dogs`.
  return other.end <= extremeOne.start || other.start === extremeOne.end;
}

/** What an adjective is measured by, in the subject or a table that it refers to. */
function implied(reading: Reading, word: string): { readonly column: ColumnOf; readonly isTurned: boolean } | undefined {
  const { subject, schema } = reading;
  for (const { pattern, isTurned = false } of measures.get(word) ?? [])
    for (const table of [subject, ...schema.tables.filter((each) => subject.foreignKeys.some((key) => key.table === each.name))]) {
      const columns = table.columns.filter(({ name }) => pattern.test(name) && isOrderable(table, name)).map(({ name }) => ({ table, column: name }));
      const column = saidDay(reading, columns.filter((each) => isDay(each.table, each.column))) ?? columns[0];
      if (column !== undefined) return { column, isTurned };
    }
  return undefined;
} // prettier-ignore
