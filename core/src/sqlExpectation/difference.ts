import { exactKey, matchRows, sameRow } from '../metrics/index.ts';
import type { RowCell } from '../metrics/index.ts';

interface NamedRows {
  /** Empty where they are not known. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly RowCell[])[];
}

interface Shares {
  readonly recall: number;
  readonly precision: number;
}

/** How many rows are looked at for one that can be shown. */
const lookedAt = 50;

/** In a sentence, how rows differ from the expected ones, of which there are as many columns. */
export function differenceOf(result: NamedRows, expected: NamedRows, { recall, precision }: Shares): string {
  if (recall === 1 && precision === 1) return otherOrder(result, expected);
  if (isPermuted(result, expected))
    return `The columns are in another order: ${expected.columns.join(', ')} is expected.`;
  const kinds = otherKinds(result, expected);
  if (recall === 0 && kinds !== undefined) return kinds;
  const missing = expected.rows.length - Math.round(recall * expected.rows.length);
  const extra = result.rows.length - Math.round(precision * result.rows.length);
  const parts = [
    counted(missing, 'missing', () => exampleOf(expected.rows, result.rows)),
    // These are none of the expected ones.
    counted(extra, 'too many', () => exampleOf(result.rows, expected.rows), extra === 1 ? ' row' : ' rows'),
  ].filter((part) => part !== undefined);
  if (missing === 0) return `${parts.join('; ')}.`;
  const wanted = expected.rows.length;
  return `Of ${wanted.toLocaleString('en-US')} expected ${wanted === 1 ? 'row' : 'rows'}, ${parts.join('; ')}.`;
}

function counted(
  count: number,
  what: string,
  find: () => Example | undefined,
  noun = '',
): string | undefined {
  if (count === 0) return undefined;
  const example = find();
  const such = example === undefined ? '' : count === 1 ? `: ${example.row}` : `, such as ${example.row}`;
  const more = example?.isElsewhere === true ? ', which is there less often on the other side' : '';
  return `${count.toLocaleString('en-US')}${noun} ${count === 1 ? 'is' : 'are'} ${what}${such}${more}`;
}

interface Example {
  readonly row: string;
  readonly isElsewhere: boolean;
}

/** A row that is in `rows` more often than in `others`. */
function exampleOf(rows: NamedRows['rows'], others: NamedRows['rows']): Example | undefined {
  const [own, elsewhere] = [byKey(rows), byKey(others)];
  for (const row of rows.slice(0, lookedAt)) {
    const there = timesIn(elsewhere, row);
    if (there < timesIn(own, row)) return { row: inWords(row), isElsewhere: there > 0 };
  }
  return undefined;
}

/** Rows by what is exact in them, so that few have to be compared. */
function byKey(rows: NamedRows['rows']): ReadonlyMap<string, NamedRows['rows']> {
  const found = new Map<string, (readonly RowCell[])[]>();
  for (const row of rows) {
    const key = exactKey(row);
    const same = found.get(key);
    if (same === undefined) found.set(key, [row]);
    else same.push(row);
  }
  return found;
}

function timesIn(rows: ReadonlyMap<string, NamedRows['rows']>, row: readonly RowCell[]): number {
  return (rows.get(exactKey(row)) ?? []).reduce((times, one) => times + Number(sameRow(one, row)), 0);
}

function otherOrder(result: NamedRows, expected: NamedRows): string {
  const first = result.rows.findIndex((row, i) => !sameRow(row, expected.rows[i] ?? []));
  return `The rows are the expected ones in another order, from row ${first + 1} on: ${inWords(expected.rows[first] ?? [])} is expected there.`;
}

/** Whether it is only the order of the columns that differs, by their names. */
function isPermuted(result: NamedRows, expected: NamedRows): boolean {
  const names = result.columns.map((name) => name.toLowerCase());
  const places = expected.columns.map((name) => names.indexOf(name.toLowerCase()));
  if (places.length !== names.length || new Set([...places, -1]).size !== names.length + 1) return false;
  const rows = result.rows.map((row) => places.map((place) => row[place] ?? null));
  return matchRows({ columns: names.length, rows }, { columns: names.length, rows: expected.rows }, false)
    .isEqual;
}

/** The first column whose values are all of another kind than the expected ones. */
function otherKinds(result: NamedRows, expected: NamedRows): string | undefined {
  for (const [i, name] of result.columns.entries()) {
    const given = kindsIn(result.rows, i);
    const wanted = kindsIn(expected.rows, i);
    if (given.size > 0 && wanted.size > 0 && ![...given].some((kind) => wanted.has(kind)))
      return `Column ${i + 1} (${name}) holds ${[...given].join(' and ')} where ${[...wanted].join(' and ')} are expected.`;
  }
  return undefined;
}

function kindsIn(rows: NamedRows['rows'], column: number): Set<string> {
  const kinds = new Set<string>();
  for (const row of rows) {
    const cell = row[column];
    if (typeof cell === 'string') kinds.add('texts');
    else if (typeof cell === 'number' || typeof cell === 'bigint') kinds.add('numbers');
    else if (cell instanceof Uint8Array) kinds.add('blobs');
  }
  return kinds;
}

/** `(Osk, 700, NULL)` */
function inWords(row: readonly RowCell[]): string {
  const cells = row.slice(0, 6).map((cell) => {
    if (cell === null) return 'NULL';
    if (cell instanceof Uint8Array) return `a blob of ${cell.length} bytes`;
    return typeof cell === 'string' ? `"${cut(cell.replace(/\s+/gu, ' '))}"` : String(cell);
  });
  return `(${cells.join(', ')}${row.length > cells.length ? ', …' : ''})`;
}

/** A text as far as a sentence has room for it; no half of a character. */
function cut(text: string): string {
  return text.length > 38 ? `${text.slice(0, 37).replace(/\p{Surrogate}$/u, '')}…` : text;
}
