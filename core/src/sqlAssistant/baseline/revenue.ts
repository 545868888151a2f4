import { isMeasure } from './mentions.ts';
import type { Reading } from './reading.ts';
import { columnText } from './reading.ts';

/** What a question calls money that was taken in, where no column is called so. */
export interface Revenue {
  /** Place of the word. */
  readonly at: number;
  /** As SQL writes it: added up. */
  readonly text: string;
}

const price = /price|cost$|amount/iu;
const quantity = /quantity|^qty|_qty$/iu;
const total = /revenue|^total$|amount|sale_?price|price/iu;

/** `revenue` as price times quantity where a table has both, else as the column that is called most like it. Its table is joined. */
export function revenueOf(reading: Reading): Revenue | undefined {
  const at = reading.words.findIndex(({ low }) => /^(?:revenue|revenues|turnover)$/u.test(low));
  if (at < 0 || reading.mentions.some(({ start, end }) => at >= start && at < end)) return undefined;
  const near = reading.schema.tables
    .map((table) => ({ table, distance: reading.distance(table) }))
    .filter(({ distance }) => Number.isFinite(distance))
    .sort((a, b) => a.distance - b.distance);
  for (const { table } of near) {
    const find = (pattern: RegExp): string | undefined => table.columns.find(({ name }) => pattern.test(name) && isMeasure(table, name))?.name;
    const [each, many] = [find(price), find(quantity)];
    if (each === undefined || many === undefined) continue;
    reading.used.add(table);
    return { at, text: `SUM(${columnText(table, each)} * ${columnText(table, many)})` };
  }
  for (const { table } of near) {
    const column = table.columns.find(({ name }) => total.test(name) && isMeasure(table, name))?.name;
    if (column === undefined) continue;
    reading.used.add(table);
    return { at, text: `SUM(${columnText(table, column)})` };
  }
  return undefined;
} // prettier-ignore
