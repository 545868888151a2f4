import type { Condition } from './conditions.ts';
import { isMeasure } from './mentions.ts';
import type { Output } from './outputs.ts';
import type { ColumnOf, Reading } from './reading.ts';
import { columnText } from './reading.ts';

/** Words that one number divided by another is called by. */
const ratioWords = new Set(['ratio', 'proportion', 'percentage', 'percent', 'fraction', 'share']);

/**
 * `the ratio of A to B`, `the percentage of A that are B`: columns divided by each other, or rows counted under conditions, which are then no
 * conditions of the whole. Undefined where a question asks for none.
 */
export function ratioOf(reading: Reading, conditions: Condition[], isGrouped: boolean): Output | undefined {
  const at = reading.words.findIndex(({ low }) => ratioWords.has(low));
  if (at < 0) return undefined;
  const name = reading.words[at]?.low ?? '';
  const to = reading.words.findIndex(({ low }, i) => i > at && (low === 'to' || (low === 'out' && reading.words[i + 1]?.low === 'of')));
  const percent = name.startsWith('percent') ? '100.0 * ' : '';
  const columns = columnsOf(reading, at, to);
  if (columns !== undefined) {
    const [over, under] = columns.map((column) => (isGrouped ? `SUM(${reading.refer(column)})` : reading.refer(column)));
    return divided(percent, over ?? '', under ?? '', isGrouped);
  }
  const end = to < 0 ? Number.POSITIVE_INFINITY : to;
  const over = conditions.filter((each) => each.at > at && each.at < end);
  const [under] = to < 0 || reading.words[to]?.low === 'out' ? [] : conditions.filter((each) => each.at > end && !isPlace(reading, each));
  if (over.length === 0 && under === undefined) return undefined;
  for (const each of [...over, ...(under === undefined ? [] : [under])]) {
    conditions.splice(conditions.indexOf(each), 1);
    reading.used.add(each.column.table);
  }
  reading.used.add(reading.subject);
  return divided(percent, counted(over), under === undefined ? 'COUNT(*)' : counted([under]), true);
} // prettier-ignore

/** Both are measures: of one row, or added up. */
function columnsOf(reading: Reading, at: number, to: number): readonly [ColumnOf, ColumnOf] | undefined {
  if (to < 0) return undefined;
  const measure = (start: number, end: number): ColumnOf | undefined => {
    for (const mention of reading.mentions) {
      if (mention.isValue || mention.start < start || mention.end > end) continue;
      const column = reading.column(mention, (named) => isMeasure(named.table, named.column));
      if (column === undefined) continue;
      reading.taken.add(mention);
      return column;
    }
    return undefined;
  };
  // Conditions that compare a measure have taken it.
  const isFree = (start: number, end: number): boolean =>
    !reading.mentions.some(
      (mention) =>
        mention.start >= start && mention.end <= end && reading.taken.has(mention) &&
        reading.column(mention, (named) => isMeasure(named.table, named.column)) !== undefined,
    );
  if (!isFree(at, Math.min(reading.words.length, to + 6))) return undefined;
  const over = measure(at, to);
  const under = over === undefined ? undefined : measure(to, to + 6);
  return over === undefined || under === undefined ? undefined : [over, under];
} // prettier-ignore

/** `in New York` holds for both of what is divided. */
function isPlace(reading: Reading, { at }: Condition): boolean {
  return reading.before(at, 2).some((word) => word === 'in' || word === 'from');
}

function counted(conditions: readonly Condition[]): string {
  if (conditions.length === 0) return 'COUNT(*)';
  const tests = conditions.map(({ column, left, operator, value }) => `${left ?? columnText(column.table, column.column)} ${operator} ${value}`);
  return `SUM(CASE WHEN ${tests.join(' AND ')} THEN 1 ELSE 0 END)`;
} // prettier-ignore

function divided(percent: string, over: string, under: string, isAggregate: boolean): Output {
  return {
    text: `${percent}CAST(${over} AS REAL) / NULLIF(${under}, 0)`,
    isAggregate,
    column: undefined,
  };
}
