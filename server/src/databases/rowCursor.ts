import { readingStatement } from '@querent/core/sql';
import { sizeOf } from './connection.ts';
import type { Statement } from './connection.ts';
import { databaseLimits } from './limits.ts';
import type { OpenDatabase } from './openDatabase.ts';
import type { RowsPart, StatementLimits } from './protocol.ts';
import { failureOf } from './runStatement.ts';
import type { StatementResult } from './runStatement.ts';

/** One statement that reads, whose rows are asked for in parts. */
export class RowCursor {
  readonly #database: OpenDatabase;
  readonly #sql: string;
  readonly #limits: StatementLimits;
  #statement: Statement | undefined;

  constructor(database: OpenDatabase, sql: string, limits: StatementLimits) {
    this.#database = database;
    this.#sql = sql;
    this.#limits = limits;
  }

  /** The next rows, or why there are none. After a last part or a failure it is not asked again. @throws DatabaseFault */
  next(): StatementResult<RowsPart> {
    const checked = readingStatement(this.#sql);
    if ('code' in checked) return { outcome: { kind: 'error', ...checked }, isBroken: false };
    try {
      const statement = (this.#statement ??= this.#database.connection.prepare(checked.statement));
      const part = nextPart(statement, performance.now() + this.#limits.timeMs);
      if (part?.isLast !== false) this.#free();
      return { outcome: part ?? { kind: 'timeout', ms: this.#limits.timeMs }, isBroken: false };
    } catch (error) {
      const failed = failureOf(error, this.#database, this.#limits);
      if (!failed.isBroken) this.#free();
      return failed;
    }
  }

  #free(): void {
    this.#statement?.free();
    this.#statement = undefined;
  }
}

/** Undefined when the time was over. @param until by `performance.now()` */
function nextPart(statement: Statement, until: number): RowsPart | undefined {
  const rows: RowsPart['rows'][number][] = [];
  let bytes = 0;
  const part = (isLast: boolean): RowsPart => ({
    kind: 'part',
    columns: statement.columns(),
    rows,
    isLast,
  });
  while (rows.length < databaseLimits.partRows && bytes < databaseLimits.partBytes) {
    if (!statement.step()) return part(true);
    if (performance.now() > until) return undefined;
    const row = statement.row();
    for (const cell of row) bytes += sizeOf(cell);
    rows.push(row);
  }
  return part(false);
}
