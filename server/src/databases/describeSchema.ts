import type { SqlCell, SqlColumnValues, SqlSchema, SqlTable } from '@querent/core/sqlSchema';
import { databaseLimits } from './limits.ts';
import type { SqlJsDatabase } from './openDatabase.ts';
import { quoted } from './readSchema.ts';
import { readRow } from './readRow.ts';

/** What looking at the data of a database may take. */
export interface DescribeLimits {
  /** Rows of each table whose values are looked at. */
  readonly rows: number;
  /** Milliseconds in all; a step that has begun is ended. */
  readonly ms: number;
}

/**
 * A schema with what is in its tables: rows counted, and of each column different values, the share of NULL and the most frequent values,
 * among the first rows. What the time does not suffice for is left out: first the values of the last tables, then the counts. Views and virtual
 * tables are not looked into, since that would run what somebody wrote.
 */
export function describeSchema(
  connection: SqlJsDatabase,
  schema: SqlSchema,
  { rows: most, ms }: DescribeLimits = { rows: databaseLimits.describedRows, ms: databaseLimits.describeMs },
): SqlSchema {
  const until = performance.now() + ms;
  const isLate = (): boolean => performance.now() > until;
  const counts = schema.tables.map(({ name, kind }) =>
    kind !== 'table' || isLate() ? undefined : countRows(connection, name),
  );
  return {
    ...schema,
    tables: schema.tables.map((table, i): SqlTable => {
      const rows = counts[i];
      if (rows === undefined) return table;
      const columns = table.columns.map((column) => {
        const values = isLate() ? undefined : readValues(connection, table.name, column.name, rows, most);
        return values === undefined ? column : { ...column, values };
      });
      return { ...table, rows, columns };
    }),
  };
}

/** Undefined where the table cannot be read. */
function countRows(connection: SqlJsDatabase, table: string): number | undefined {
  const [row] = exactRows(connection, `SELECT COUNT(*) FROM ${quoted(table)}`) ?? [];
  return row === undefined ? undefined : Number(row[0]);
}

function readValues(
  connection: SqlJsDatabase,
  table: string,
  column: string,
  rows: number,
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
    isComplete: examined === rows,
    distinct,
    nullShare: examined === 0 ? 0 : (examined - filled) / examined,
    samples: samples.map(([value]) => value as SqlCell),
  };
}

/** Undefined for what cannot be read, or takes more memory than a statement has: then nothing is known of it. */
function exactRows(connection: SqlJsDatabase, sql: string): SqlCell[][] | undefined {
  let statement: ReturnType<SqlJsDatabase['prepare']> | undefined;
  try {
    statement = connection.prepare(sql);
    const rows: SqlCell[][] = [];
    while (statement.step()) rows.push(readRow(statement));
    return rows;
  } catch (error) {
    // An error of WebAssembly itself leaves the engine as it happened to be.
    if (error instanceof RangeError || (error as Error).name === 'RuntimeError') throw error;
    return undefined;
  } finally {
    statement?.free();
  }
}
