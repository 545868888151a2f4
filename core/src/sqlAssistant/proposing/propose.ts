import { valueLookup } from '../baseline/valueLookup.ts';
import type { SqlSchema } from '../../sqlSchema/index.ts';
import { Trying } from './trying.ts';
import type { ProposingOptions, SqlAsked, SqlFailed, SqlProposals, SqlTrial, SqlWriter, SqlWritten } from './types.ts'; // prettier-ignore

/** Statements of one writer that it is asked to mend. */
const mostMended = 2;

/** Values of a database up to which the question's texts are looked for among them: a second or two (measured: 0.9 s a million, on a busy machine). */
const mostCells = 3_000_000;

const notLookedFor =
  'The database is large: words of the question that are values were not looked for in it. Write such values in quotes, with the name of their column.';

const nothingFound =
  'No statement was found. Name tables, columns or values of the database in the question, or begin the statement yourself.';

/**
 * Statements that answer a question. Every writer is asked at the same time; what it writes must be one statement that reads and that the engine prepares,
 * mended by the engine's own corrections where they are sure; what stays broken goes back to its writer once, with the error. Then each is run on
 * the copy, and those that give the same rows are one candidate.
 *
 * A writer that fails costs its own statements, and a note says so.
 * @throws what the trial throws: the database cannot be asked, or the signal fires
 */
export async function proposeSql(
  asked: SqlAsked,
  writers: readonly SqlWriter[],
  trial: SqlTrial,
  { signal, onStage }: ProposingOptions = {},
): Promise<SqlProposals> {
  const trying = new Trying(trial);
  onStage?.('looking for values');
  const found = await withValues(asked, trial, trying, signal);
  onStage?.('writing');
  await Promise.all(
    writers.map(async (writer) => {
      const failed = trying.take(writer, await written(() => writer.write(found, signal), signal));
      signal?.throwIfAborted();
      if (failed.length > 0) {
        onStage?.('mending');
        await mendedBy(writer, found, failed, trying, signal);
      }
    }),
  );
  signal?.throwIfAborted();
  onStage?.('running');
  const candidates = await trying.ranked(signal);
  if (candidates.length === 0) trying.note(nothingFound);
  return { candidates, notes: trying.notes };
}

/** The question's own texts among the samples of the columns that hold them, where the database can tell soon. */
async function withValues(
  asked: SqlAsked,
  trial: SqlTrial,
  trying: Trying,
  signal: AbortSignal | undefined,
): Promise<SqlAsked> {
  const lookup = valueLookup(`${asked.question ?? ''} ${asked.evidence ?? ''}`, asked.schema);
  if (lookup === undefined) return asked;
  const result = isLarge(asked.schema) ? undefined : await trial.preview(lookup.sql, signal);
  if (result === undefined || result.kind === 'timeout') trying.note(notLookedFor);
  return result?.kind === 'rows' ? { ...asked, schema: lookup.found(result.rows) } : asked;
}

/** Whether reading every text of a database takes long, by its rows; also where only some of its tables could be counted in the time that there was. */
function isLarge({ tables }: SqlSchema): boolean {
  const own = tables.filter(({ kind = 'table' }) => kind === 'table');
  const counted = own.filter(({ rows }) => rows !== undefined);
  if (counted.length > 0 && counted.length < own.length) return true;
  return counted.reduce((sum, { rows = 0, columns }) => sum + rows * columns.length, 0) > mostCells;
}

/** Gives a writer what it wrote and what the engine said of it, once. */
async function mendedBy(
  writer: SqlWriter,
  asked: SqlAsked,
  failed: readonly SqlFailed[],
  trying: Trying,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { mend } = writer;
  if (mend === undefined) {
    trying.give(failed, writer.source);
    return;
  }
  for (const each of failed.slice(0, mostMended)) {
    const again = await written(() => mend(asked, each, signal), signal);
    const left = trying.take(writer, again, true);
    // Nothing usable came back, or the same again: the first error is the one that says most.
    if (again.statements.length === 0 || left.length > 0) trying.give([each], writer.source);
  }
  trying.give(failed.slice(mostMended), writer.source);
}

/** What a writer wrote, or a note on why it did not. @throws when the signal fires */
export async function written(
  ask: () => Promise<SqlWritten>,
  signal: AbortSignal | undefined,
): Promise<SqlWritten> {
  try {
    return await ask();
  } catch (error) {
    signal?.throwIfAborted();
    return { statements: [], notes: [error instanceof Error ? error.message : String(error)] };
  }
}
