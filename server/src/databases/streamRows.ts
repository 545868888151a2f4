import { SearchError } from '@querent/core/search';
import type { SqlFailure } from '@querent/core/sqlSchema';
import { DatabaseThread } from './databaseThread.ts';
import type { DatabaseFile, RowsPart, StatementLimits } from './protocol.ts';
import type { RunnerKind } from './runner.ts';

/**
 * All rows of one statement that reads, in parts, one in memory at a time; a failure is the last that is given. It has a thread of its own, so
 * that nothing else waits for it, and which ends with it.
 * @throws SearchError `aborted`; `bad-library` for the file
 */
export async function* streamRows(
  file: DatabaseFile,
  sql: string,
  limits: StatementLimits,
  kind: RunnerKind,
  signal: AbortSignal | undefined,
): AsyncGenerator<RowsPart | SqlFailure, void> {
  const thread = new DatabaseThread(limits, kind);
  try {
    for (let isFirst = true; ; isFirst = false) {
      if (signal?.aborted === true) throw new SearchError('aborted', 'The statement was cancelled.');
      const answer = (await thread.ask({ kind: 'part', file, sql, isFirst }, signal)) as
        RowsPart | SqlFailure;
      yield answer;
      if (answer.kind !== 'part' || answer.isLast) return;
    }
  } finally {
    await thread.end();
  }
}
