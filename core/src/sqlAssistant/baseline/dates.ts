import { nameStems } from '../../sqlSchema/index.ts';
import { isDay } from './mentions.ts';
import type { Mention } from './mentions.ts';
import type { ColumnOf, Reading } from './reading.ts';

/** A time span up to today that a question names. */
export interface Since {
  readonly column: ColumnOf;
  /** The first day, as SQL writes it. */
  readonly first: string;
  readonly at: number;
}

const days = new Map<string, readonly [count: number, unit: string]>([
  ['day', [1, 'days']],
  ['week', [7, 'days']],
  ['month', [1, 'months']],
  ['year', [1, 'years']],
  ['quarter', [3, 'months']],
]);

/** `in the last 30 days`, `the past year`: counted back from today. Marks the number as spent. */
export function sinceOf(reading: Reading): Since | undefined {
  const { words } = reading;
  for (const [at, { low }] of words.entries()) {
    if (!/^(?:last|past|previous)$/u.test(low)) continue;
    const number = words[at + 1]?.kind === 'number' ? Number(words[at + 1]?.text) : 1;
    const place = words[at + 1]?.kind === 'number' ? at + 2 : at + 1;
    const unit = days.get(words[place]?.stem ?? '');
    if (unit === undefined || !/^\d{1,5}$/u.test(String(number))) continue;
    // It is no order of rows.
    for (let each = at; each <= place; each++) reading.spent.add(each);
    const column = dayColumn(reading);
    if (column === undefined) return undefined;
    const event = reading.mentions.find(
      (each) =>
        !each.isValue && each.end <= at && at - each.end <= 2 && words[each.start]?.low.endsWith('ed'),
    );
    if (event !== undefined && reading.table(event) === undefined) reading.taken.add(event);
    return { column, first: `date('now', '-${number * unit[0]} ${unit[1]}')`, at };
  }
  return undefined;
}

const periods = new Map([
  ...['day', 'daily'].map((word) => [word, '%Y-%m-%d'] as const),
  ...['month', 'monthly'].map((word) => [word, '%Y-%m'] as const),
  ...['year', 'yearly', 'annual'].map((word) => [word, '%Y'] as const),
]);

/** `per month`, `monthly`, `in each year`: groups by a part of a day, where no column is called so. */
export function periodOf(reading: Reading): ColumnOf | undefined {
  for (const [at, { low, stem }] of reading.words.entries()) {
    const format = periods.get(low) ?? periods.get(stem);
    const isOne = /ly$|^annual$/u.test(low) || /^(?:per|each|every|by)$/u.test(reading.words[at - 1]?.low ?? '');
    if (format === undefined || !isOne || isOwnColumn(reading, at)) continue;
    const column = dayColumn(reading);
    if (column === undefined) return undefined;
    for (const each of reading.mentions) if (each.start === at) reading.taken.add(each);
    return { ...column, period: format };
  }
  return undefined;
} // prettier-ignore

/** Whether the word names a column in the rows that are asked for, and not only in those of a table that nobody speaks of. */
function isOwnColumn(reading: Reading, at: number): boolean {
  const mention = reading.mentions.find(({ start, end }) => at >= start && at < end);
  return mention !== undefined && !isPeriodOnly(reading, mention);
}

/** `joined each year`, where another table has a year: the time at which rows of the subject came up. */
export function isPeriodOnly(reading: Reading, { start, end, isValue, named }: Mention): boolean {
  const { words, subject } = reading;
  if (isValue || end - start > 1 || periods.get(words[start]?.stem ?? '') === undefined) return false;
  const others = reading.mentions.map((each) => (each.start === start ? undefined : reading.table(each)));
  return subject.columns.some(({ name }) => isDay(subject, name)) && !named.some(({ table }) => table === subject || others.includes(table));
} // prettier-ignore

/** Of some days the one that is called as something is said to happen (`hired after 2002`: the `hire_date`), else the first that is no birthday. */
export function saidDay(reading: Reading, days: readonly ColumnOf[]): ColumnOf | undefined {
  const { words, mentions } = reading;
  const isTable = (at: number): boolean => mentions.some((mention) => at >= mention.start && at < mention.end && reading.table(mention) !== undefined);
  const isBorn = reading.has('born');
  const isSaid = ({ column }: ColumnOf): boolean =>
    (isBorn && /birth|dob|born/iu.test(column)) ||
    nameStems(column).some((part) => part.length >= 4 && !general.test(part) && words.some(({ low }, at) => low.slice(0, 4) === part.slice(0, 4) && !isTable(at)));
  return days.find(isSaid) ?? days.find(({ column }) => !/birth|dob|updated|modified|deleted|^last/iu.test(column));
} // prettier-ignore

const general = /^(?:date|time|timestamp|year|month|week|start|from|last|first)$/u;

/** The day that a question is likely about: one that it names, else the first of the subject, else of a table that it names. */
function dayColumn(reading: Reading): ColumnOf | undefined {
  const fits = ({ table, column }: ColumnOf): boolean => isDay(table, column);
  for (const mention of reading.mentions) {
    const column = mention.isValue ? undefined : reading.column(mention, (each) => fits(each) && each.share >= 0.4);
    if (column !== undefined) return column;
  }
  const tables = [reading.subject, ...reading.mentions.map((mention) => reading.table(mention))];
  return saidDay(
    reading,
    tables
      .filter((table) => table !== undefined)
      .flatMap((table) => table.columns.map(({ name }) => ({ table, column: name })))
      .filter(fits),
  );
} // prettier-ignore
