import { matchRows } from '../../metrics/index.ts';
import type { RowMatch } from '../../metrics/index.ts';
import type { Loophole } from '../../rewards/index.ts';
import { SearchError } from '../../search/index.ts';
import { isOrdered } from '../../sql/index.ts';
import type { SqlOutcome } from '../../sqlSchema/index.ts';
import { RowError } from '../task.ts';
import type { Databases } from '../world.ts';
import { rememberedGold } from './goldMemory.ts';
import { sqlLoopholes } from './loopholes.ts';
import type { SqlTarget } from './rows.ts';

/** What became of a statement. */
export type SqlResult =
  | {
      readonly kind: 'ran';
      /** Whether its rows are those of a trusted statement, and come from tables where those do. */
      readonly isCorrect: boolean;
      readonly rowRecall: number;
      readonly rowPrecision: number;
      readonly loopholes: readonly Loophole[];
      readonly problem: string | undefined;
    }
  | {
      readonly kind: 'syntax' | 'refused' | 'failed' | 'timeout';
      readonly problem: string;
    };

type RowsOutcome = Extract<SqlOutcome, { kind: 'rows' }>;

const nothing: RowMatch = { isEqual: false, recall: 0, precision: 0 };

/**
 * Runs a statement beside the trusted one and compares their rows. A timeout, or a result that was cut, equals nothing: published
 * pipelines take a timeout for an empty result, so that two of them are equal.
 * @throws RowError when a trusted statement cannot be run, SearchError when the database cannot be asked.
 */
export async function runSql(
  sql: string,
  { db, gold, question }: SqlTarget,
  databases: Databases,
  signal: AbortSignal | undefined,
  original: string | undefined,
): Promise<SqlResult> {
  // The trusted ones first: when one fails, nothing about the other is worth saying.
  const trusted = await Promise.all(
    gold.map(async (statement, i) => ({
      statement,
      outcome: await trustedRows(
        databases,
        db,
        statement,
        i === 0 ? 'The trusted statement' : `The trusted alternative ${i}`,
      ),
    })),
  );
  const outcome = await databases.run(db, sql, signal === undefined ? {} : { signal });
  if (outcome.kind === 'error') return { kind: outcome.code, problem: outcome.message };
  if (outcome.kind === 'timeout')
    return { kind: 'timeout', problem: `The statement was stopped after ${outcome.ms / 1000} s.` };
  const match = bestMatch(outcome, trusted);
  const goldReads = trusted[0]?.outcome.tables.length !== 0;
  const loopholes = sqlLoopholes({
    sql,
    rows: outcome.rows,
    tables: outcome.tables,
    gold,
    goldReads,
    question: `${question ?? ''} ${original ?? ''}`,
  });
  return {
    kind: 'ran',
    isCorrect: match.isEqual && (outcome.tables.length > 0 || !goldReads),
    rowRecall: match.recall,
    rowPrecision: match.precision,
    loopholes,
    problem: outcome.isCut
      ? `The statement gives more than the ${outcome.rows.length} rows that are compared.`
      : undefined,
  };
}

interface Trusted {
  readonly statement: string;
  readonly outcome: RowsOutcome;
}

/** The comparison with the trusted statement that comes nearest. */
function bestMatch(outcome: RowsOutcome, trusted: readonly Trusted[]): RowMatch {
  if (outcome.isCut) return nothing;
  let best = nothing;
  for (const { statement, outcome: expected } of trusted) {
    const match = matchRows(
      { columns: outcome.columns.length, rows: outcome.rows },
      { columns: expected.columns.length, rows: expected.rows },
      isOrdered(statement),
    );
    if (match.isEqual) return match;
    if (match.recall * match.precision > best.recall * best.precision) best = match;
  }
  return best;
}

async function trustedRows(
  databases: Databases,
  db: string,
  sql: string,
  name: string,
): Promise<RowsOutcome> {
  const outcome = await rememberedGold(databases, db, sql);
  switch (outcome.kind) {
    case 'error':
      throw new RowError(
        `${name} cannot be run on ${db}: ${outcome.message}. Correct it, or leave the row out.`,
      );
    case 'timeout':
      throw new SearchError(
        'internal',
        `${name} on ${db} took longer than ${outcome.ms / 1000} s. Allow more time, or leave the row out.`,
        true,
      );
    case 'rows':
      if (outcome.isCut)
        throw new RowError(
          `${name} on ${db} gives more than the ${outcome.rows.length} rows that are compared. Allow more rows, or leave the row out.`,
        );
      return outcome;
  }
}
