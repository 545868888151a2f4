import { plain } from '@querent/core/features';
import { dialectOf, type SqlStatement } from '@querent/core/sql';
import { SearchError } from '@querent/core/search';
import type { WireDatabase, WireExpectation } from '../../sqlProtocol.ts';
import { UserFacingError } from '../runSafe.ts';
import type { Services } from '../services.ts';
import { expectationKey, expectationsOf } from '../../sqlDocuments/index.ts';
import type { OpenSqlDocument } from './openSqlDocument.ts';
import { isRunnable, previewStatement } from './preview.ts';
import { runInMarkdown } from './resultWords.ts';
import type { SqlRun } from './sqlRuns.ts';

/** How long a hover runs a statement that was not run yet, in milliseconds. */
const patienceMs = 1_500;
const tooSlow = `What it returns is not known yet: it takes longer than ${patienceMs / 1_000} s. Run it to see.`;

/**
 * What a statement gives, in Markdown: of its last run on the database as it is, else it is run for a moment. Undefined where it cannot be
 * run: no database, one without rows, another dialect, a statement that writes.
 * @throws SearchError `aborted` when `signal` fires
 */
export async function statementHover(
  services: Services,
  document: OpenSqlDocument,
  statement: SqlStatement,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (dialectOf(document.parsed, services.settings().sql.dialect).dialect !== 'sqlite') return undefined;
  const state = services.sql.databases.state(document);
  if (state.kind !== 'ready' || state.source !== 'sqlite' || !isRunnable(statement)) return undefined;
  const last = services.sql.runs.last(statement.text, state);
  const compared = last && (await comparedStill(services, document, statement, last));
  const isCompared = compared !== undefined || expectationsOf(document, statement).length === 0;
  if (last !== undefined && (isCompared || last.result.kind === 'failure'))
    return runInMarkdown(last, compared, Date.now());
  // Ending a statement costs its thread, and a large database takes long to be read into the next one.
  if (state.warning !== undefined) return last && runInMarkdown(last, undefined, Date.now());
  if (services.sql.runs.isSlow(statement.text, state)) return tooSlow;
  return runNow(services, document, statement, state, signal);
}

/** How a run compared, where the same is expected now. */
export async function comparedStill(
  services: Services,
  document: OpenSqlDocument,
  statement: SqlStatement,
  { expected }: SqlRun,
): Promise<WireExpectation | undefined> {
  if (expected === undefined) return undefined;
  const key = await expectationKey(services, document, expectationsOf(document, statement));
  return key === expected.key ? expected.compared : undefined;
}

async function runNow(
  services: Services,
  document: OpenSqlDocument,
  statement: SqlStatement,
  asked: Pick<WireDatabase, 'path' | 'changed'>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const patience = AbortSignal.timeout(patienceMs);
  try {
    const { database, result, at, expectation } = await previewStatement(
      services,
      document,
      statement,
      AbortSignal.any([signal, patience]),
    );
    return runInMarkdown({ database, result, at }, expectation, Date.now());
  } catch (error) {
    if (signal.aborted) throw error;
    if (patience.aborted) {
      services.sql.runs.noteSlow(statement.text, asked);
      return tooSlow;
    }
    if (error instanceof SearchError || error instanceof UserFacingError)
      return `**No rows:** ${plain(error.message)}`;
    throw error;
  }
}
