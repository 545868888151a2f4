import type { SqlTable } from '../../sqlSchema/index.ts';
import { isMeasure } from './mentions.ts';
import type { QuestionWord } from './questionWords.ts';
import type { Reading } from './reading.ts';
import { columnText } from './reading.ts';

/** What a question calls money that was taken in or paid, where no column is called so. */
export interface Revenue {
  /** Place of the word, the first of several. */
  readonly at: number;
  /** All places in which it is spoken of. */
  readonly places: readonly number[];
  /** As SQL writes it: added up. */
  readonly text: string;
}

const words = /^(?:revenues?|turnover|sales|spent|spends?|spending|money|proceeds)$/u;
/** `time spent`, `hours spent`: no money. */
const times = /^(?:times?|seconds?|minutes?|hours?|days?|weeks?|months?|years?)$/u;

/** `sales agents`: no money, either. */
const persons = /^(?:agents?|persons?|people|representatives?|reps?|managers?|teams?)$/u;

const price = /price|cost$|amount/iu;
const quantity = /quantity|^qty|_qty$/iu;
/** What is there is not what was sold. */
const stored = /stock|hand|store|reserve|minimum|maximum|limit/iu;
const paid =
  /revenue|^total$|^amount$|total_?(?:amount|price|due|paid)|(?:sales?|payment|paid|order|invoice|purchase)_?(?:amount|price|total|value)|amount_?paid/iu;
const total = /revenue|^total$|amount|sale_?price|price/iu;

/**
 * Money as the nearest table has it: price times quantity where it has both, or what was paid in all; else the column that is called most like it. Its table
 * is joined.
 */
export function revenueOf(reading: Reading): Revenue | undefined {
  const places = moneyPlaces(reading);
  const [at] = places;
  if (at === undefined) return undefined;
  const near = reading.schema.tables
    .map((table) => ({ table, distance: reading.distance(table) }))
    .filter(({ distance }) => Number.isFinite(distance))
    .sort((a, b) => a.distance - b.distance)
    .map(({ table }) => table);
  for (const table of near) {
    const text = takenIn(table);
    if (text === undefined) continue;
    reading.used.add(table);
    spend(reading);
    return { at, places, text: `SUM(${text})` };
  }
  for (const table of near) {
    const column = measureOf(table, total);
    if (column === undefined) continue;
    reading.used.add(table);
    spend(reading);
    return { at, places, text: `SUM(${columnText(table, column)})` };
  }
  return undefined;
}

function spend({ words: all, spent, taken, mentions }: Reading): void {
  for (const at of all.keys()) {
    if (!isMoney(all, at)) continue;
    spent.add(at);
    // The amount is that of the money, and no column of its own.
    const amount = isAmount(all, at) ? mentions.find(({ start }) => start === at + 1) : undefined;
    if (amount !== undefined) taken.add(amount);
  }
}

function moneyPlaces({ words: all, mentions }: Reading): readonly number[] {
  return all.flatMap((_, at) => (isMoney(all, at) && (isAmount(all, at) || !mentions.some(({ start, end, isValue }) => at >= start && at < end && !isValue)) ? [at] : []));
} // prettier-ignore

/** `the sales amount`: of money, whatever table is called so. */
function isAmount(all: readonly QuestionWord[], at: number): boolean {
  return /^(?:amount|value|revenue)$/u.test(all[at + 1]?.low ?? '');
}

function isMoney(all: readonly QuestionWord[], at: number): boolean {
  const [last = '', low = '', next = ''] = [all[at - 1]?.low, all[at]?.low, all[at + 1]?.low];
  if (/^(?:purchases?|orders?|payments?)$/u.test(low)) return /^(?:amount|value)$/u.test(next);
  if (/^spen/u.test(low) && all.slice(at + 1, at + 5).some((word) => times.test(word.low))) return false;
  return words.test(low) && !times.test(last) && !persons.test(next);
}

/** The tables that a question of money without any name may be about. */
export function moneyTables(all: readonly QuestionWord[], tables: readonly SqlTable[]): readonly SqlTable[] {
  return all.some((_, at) => isMoney(all, at)) ? tables.filter((table) => takenIn(table) !== undefined) : [];
}

function takenIn(table: SqlTable): string | undefined {
  const [each, many] = [measureOf(table, price), measureOf(table, quantity)];
  if (each !== undefined && many !== undefined && !stored.test(many))
    return `${columnText(table, each)} * ${columnText(table, many)}`;
  const all = measureOf(table, paid);
  return all === undefined ? undefined : columnText(table, all);
}

function measureOf(table: SqlTable, pattern: RegExp): string | undefined {
  return table.columns.find(({ name }) => pattern.test(name) && isMeasure(table, name))?.name;
}
