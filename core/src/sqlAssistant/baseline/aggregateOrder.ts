import { joinPaths } from '../../sqlSchema/index.ts';
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
  return ranked(reading) ?? superlative(reading) ?? spent(reading) ?? manySummed(reading);
}

/** `Which reviewer needed the most minutes?`, where there are several of each: all of them together. */
function manySummed(reading: Reading): AggregateOrder | undefined {
  const { words, subject, schema } = reading;
  for (const [at, { low }] of words.entries()) {
    if (!/^(?:most|least|fewest)$/u.test(low) || words[at - 1]?.low === 'at') continue;
    const mention = reading.mentions.find(({ start, isValue }) => start === at + 1 && !isValue);
    const column = mention === undefined || reading.table(mention) !== undefined ? undefined : reading.column(mention, (named) => isMeasure(named.table, named.column));
    const by = groupKey(subject);
    if (mention === undefined || column === undefined || by === undefined || column.table === subject) continue;
    const [path = []] = joinPaths(schema, [subject.name], column.table.name, 1);
    if (!path.some(({ isToOne }) => !isToOne)) continue;
    for (const each of reading.mentions) if (each === mention || (each.end <= at && reading.table(each) === subject)) reading.taken.add(each);
    return { by, text: `SUM(${reading.refer(column)})`, isDescending: low === 'most' };
  }
  return undefined;
} // prettier-ignore

/** `Which customer spent the most?`, `the city with the highest sales`. */
function spent(reading: Reading): AggregateOrder | undefined {
  const { words, subject } = reading;
  const place = words.findIndex(({ low }) => /^(?:most|least|highest|lowest|largest|smallest|biggest)$/u.test(low));
  if (place < 0) return undefined;
  const used = new Set(reading.used);
  const revenue = revenueOf(reading);
  const near = revenue === undefined ? 0 : Math.abs(revenue.at - place);
  const shown = reading.mentions.find((mention) => !mention.isValue && mention.end <= place && groupedBy(reading, mention) !== undefined);
  const group = shown === undefined ? groupKey(subject) : groupedBy(reading, shown);
  if (revenue === undefined || near > 3 || group === undefined) {
    for (const table of reading.used) if (!used.has(table)) reading.used.delete(table);
    return undefined;
  }
  if (shown !== undefined) reading.taken.add(shown);
  return { by: group, text: revenue.text, isDescending: descending.has(words[place]?.low ?? '') || words[place]?.low === 'biggest' };
} // prettier-ignore

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
    if ((!descending.has(low) && !ascending.has(low)) || aggregates.get(words[at + 1]?.low ?? '') === undefined) continue;
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
  const name = before.map((word) => aggregates.get(word)).find((each) => each !== undefined);
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
