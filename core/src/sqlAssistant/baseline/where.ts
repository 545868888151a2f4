import { conditionsOf } from './conditions.ts';
import { isOrderable, nameColumn } from './mentions.ts';
import type { Mention } from './mentions.ts';
import { quotedName } from './reading.ts';
import type { Reading } from './reading.ts';

interface Part {
  readonly column: string;
  readonly test: string;
  readonly at: number;
}

/** The conditions of a question, to be joined with AND. */
export function whereOf(reading: Reading): readonly string[] {
  const parts: Part[] = [];
  for (const { at, operator, value } of conditionsOf(reading.words, reading.mentions)) {
    const isNumber = /^\d/u.test(value);
    const last = parts.at(-1);
    // `9 or 10`: the same column, and either value.
    const isEither = last !== undefined && reading.before(at, at - last.at).includes('or');
    const near = nearest(reading, at, isNumber);
    const column =
      (near === undefined ? undefined : reading.column(near)) ??
      (isEither ? last.column : undefined) ??
      (isNumber ? numberColumn(reading, value) : textColumn(reading, at));
    if (column === undefined) continue;
    if (near !== undefined) reading.taken.add(near);
    const test = `${column} ${operator} ${value}`;
    if (isEither && last.column === column)
      parts[parts.length - 1] = { column, test: `${last.test} OR ${test}`, at };
    else parts.push({ column, test, at });
  }
  return [
    ...parts.map(({ test }) => (test.includes(' OR ') ? `(${test})` : test)),
    ...withoutOthers(reading),
  ];
}

/** The column that stands next to a value; before it rather than behind it. */
function nearest(reading: Reading, at: number, isNumber: boolean): Mention | undefined {
  const fits = ({ named }: Mention): boolean =>
    named.some(
      ({ table, column }) =>
        column !== undefined && isOrderable(table, column) === isNumber && reading.reaches(table),
    );
  const before = reading.mentions.filter(({ end }) => end <= at && at - end <= 4);
  const last = before.at(-1);
  // In `the breed of the dog "Rex"` the text says which dog.
  if (!isNumber && last?.named.some(({ column }) => column === undefined) === true && !fits(last))
    return undefined;
  return (
    before.filter(fits).at(-1) ??
    reading.mentions.find((each) => each.start > at && each.start - at <= 2 && fits(each))
  );
}

function numberColumn(reading: Reading, value: string): string | undefined {
  if (/^(?:1[89]|20)\d\d$/u.test(value)) return reading.columnLike(/year|date/iu);
  return reading.has('older', 'younger') ? reading.columnLike(/^age$/iu) : undefined;
}

/** Where no column is named, a text is what a row is called: of the table that is named beside it, else of the subject. */
function textColumn(reading: Reading, at: number): string | undefined {
  const table =
    reading.mentions
      .filter(({ start, end }) => (end <= at && at - end <= 2) || (start > at && start - at <= 3))
      .flatMap(({ named }) => named)
      .find((each) => each.column === undefined && reading.reaches(each.table))?.table ?? reading.subject;
  const column = nameColumn(table);
  return column === undefined ? undefined : reading.qualified(table, column);
}

/** `no friends`, `without any friends`: rows of the subject to which none of another table belongs. */
function withoutOthers(reading: Reading): readonly string[] {
  const { mentions, subject } = reading;
  return mentions.flatMap(({ start, named }) => {
    if (!reading.before(start, 5).some((word) => /^(?:no|not|never|without)$/u.test(word))) return [];
    const other = named.find(({ table, column }) => column === undefined && table !== subject)?.table;
    const key = other?.foreignKeys.find(
      ({ table, to }) => table.toLowerCase() === subject.name.toLowerCase() && to !== '',
    );
    if (other === undefined || key === undefined) return [];
    const own = `${quotedName(subject.name)}.${quotedName(key.to)}`;
    return [`${own} NOT IN (SELECT ${quotedName(key.column)} FROM ${quotedName(other.name)})`];
  });
}
