import { meaningful, type SqlStatement } from '@querent/core/sql';
import type { Range } from '@querent/core/text';
import type { OpenedDatabase } from '../../databases/index.ts';
import type { SqlPreviewResult, WireDatabase, WireSqlFailure, WireSqlRows } from '../../sqlProtocol.ts';
import { UserFacingError } from '../runSafe.ts';
import { lspRange, type Services } from '../services.ts';
import type { OpenSqlDocument } from './openSqlDocument.ts';
import { wirePreview } from './wireRows.ts';

/** Most rows that are shown, whatever is asked for. */
const mostRows = 10_000;

/**
 * Runs a statement of a document, read-only, on a copy of its database in memory, and remembers what it gave.
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
  const { database, about } = await databaseToRun(services, document);
  signal.throwIfAborted();
  const result = await resultOf(services, document, statement, database, signal, rows);
  const at = Date.now();
  services.sql.runs.remember(statement.text, { database: about, result: withoutPlace(result), at });
  // The lenses above the statement tell what it gave.
  services.refresh.numbers(true);
  return {
    sql: statement.text,
    range: lspRange(document, statement),
    version: document.version,
    database: about,
    result,
    at,
  };
}

async function resultOf(
  services: Services,
  document: OpenSqlDocument,
  statement: SqlStatement,
  database: OpenedDatabase,
  signal: AbortSignal,
  rows: number | undefined,
): Promise<WireSqlRows | WireSqlFailure> {
  const parameter = meaningful(statement.tokens).find(({ kind }) => kind === 'variable');
  if (parameter !== undefined) return unbound(document, statement, parameter);
  const wanted = rows ?? services.settings().sql.previewRows;
  const shown = Math.min(mostRows, Math.max(1, Number.isFinite(wanted) ? Math.trunc(wanted) : 1));
  const result = wirePreview(await database.preview(statement.text, { rows: shown, signal }));
  if (result.kind === 'rows' || result.code === 'timeout') return result;
  const place = errorIn(services, document, statement);
  return place === undefined ? result : { ...result, range: lspRange(document, place) };
}

/** The database would take a parameter without a value for NULL, and most likely give no rows. */
function unbound(
  document: OpenSqlDocument,
  statement: SqlStatement,
  { text, start, end }: { readonly text: string; readonly start: number; readonly end: number },
): WireSqlFailure {
  return {
    kind: 'failure',
    code: 'failed',
    message: `${text} is a parameter, which has no value here. Write a value in its place to run the statement.`,
    range: lspRange(document, { start: start + statement.start, end: end + statement.start }),
  };
}

/** Where the editor finds the statement's error, for the database tells no place. */
function errorIn(
  services: Services,
  document: OpenSqlDocument,
  { start, end }: SqlStatement,
): Range | undefined {
  return services.sql.problems
    .of(document)
    .find(({ severity, range }) => severity === 'error' && range.start >= start && range.end <= end)?.range;
}

function withoutPlace(result: WireSqlRows | WireSqlFailure): WireSqlRows | WireSqlFailure {
  if (result.kind === 'rows') return result;
  const { range, ...rest } = result;
  void range;
  return rest;
}

/** The database that statements of a document are run on. @throws UserFacingError where there is none */
export async function databaseToRun(
  services: Services,
  document: OpenSqlDocument,
): Promise<{ readonly database: OpenedDatabase; readonly about: WireDatabase }> {
  if (services.settings().sql.dialect !== 'sqlite')
    throw new UserFacingError(
      'Nothing is run in the dialect of PostgreSQL: there is no database that could. Set querent.sql.dialect to sqlite for a SQLite file.',
    );
  const database = await services.sql.databases.database(document).catch((error: unknown) => {
    throw new UserFacingError(error instanceof Error ? error.message : String(error));
  });
  const state = services.sql.databases.state(document);
  if (state.kind !== 'ready')
    throw new UserFacingError('The database is being read again. Run the statement in a moment.');
  const { label, path, changed, read } = state;
  return { database, about: { label, path, changed, read } };
}
