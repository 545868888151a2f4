import { columnNamed } from '../../sqlSchema/index.ts';
import type { Named } from './lexicon.ts';
import type { Mention } from './mentions.ts';
import { nameColumn } from './mentions.ts';
import type { ColumnOf, Reading } from './reading.ts';

type Valued = ColumnOf & { readonly value: string };

/** The column whose value words of a question are, of several that hold it: the one named beside it, of a table that is named or near. */
export function valueColumn(reading: Reading, mention: Mention): Valued | undefined {
  const { named, start, end } = mention;
  const said = reading.words
    .slice(start, end)
    .map(({ text }) => text)
    .join(' ');
  const beside = reading.mentions.filter(
    (each) =>
      !each.isValue &&
      ((each.end <= start && start - each.end <= 4) || (each.start >= end && each.start - end <= 2)),
  );
  const scored = named
    .filter((each): each is Named & Valued => each.column !== undefined && each.value !== undefined)
    .map((each) => {
      const { table, column, value } = each;
      const columnBeside = beside.find((other) =>
        other.named.some((one) => one.table === table && one.column === column && one.share >= 0.4),
      );
      const tableBeside = beside.some((other) => reading.table(other) === table);
      const steps = reading.distance(table);
      const score =
        (columnBeside === undefined ? 0 : 3) +
        (tableBeside ? 1.5 : 0) +
        (reading.used.has(table) ? 0.8 : 0) +
        (table === reading.subject ? 0.8 : 0) +
        (value === said ? 0.3 : 0) +
        (nameColumn(table) === column ? 0.4 : 0) +
        (isCategory(each) ? 0.5 : 0) -
        (Number.isFinite(steps) ? 0.6 * steps : 6);
      return { each, columnBeside, score };
    })
    .sort((a, b) => b.score - a.score);
  const [best] = scored;
  if (best === undefined || isByChance(reading, mention, best.each, beside)) return undefined;
  // `whose hometown is not "Bolton"`: the column says where the value is looked for, and is not asked for.
  if (best.columnBeside !== undefined && isOnlyPlace(reading, best.columnBeside, mention))
    reading.taken.add(best.columnBeside);
  return best.each;
}

/** Whether a column's name stands with its value, and not before `of` or in a list that is asked for. */
function isOnlyPlace(reading: Reading, column: Mention, value: Mention): boolean {
  const between = reading.between(column.end, value.start);
  // `in the city of Calgary`
  const isPlaced = between.join(' ') === 'of' && /(?:^| )(?:in|by|from|at|with|within|to)(?: the)?$/u.test(reading.before(column.start, 2).join(' '));
  return isPlaced || !between.some((word) => /^(?:of|for|from|in|at)$/u.test(word));
} // prettier-ignore

/** So many values tell kinds of rows apart; of more each names a row. */
const mostKinds = 50;

/** Whether all values of a column are known and few, so that each stands for a kind of rows. */
export function isCategory({ table, column }: ColumnOf): boolean {
  const values = columnNamed(table, column)?.values;
  return values?.isComplete === true && values.distinct <= mostKinds;
}

/**
 * `phone numbers`, where a track is called Numbers: a word of the language that is also what some row is called, of a table that the question does not
 * speak of. Names are written with a capital, as they are in the database.
 */
function isByChance(reading: Reading, { start, end }: Mention, found: Valued, beside: readonly Mention[]): boolean {
  const word = reading.words[start];
  if (word === undefined || end - start > 1 || word.kind === 'quoted' || !/^\p{Ll}+$/u.test(word.text) || found.value === word.text) return false;
  if (found.table === reading.subject || reading.mentions.some((each) => reading.table(each) === found.table)) return false;
  if (beside.some((each) => reading.column(each)?.table === found.table)) return false;
  return !isCategory(found) || reading.distance(found.table) > 2;
} // prettier-ignore
