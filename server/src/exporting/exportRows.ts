import { SearchError } from '@querent/core/search';
import type { SqlFailure } from '@querent/core/sqlSchema';
import { formatCount } from '@querent/core/text';
import type { RowsPart } from '../databases/index.ts';
import { discard, ExportError, finish, openDraft } from './draftFile.ts';
import { RowNotes } from './rowNotes.ts';
import { rowText, type RowsFormat } from './rowText.ts';

export interface ExportRowsOptions {
  readonly format: RowsFormat;
  /** Where the file is to be. */
  readonly path: string;
  /** Whether a file that is there is replaced; when not, that is an error. */
  readonly replace: boolean;
  /** Most rows that are written, >= 1. Default 1,000,000. */
  readonly rows?: number;
  readonly signal?: AbortSignal;
  /** Told how many rows are written. */
  readonly onProgress?: (rows: number) => void;
}

export interface ExportedRows {
  readonly rows: number;
  readonly bytes: number;
  /** What the person should know, a sentence each. */
  readonly notes: readonly string[];
}

/** Most rows of a file; a spreadsheet takes 1,048,576. */
const mostRows = 1_000_000;

/**
 * Writes the rows of a statement to a file as they come. It is written beside its place (`FILE.part`) and takes it when it is complete: whatever
 * goes wrong, no half file is left and a file that was there stays as it was.
 * @throws ExportError what is wrong with the file, or why there are no rows, in words for people; SearchError `aborted` when cancelled
 */
export async function exportRows(
  parts: AsyncIterable<RowsPart | SqlFailure>,
  { format, path, replace, rows: most = mostRows, signal, onProgress }: ExportRowsOptions,
): Promise<ExportedRows> {
  const draft = await openDraft(path, replace);
  const text = rowText(format);
  const notes = new RowNotes(format);
  let columns: readonly string[] | undefined;
  let rows = 0;
  let isCut = false;
  try {
    for await (const part of parts) {
      if (part.kind !== 'part') throw new ExportError(failureInWords(part, rows));
      if (columns === undefined) await draft.write(text.head((columns = part.columns)));
      const taken = part.rows.slice(0, most - rows);
      for (const row of taken) notes.add(row);
      await draft.write(taken.map((row, i) => text.row(row, rows + i)).join(''));
      rows += taken.length;
      onProgress?.(rows);
      if (signal?.aborted === true) throw new SearchError('aborted', 'The export was cancelled.');
      isCut = taken.length < part.rows.length;
      if (isCut) break;
    }
    await draft.write(text.tail(rows));
    await finish(draft, replace);
    return { rows, bytes: draft.bytes, notes: [...cutNotes(isCut, rows), ...notes.notes(columns ?? [])] };
  } catch (error) {
    await discard(draft);
    throw error;
  }
}

function cutNotes(isCut: boolean, rows: number): readonly string[] {
  if (!isCut) return [];
  return [
    `The statement gives more than ${formatCount(rows)} rows; the file has the first ${formatCount(rows)}. Narrow it to have all.`,
  ];
}

function failureInWords(failure: SqlFailure, rows: number): string {
  const nothing = 'Nothing was written.';
  if (failure.kind === 'error')
    return `The statement cannot be run: ${failure.message.replace(/\.$/u, '')}. ${nothing}`;
  const behind = rows === 0 ? '' : ` behind row ${formatCount(rows)}`;
  return (
    `The statement gave no further row${behind} for ${failure.ms / 1_000} s and was stopped. ${nothing} Narrow it, or raise the setting ` +
    'querent.sql.timeoutSeconds.'
  );
}
