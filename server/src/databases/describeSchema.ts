import type { SqlCell, SqlColumnValues, SqlSchema, SqlTable } from '@querent/core/sqlSchema';
import type { Connection, Statement } from './connection.ts';
import { databaseLimits } from './limits.ts';
import { quoted } from './readSchema.ts';

/** What looking at the data of a database may take. */
export interface DescribeLimits {
  /** Rows of each table whose values are looked at. */
  readonly rows: number;
  /** Milliseconds in all; a step that has begun is ended. */
  readonly ms: number;
  /** Tables that may have more rows are counted last, since no count can be ended; `Infinity` where all lies in memory. */
  readonly countedRows: number;
}

const inMemory: DescribeLimits = {
  rows: databaseLimits.describedRows,
  ms: databaseLimits.describeMs,
  countedRows: Infinity,
};

/** Milliseconds between two reports of what is known so far. */
const reportMs = 250;

/**
 * A schema with what is in its tables: rows counted, and of each column different values, the share of NULL and the most frequent values,
 * among the first rows. What the time does not suffice for is left out: first the values of the last tables, then the counts; of a database
 * that is not in memory, the counts of large tables come last. Views and virtual tables are not looked into, since that would run what
 * somebody wrote.
 * @param onKnown is given what is known so far, now and then
 */
export function describeSchema(
  connection: Connection,
  schema: SqlSchema,
  { rows: most, ms, countedRows }: DescribeLimits = inMemory,
  onKnown: (schema: SqlSchema) => void = () => undefined,
): SqlSchema {
  const until = performance.now() + ms;
  const isLate = (): boolean => performance.now() > until;
  const tables = [...schema.tables];
  let reported = performance.now();
  const report = (): void => {
    if (performance.now() - reported < reportMs) return;
    onKnown({ ...schema, tables: [...tables] });
    reported = performance.now();
  };
  const sizes = tables.map((table) =>
    countedRows === Infinity || table.kind !== 'table' ? 0 : rowsAtMost(connection, table),
  );
  const places = tables.map((_, i) => i).filter((i) => tables[i]?.kind === 'table');
  const count = (i: number): void => {
    const table = tables[i];
    const rows = table === undefined || isLate() ? undefined : countRows(connection, table.name);
    if (table !== undefined && rows !== undefined) tables[i] = withRows(table, rows);
    report();
  };
  const isLarge = (i: number): boolean => (sizes[i] ?? 0) > countedRows;
  for (const i of places) if (!isLarge(i)) count(i);
  for (const i of places) {
    const table = tables[i];
    if (table === undefined || (table.rows === undefined && !isLarge(i))) continue;
    const columns = table.columns.map((column) => {
      const values = isLate() ? undefined : readValues(connection, table, column.name, most);
      return values === undefined ? column : { ...column, values };
    });
    tables[i] = { ...table, columns };
    report();
  }
  for (const i of places.filter(isLarge).sort((a, b) => (sizes[a] ?? 0) - (sizes[b] ?? 0))) {
    onKnown({ ...schema, tables: [...tables] });
    count(i);
  }
  return { ...schema, tables };
}

/** With what the number of rows tells of values that were read before: whether they are those of all rows. */
function withRows(table: SqlTable, rows: number): SqlTable {
  const columns = table.columns.map((column) =>
    column.values === undefined
      ? column
      : { ...column, values: { ...column.values, isComplete: column.values.examined === rows } },
  );
  return { ...table, rows, columns };
}

/** Rows that a table has at most, by its first and last rowid; a table without rowids may have any number. */
function rowsAtMost(connection: Connection, { name }: SqlTable): number {
  const table = quoted(name);
  const [row] =
    exactRows(
      connection,
      `SELECT (SELECT MAX(rowid) FROM ${table}) - (SELECT MIN(rowid) FROM ${table}) + 1`,
    ) ?? [];
  return row === undefined ? Infinity : Number(row[0] ?? 0);
}

/** Undefined where the table cannot be read. */
function countRows(connection: Connection, table: string): number | undefined {
  const [row] = exactRows(connection, `SELECT COUNT(*) FROM ${quoted(table)}`) ?? [];
  return row === undefined ? undefined : Number(row[0]);
}

function readValues(
  connection: Connection,
  { name: table, rows }: SqlTable,
  column: string,
  most: number,
): SqlColumnValues | undefined {
  const name = quoted(column);
  const first = `(SELECT ${name} AS v FROM ${quoted(table)} LIMIT ${most})`;
  const [figures] = exactRows(connection, `SELECT COUNT(*), COUNT(v), COUNT(DISTINCT v) FROM ${first}`) ?? [];
  const samples = exactRows(
    connection,
    `SELECT v FROM ${first} WHERE typeof(v) IN ('integer', 'real') OR (typeof(v) = 'text' AND length(v) <= ${databaseLimits.longestSample}) ` +
      `GROUP BY v ORDER BY COUNT(*) DESC, v LIMIT ${databaseLimits.describedSamples}`,
  );
  if (figures === undefined || samples === undefined) return undefined;
  const [examined, filled, distinct] = figures.map(Number) as [number, number, number];
  return {
    examined,
    isComplete: rows === undefined ? examined < most : examined === rows,
    distinct,
    nullShare: examined === 0 ? 0 : (examined - filled) / examined,
    samples: samples.map(([value]) => value as SqlCell),
  };
}

/** Undefined for what cannot be read, or takes more memory than a statement has: then nothing is known of it. */
function exactRows(connection: Connection, sql: string): SqlCell[][] | undefined {
  let statement: Statement | undefined;
  try {
    statement = connection.prepare(sql);
    const rows: SqlCell[][] = [];
    while (statement.step()) rows.push(statement.row());
    return rows;
  } catch (error) {
    // An error of WebAssembly itself leaves the engine as it happened to be.
    if (error instanceof RangeError || (error as Error).name === 'RuntimeError') throw error;
    return undefined;
  } finally {
    statement?.free();
  }
}
