import { readingStatement } from '@querent/core/sql';
import type { SqlCell, SqlFailure, SqlOutcome } from '@querent/core/sqlSchema';
import { sizeOf } from './connection.ts';
import type { Statement } from './connection.ts';
import { DatabaseFault } from './databaseFault.ts';
import type { OpenDatabase } from './openDatabase.ts';
import type { StatementLimits } from './protocol.ts';

/** What a statement gave, and whether it left the engine in a state in which no other may be run. */
export interface StatementResult<T> {
  readonly outcome: T | SqlFailure;
  readonly isBroken: boolean;
}

/**
 * Runs one statement that reads, within limits. What no clock in here can stop, such as an endless step, is ended from outside by ending
 * the thread.
 * @throws DatabaseFault when the database turns out to be damaged: that is not the statement's fault.
 */
export function runStatement(
  database: OpenDatabase,
  sql: string,
  limits: StatementLimits,
): StatementResult<SqlOutcome> {
  return withStatement(database, sql, limits, (statement, text): SqlOutcome => {
    const until = performance.now() + limits.timeMs;
    const collected = collectRows(statement, limits, until);
    if (collected === undefined) return { kind: 'timeout', ms: limits.timeMs };
    const columns = statement.columns();
    return { kind: 'rows', columns, ...collected, tables: tablesOf(database, text) };
  });
}

/**
 * Prepares a statement that reads and hands it on; whatever happens, it is freed.
 * @param use is given the statement and its text
 * @throws DatabaseFault
 */
export function withStatement<T>(
  database: OpenDatabase,
  sql: string,
  limits: StatementLimits,
  use: (statement: Statement, text: string) => T,
): StatementResult<T> {
  const checked = readingStatement(sql);
  if ('code' in checked) return { outcome: { kind: 'error', ...checked }, isBroken: false };
  let statement: Statement | undefined;
  try {
    statement = database.connection.prepare(checked.statement);
    const outcome = use(statement, checked.statement);
    statement.free();
    statement = undefined;
    return { outcome, isBroken: false };
  } catch (error) {
    const failed = failureOf(error, database, limits);
    if (!failed.isBroken) statement?.free();
    return failed;
  }
}

/**
 * What an error of the engine means for the statement at work. The statement is still to be freed, unless the engine is broken.
 * @throws DatabaseFault when it is the database's fault
 */
export function failureOf(
  error: unknown,
  database: OpenDatabase,
  limits: StatementLimits,
): StatementResult<never> {
  const { message } = error as Error;
  if (message === 'database disk image is malformed')
    throw new DatabaseFault(
      `${database.file.path} is damaged: ${message}. Take a copy that is whole, or repair it with sqlite3's command .recover.`,
    );
  return {
    outcome: { kind: 'error', code: codeOf(message), message: explained(message, limits) },
    // An error of WebAssembly itself, or a full stack, leaves memory as it happened to be.
    isBroken: error instanceof RangeError || (error as Error).name === 'RuntimeError',
  };
}

/**
 * The first rows, up to the limits; `isCut` when there is one more. Undefined when the time was over.
 * @param until by `performance.now()`
 */
export function collectRows(
  statement: Statement,
  limits: Pick<StatementLimits, 'rows' | 'answerBytes'>,
  until: number,
): { readonly rows: readonly (readonly SqlCell[])[]; readonly isCut: boolean } | undefined {
  const rows: SqlCell[][] = [];
  let bytes = 0;
  while (statement.step()) {
    if (performance.now() > until) return undefined;
    if (rows.length >= limits.rows || bytes > limits.answerBytes) return { rows, isCut: true };
    const row = statement.row();
    for (const cell of row) bytes += sizeOf(cell);
    rows.push(row);
  }
  return { rows, isCut: false };
}

/** Tables that the plan of a statement opens. Not read in the text, where a name may be an alias, a common table expression or a view. */
export function tablesOf(
  { connection, tablesByPage, virtualTables }: OpenDatabase,
  sql: string,
): readonly string[] {
  const tables = new Set<string>();
  const plan = connection.prepare(`EXPLAIN ${sql}`);
  try {
    while (plan.step()) {
      const [, opcode, , page, database] = plan.row();
      if (opcode === 'VOpen') {
        for (const name of virtualTables)
          if (sql.toLowerCase().includes(name.toLowerCase())) tables.add(name);
      } else if ((opcode === 'OpenRead' || opcode === 'ReopenIdx') && database === 0) {
        const name = tablesByPage.get(page as number);
        if (name !== undefined) tables.add(name);
      }
    }
  } finally {
    plan.free();
  }
  return [...tables].sort();
}

function codeOf(message: string): 'syntax' | 'refused' | 'failed' {
  if (/syntax error|incomplete input|unrecognized token/u.test(message)) return 'syntax';
  if (/readonly database|not authorized|unsafe use of/u.test(message)) return 'refused';
  return 'failed';
}

function explained(message: string, { heapBytes }: StatementLimits): string {
  if (message !== 'out of memory') return message;
  return `${message}: a statement may use ${Math.round(heapBytes / 2 ** 20)} MB`;
}
