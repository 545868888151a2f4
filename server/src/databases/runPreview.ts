import type { SqlPreview } from '@querent/core/sqlSchema';
import { rowsOf } from './connection.ts';
import { databaseLimits } from './limits.ts';
import type { OpenDatabase } from './openDatabase.ts';
import { planInWords } from './planInWords.ts';
import type { StatementLimits } from './protocol.ts';
import { collectRows, tablesOf, withStatement } from './runStatement.ts';
import type { StatementResult } from './runStatement.ts';

export interface PreviewOptions {
  /** Most rows that are shown, >= 1. Default 100. */
  readonly rows?: number;
  /** Milliseconds that counting the rows behind them may take, >= 0; 0: not counted. Default 1,000. */
  readonly countMs?: number;
}

/** Rows between two looks at the clock while they are merely counted. */
const countedAtOnce = 256;

/**
 * Runs one statement that reads as {@link runStatement} does, for a person to look at: the first rows, how many there are in all where that
 * is known soon, the time taken, and the query plan in words. Rows that are not shown are stepped over without being read.
 * @param onShown is given the first rows before the others are counted, in at most so many milliseconds
 * @throws DatabaseFault when the database turns out to be damaged
 */
export function runPreview(
  database: OpenDatabase,
  sql: string,
  limits: StatementLimits,
  options: PreviewOptions = {},
  onShown: (preview: SqlPreview, countMs: number) => void = () => undefined,
): StatementResult<SqlPreview> {
  const rowLimit = Math.min(limits.rows, Math.max(1, Math.trunc(options.rows ?? databaseLimits.previewRows)));
  const countMs = options.countMs ?? databaseLimits.previewCountMs;
  return withStatement(database, sql, limits, (statement, text): SqlPreview => {
    const plan = planInWords(rowsOf(database.connection, `EXPLAIN QUERY PLAN ${text}`));
    const tables = tablesOf(database, text);
    const columns = statement.columns();
    const started = performance.now();
    const until = started + limits.timeMs;
    const shown = collectRows(statement, { ...limits, rows: rowLimit }, until);
    if (shown === undefined) return { kind: 'timeout', ms: limits.timeMs };
    const ms = performance.now() - started;
    // One row more was stepped to, to know that there is one.
    let total = shown.rows.length + (shown.isCut ? 1 : 0);
    let isCounted = !shown.isCut;
    const preview = { kind: 'rows' as const, columns, rows: shown.rows, tables, ms, plan };
    const countUntil = Math.min(performance.now() + countMs, until);
    if (!isCounted) onShown({ ...preview, total, isCounted, countMs: ms }, countUntil - performance.now());
    while (!isCounted && performance.now() < countUntil)
      for (let i = 0; i < countedAtOnce; i++) {
        if (!statement.step()) {
          isCounted = true;
          break;
        }
        total++;
      }
    return { ...preview, total, isCounted, countMs: performance.now() - started };
  });
}
