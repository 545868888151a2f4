import type { SqlCell } from '@querent/core/sqlSchema';

/** A statement at work, of either engine. All of it throws the engine's errors. */
export interface Statement {
  /** Goes to the next row; false behind the last one. */
  step(): boolean;
  /** The present row. Integers that a double cannot hold are bigints; all other numbers are not. */
  row(): SqlCell[];
  /** Names of the columns in their order; several may be alike. */
  columns(): readonly string[];
  free(): void;
}

/** A connection to one database that only reads: SQLite as WebAssembly on a copy in memory, or Node's own SQLite on the file. */
export interface Connection {
  /** Runs a statement of ours. */
  run(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}

/** Rows of a statement of ours. */
export function rowsOf(connection: Connection, sql: string): readonly (readonly SqlCell[])[] {
  const statement = connection.prepare(sql);
  try {
    const rows: SqlCell[][] = [];
    while (statement.step()) rows.push(statement.row());
    return rows;
  } finally {
    statement.free();
  }
}

/** Bytes that a value takes in memory, roughly. */
export function sizeOf(cell: SqlCell): number {
  if (typeof cell === 'string') return 2 * cell.length;
  return cell instanceof Uint8Array ? cell.length : 8;
}
