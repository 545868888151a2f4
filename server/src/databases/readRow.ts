import type { SqlCell } from '@querent/core/sqlSchema';
import type { SqlJsDatabase } from './openDatabase.ts';

export type Statement = ReturnType<SqlJsDatabase['prepare']>;

interface ExactStatement {
  get(parameters: null, config: { readonly useBigInt: boolean }): readonly SqlCell[];
}

/** The present row of a statement; integers that a double cannot hold are read once more, exactly. */
export function readRow(statement: Statement): SqlCell[] {
  const row = statement.get();
  if (!row.some((cell) => typeof cell === 'number' && Math.abs(cell) > Number.MAX_SAFE_INTEGER)) return row;
  // The types of sql.js do not know its second argument yet.
  const exact = (statement as unknown as ExactStatement).get(null, { useBigInt: true });
  return row.map((cell, i) => {
    const whole = exact[i];
    return typeof whole === 'bigint' && Math.abs(cell as number) > Number.MAX_SAFE_INTEGER ? whole : cell;
  });
}

/** Bytes that a value takes in memory, roughly. */
export function sizeOf(cell: SqlCell): number {
  if (typeof cell === 'string') return 2 * cell.length;
  return cell instanceof Uint8Array ? cell.length : 8;
}
