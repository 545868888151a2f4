import { readingStatement } from '@querent/core/sql';
import type { SqlCell, SqlOutcome } from '@querent/core/sqlSchema';
import { DatabaseFault } from './databaseFault.ts';
import type { OpenDatabase, SqlJsDatabase } from './openDatabase.ts';
import type { StatementLimits } from './protocol.ts';

type Statement = ReturnType<SqlJsDatabase['prepare']>;

interface ExactStatement {
  get(parameters: null, config: { readonly useBigInt: boolean }): readonly SqlCell[];
}

/** What a statement gave, and whether it left the engine in a state in which no other may be run. */
export interface StatementResult {
  readonly outcome: SqlOutcome;
  readonly isBroken: boolean;
}

/**
 * Runs one statement that reads, within limits. What no clock in here can stop, such as an endless step, is ended from outside by ending
 * the thread.
 * @throws DatabaseFault when the database turns out to be damaged: that is not the statement's fault.
 */
export function runStatement(database: OpenDatabase, sql: string, limits: StatementLimits): StatementResult {
  const checked = readingStatement(sql);
  if ('code' in checked) return { outcome: { kind: 'error', ...checked }, isBroken: false };
  let statement: Statement | undefined;
  try {
    statement = database.connection.prepare(checked.statement);
    const outcome = collect(statement, limits);
    statement.free();
    statement = undefined;
    if (outcome.kind !== 'rows') return { outcome, isBroken: false };
    return { outcome: { ...outcome, tables: tablesOf(database, checked.statement) }, isBroken: false };
  } catch (error) {
    const { message } = error as Error;
    // An error of WebAssembly itself, or a full stack, leaves memory as it happened to be.
    const isBroken = error instanceof RangeError || (error as Error).name === 'RuntimeError';
    if (!isBroken) statement?.free();
    if (message === 'database disk image is malformed')
      throw new DatabaseFault(
        `${database.file.path} is damaged: ${message}. Take a copy that is whole, or repair it with sqlite3's command .recover.`,
      );
    return {
      outcome: { kind: 'error', code: codeOf(message), message: explained(message, limits) },
      isBroken,
    };
  }
}

function collect(statement: Statement, limits: StatementLimits): SqlOutcome {
  const until = performance.now() + limits.timeMs;
  const rows: SqlCell[][] = [];
  let bytes = 0;
  let isCut = false;
  while (statement.step()) {
    if (performance.now() > until) return { kind: 'timeout', ms: limits.timeMs };
    if (rows.length >= limits.rows || bytes > limits.answerBytes) {
      isCut = true;
      break;
    }
    const row = readRow(statement);
    for (const cell of row) bytes += sizeOf(cell);
    rows.push(row);
  }
  return { kind: 'rows', columns: statement.getColumnNames(), rows, isCut, tables: [] };
}

/** The present row; integers that a double cannot hold are read once more, exactly. */
function readRow(statement: Statement): SqlCell[] {
  const row = statement.get();
  if (!row.some((cell) => typeof cell === 'number' && Math.abs(cell) > Number.MAX_SAFE_INTEGER)) return row;
  // The types of sql.js do not know its second argument yet.
  const exact = (statement as unknown as ExactStatement).get(null, { useBigInt: true });
  return row.map((cell, i) => {
    const whole = exact[i];
    return typeof whole === 'bigint' && Math.abs(cell as number) > Number.MAX_SAFE_INTEGER ? whole : cell;
  });
}

function sizeOf(cell: SqlCell): number {
  if (typeof cell === 'string') return 2 * cell.length;
  return cell instanceof Uint8Array ? cell.length : 8;
}

/** Tables that the plan of a statement opens. Not read in the text, where a name may be an alias, a common table expression or a view. */
function tablesOf({ connection, tablesByPage, virtualTables }: OpenDatabase, sql: string): readonly string[] {
  const tables = new Set<string>();
  const plan = connection.prepare(`EXPLAIN ${sql}`);
  try {
    while (plan.step()) {
      const [, opcode, , page, database] = plan.get();
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
