import type { SqlDirective, SqlStatement } from '@querent/core/sql';
import {
  compareRows,
  readExpectation,
  type ResultRows,
  type SqlExpectation,
} from '@querent/core/sqlExpectation';
import type { SqlOutcome, SqlPreview } from '@querent/core/sqlSchema';
import { formatCount } from '@querent/core/text';
import type { OpenedDatabase } from '../databases/index.ts';
import type { WireExpectation } from '../sqlProtocol.ts';
import { expectationFile, expectationStamp } from './expectationFile.ts';
import type { ExpectationWorld, PlacedDocument } from './expectationFile.ts';

type RowsPreview = Extract<SqlPreview, { kind: 'rows' }>;
type Problem = Extract<WireExpectation, { kind: 'problem' }>;

/** What a document expects of a statement: several are alternatives. */
export function expectationsOf({ parsed }: PlacedDocument, { index }: SqlStatement): readonly SqlDirective[] {
  return parsed.directives.filter(({ kind, statement }) => kind === 'expect' && statement === index);
}

/** Tells whether expectations say the same as before: what is written, and the state of the files named. */
export async function expectationKey(
  services: ExpectationWorld,
  document: PlacedDocument,
  expected: readonly SqlDirective[],
): Promise<string> {
  const keys = expected.map(async ({ value }) => {
    const read = readExpectation(value);
    return read.kind === 'file' ? `${value} ${await expectationStamp(services, document, read.name)}` : value;
  });
  return (await Promise.all(keys)).join('\0');
}

/**
 * Holds what a statement gave against what is expected: the alternative that it matches, else one that cannot be compared, which is to be mended,
 * else the one that comes nearest. Undefined where nothing is expected.
 * @param ran a statement and its first rows; all of them are read where they are needed
 * @throws SearchError as `OpenedDatabase.run`
 */
export async function heldAgainst(
  services: ExpectationWorld,
  document: PlacedDocument,
  expected: readonly SqlDirective[],
  ran: { readonly sql: string; readonly preview: RowsPreview; readonly database: OpenedDatabase },
  signal: AbortSignal,
): Promise<WireExpectation | undefined> {
  if (expected.length === 0) return undefined;
  const result = await allRows(ran.database, ran.sql, ran.preview, signal);
  if ('kind' in result) return result;
  const all: WireExpectation[] = [];
  for (const { value } of expected) {
    const read = readExpectation(value);
    const content = read.kind === 'file' ? await expectationFile(services, document, read) : read;
    all.push(await comparison(content, result, ran.database, signal));
    signal.throwIfAborted();
  }
  const nearness = (one: WireExpectation): number =>
    one.kind === 'problem' ? 2 : one.isMatch ? 3 : one.recall * one.precision;
  return all.reduce((best, one) => (nearness(one) > nearness(best) ? one : best));
}

async function comparison(
  expected: Exclude<SqlExpectation, { kind: 'file' }>,
  result: ResultRows,
  database: OpenedDatabase,
  signal: AbortSignal,
): Promise<WireExpectation> {
  if (expected.kind === 'problem') return expected;
  if (expected.kind === 'rows')
    return { kind: 'compared', ...compareRows(result, expected.table, expected.isOrdered, false) };
  const trusted = await trustedOutcome(database, expected.sql, signal);
  const found = comparable(trusted, 'The trusted query');
  if ('kind' in found) return found;
  const { columns, rows } = found;
  const table = { width: columns.length, names: columns, rows };
  return { kind: 'compared', ...compareRows(result, table, expected.isOrdered, true) };
}

async function allRows(
  database: OpenedDatabase,
  sql: string,
  preview: RowsPreview,
  signal: AbortSignal,
): Promise<ResultRows | Problem> {
  const { columns, rows, total, isCounted } = preview;
  if (isCounted && total === rows.length) return { columns, rows };
  return comparable(await database.run(sql, { signal }), 'The statement');
}

/** Rows that are all there. What took too long, or was cut, equals nothing, and least of all no rows. */
function comparable(outcome: SqlOutcome, what: string): ResultRows | Problem {
  const problem = (message: string): Problem => ({ kind: 'problem', message });
  switch (outcome.kind) {
    case 'error':
      return problem(`${what} cannot be run: ${outcome.message.replace(/\.$/u, '')}. Correct it.`);
    case 'timeout':
      return problem(
        `${what} was stopped after ${outcome.ms / 1000} s, so that its rows are not known. Narrow it, or raise querent.sql.timeoutSeconds.`,
      );
    case 'rows':
      return outcome.isCut
        ? problem(
            `${what} gives more than the ${formatCount(outcome.rows.length)} rows that are compared. Narrow it, or count them: SELECT count(*) FROM (...).`,
          )
        : { columns: outcome.columns, rows: outcome.rows };
  }
}

/** Rows of trusted queries, by the database as it was opened, so that proposals for one question run it once. */
const trustedOutcomes = new WeakMap<OpenedDatabase, Map<string, Promise<SqlOutcome>>>();
const mostTrusted = 4;
/** What gives other rows each time. */
const changing = /\b(?:random|randomblob|now|current_date|current_time|current_timestamp|unixepoch)\b/iu;

async function trustedOutcome(
  database: OpenedDatabase,
  sql: string,
  signal: AbortSignal,
): Promise<SqlOutcome> {
  if (changing.test(sql)) return database.run(sql, { signal });
  let known = trustedOutcomes.get(database);
  if (known === undefined) trustedOutcomes.set(database, (known = new Map<string, Promise<SqlOutcome>>()));
  const before = await known.get(sql)?.catch(() => undefined);
  signal.throwIfAborted();
  // A time that was over may have been the machine's fault.
  if (before?.kind === 'rows') return before;
  const outcome = database.run(sql, { signal });
  known.set(sql, outcome);
  const [oldest] = known.keys();
  if (known.size > mostTrusted && oldest !== undefined) known.delete(oldest);
  return outcome;
}
