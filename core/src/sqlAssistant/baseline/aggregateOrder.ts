import { isMeasure, isOrderable } from './mentions.ts';
import type { Mention } from './mentions.ts';
import type { ColumnOf, Reading } from './reading.ts';
import { revenueOf } from './revenue.ts';
import { aggregates, ascending, descending } from './superlatives.ts';
import { groupKey } from './where.ts';

/** Groups in the order of a number made of their rows: `the top 3 cities by total population`. */
export interface AggregateOrder {
  readonly by: ColumnOf;
  /** As SQL writes it. */
  readonly text: string;
  readonly isDescending: boolean;
}

/** Groups that a question ranks by a sum, a mean or a count. Marks what it names as taken. */
export function aggregateOrderOf(reading: Reading): AggregateOrder | undefined {
  return ranked(reading) ?? superlative(reading);
}

/** `top 3 states by total revenue`, `top 5 cities by number of customers`. */
function ranked(reading: Reading): AggregateOrder | undefined {
  const { words } = reading;
  const at = words.findIndex(({ low }) => low === 'top' || low === 'bottom');
  const shown = at < 0 ? undefined : reading.next(at + 1, 3);
  if (shown === undefined || shown.isValue) return undefined;
  const by = words.findIndex(({ low }, i) => low === 'by' && i >= shown.end && i - shown.end <= 8);
  if (by < 0) return undefined;
  const group = groupedBy(reading, shown);
  const text = group === undefined ? undefined : numberAt(reading, by + 1, group, true);
  if (group === undefined || text === undefined) return undefined;
  reading.taken.add(shown);
  return { by: group, text, isDescending: words[at]?.low === 'top' };
} // prettier-ignore

/** `Which city has the highest average rating?` */
function superlative(reading: Reading): AggregateOrder | undefined {
  const { words } = reading;
  for (const [at, { low }] of words.entries()) {
    if ((!descending.has(low) && !ascending.has(low)) || aggregates[words[at + 1]?.low ?? ''] === undefined) continue;
    if (words[at + 2]?.low === 'number') continue;
    const shown = reading.mentions.find((mention) => !mention.isValue && mention.end <= at && groupedBy(reading, mention) !== undefined);
    const group = shown === undefined ? undefined : groupedBy(reading, shown);
    const text = group === undefined ? undefined : numberAt(reading, at + 1, group, false);
    if (shown === undefined || group === undefined || text === undefined) continue;
    reading.taken.add(shown);
    return { by: group, text, isDescending: descending.has(low) };
  }
  return undefined;
} // prettier-ignore

function groupedBy(reading: Reading, shown: Mention): ColumnOf | undefined {
  const table = reading.table(shown);
  if (table !== undefined) return groupKey(table);
  const column = reading.column(shown, (named) => named.share >= 0.4 && !isMeasure(named.table, named.column));
  return column;
} // prettier-ignore

/** The number that is named at a place: `total revenue`, `average rating`, `number of customers`; a bare column only where it has to be added up. */
function numberAt(
  reading: Reading,
  at: number,
  group: ColumnOf,
  isRanked: boolean,
): string | undefined {
  const before = reading.between(at, at + 3);
  const name = before.map((word) => aggregates[word]).find((each) => each !== undefined);
  const isCount = before.some((word, i) => /^(?:number|count)$/u.test(word) && before[i + 1] === 'of') || (before[0] === 'total' && before[1] === 'number');
  const revenue = revenueOf(reading);
  if (revenue !== undefined && revenue.at >= at && revenue.at - at <= 2) return revenue.text;
  const mentions = reading.mentions.filter(({ start, isValue }) => !isValue && start >= at && start - at <= 4);
  for (const mention of mentions) {
    const table = reading.table(mention);
    if (isCount && table !== undefined) {
      reading.used.add(table);
      reading.taken.add(mention);
      return 'COUNT(*)';
    }
    const column = reading.column(mention, (named) => (isCount ? isOrderable : isMeasure)(named.table, named.column));
    if (column === undefined) continue;
    // A column of the rows themselves is no sum.
    if (name === undefined && (!isRanked || column.table === group.table)) return undefined;
    const isLater = reading.words.some(({ sentence }) => sentence > (reading.words[at]?.sentence ?? 0));
    if (isLater) for (const each of mentions) reading.taken.add(each);
    return `${name ?? 'SUM'}(${reading.refer(column)})`;
  }
  return undefined;
} // prettier-ignore
