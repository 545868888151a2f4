import { readingStatement, unboundParameter } from '@querent/core/sql';
import type { SqlDirective, SqlStatement, UnboundParameter } from '@querent/core/sql';
import type { SqlPreview } from '@querent/core/sqlSchema';
import type { Range } from '@querent/core/text';
import type { SqlPreviewResult, WireDatabase, WireSqlFailure, WireSqlRows } from '../../sqlProtocol.ts';
import { UserFacingError } from '../runSafe.ts';
import { lspRange, type Services } from '../services.ts';
import { expectationKey, expectationsOf, heldAgainst } from '../../sqlDocuments/index.ts';
import type { LeasedDatabase } from '../../sqlDocuments/index.ts';
import type { OpenSqlDocument } from './openSqlDocument.ts';
import type { SqlRun } from './sqlRuns.ts';
import { wirePreview } from './wireRows.ts';

/** Most rows that are shown, whatever is asked for. */
const mostRows = 10_000;

/**
 * Runs a statement of a document, read-only, on a copy of its database in memory (a large one in place), holds it against what is expected of it, and remembers what it
 * gave.
 * @param rows how many are shown, 1 to 10,000; the setting's by default
 * @throws UserFacingError where nothing can be run: no database, one without rows, another dialect
 * @throws SearchError `aborted`; `bad-library` for a file that cannot be read
 */
export async function previewStatement(
  services: Services,
  document: OpenSqlDocument,
  statement: SqlStatement,
  signal: AbortSignal,
  rows?: number,
): Promise<SqlPreviewResult> {
  const { database, about } = await databaseToRun(services, document, signal);
  signal.throwIfAborted();
  const wanted = rows ?? services.settings().sql.previewRows;
  const shown = Math.min(mostRows, Math.max(1, Number.isFinite(wanted) ? Math.trunc(wanted) : 1));
  const parameter = unboundParameter(statement);
  const { preview, compared } = await database.held(async () => {
    const preview =
      parameter === undefined
        ? await database.preview(statement.text, { rows: shown, signal })
        : unbound(parameter);
    const expected = preview.kind === 'rows' ? expectationsOf(document, statement) : [];
    const compared =
      preview.kind === 'rows' && expected.length > 0
        ? await comparedWith(services, document, expected, { sql: statement.text, preview, database }, signal)
        : undefined;
    return { preview, compared };
  });
  const at = Date.now();
  const result = wirePreview(preview);
  services.sql.runs.remember(statement.text, {
    ...{ database: about, result, at },
    ...(compared === undefined ? {} : { expected: compared }),
  });
  // The lenses above the statement tell what it gave.
  services.refresh.numbers(true);
  return {
    sql: statement.text,
    range: lspRange(document, statement),
    version: document.version,
    database: about,
    result: await placed(services, document, statement, result),
    ...(compared === undefined ? {} : { expectation: compared.compared }),
    at,
  };
}

async function comparedWith(
  services: Services,
  document: OpenSqlDocument,
  expected: readonly SqlDirective[],
  ran: Parameters<typeof heldAgainst>[3],
  signal: AbortSignal,
): Promise<SqlRun['expected']> {
  // The files as they were before they were read: what is written meanwhile counts as another expectation.
  const key = await expectationKey(services, document, expected);
  const compared = await heldAgainst(services, document, expected, ran, signal);
  return compared === undefined ? undefined : { key, compared };
}

function unbound({ message }: UnboundParameter): Extract<SqlPreview, { kind: 'error' }> {
  return { kind: 'error', code: 'failed', message };
}

/** @throws UserFacingError for a statement with a parameter that has no value */
export function refuseParameters(statement: SqlStatement): void {
  const parameter = unboundParameter(statement);
  if (parameter !== undefined) throw new UserFacingError(parameter.message);
}

/** A failure with its place. */
async function placed(
  services: Services,
  document: OpenSqlDocument,
  statement: SqlStatement,
  result: WireSqlRows | WireSqlFailure,
): Promise<WireSqlRows | WireSqlFailure> {
  if (result.kind === 'rows' || result.code === 'timeout') return result;
  const parameter = unboundParameter(statement);
  const place =
    parameter === undefined
      ? await errorIn(services, document, statement)
      : { start: parameter.token.start + statement.start, end: parameter.token.end + statement.start };
  return place === undefined ? result : { ...result, range: lspRange(document, place) };
}

/** Where the editor finds the statement's error, for the database tells no place. */
async function errorIn(
  services: Services,
  document: OpenSqlDocument,
  { start, end }: SqlStatement,
): Promise<Range | undefined> {
  const { problems } = services.sql;
  await problems.prepare(document);
  return problems
    .of(document)
    .find(({ severity, range }) => severity === 'error' && range.start >= start && range.end <= end)?.range;
}

/** Whether a statement may be run at all: whether it reads. */
export function isRunnable({ text }: SqlStatement): boolean {
  return 'statement' in readingStatement(text);
}

/** The database that statements of a document are run on, as its file is now. @throws UserFacingError where there is none */
export async function databaseToRun(
  services: Services,
  document: OpenSqlDocument,
  signal?: AbortSignal,
): Promise<{ readonly database: LeasedDatabase; readonly about: WireDatabase }> {
  const database = await services.sql.databases.database(document, signal);
  const state = services.sql.databases.state(document);
  if (state.kind !== 'ready')
    throw new UserFacingError('The database is being read again. Run the statement in a moment.');
  const { label, path, read } = state;
  // Of what is asked, also where the file has been changed since.
  return { database, about: { label, path, changed: database.changed, read } };
}
