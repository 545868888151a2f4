import type { FileHandle } from 'node:fs/promises';
import { exportHead, ExportLosses, exportText, type ExportFormat } from '@querent/core/corpus';
import { hasRecords } from '@querent/core/connectors';
import { SearchError, type Provenance, type SearchEngine, type SearchQuery } from '@querent/core/search';
import { formatCount } from '@querent/core/text';
import { discard, ExportError, finish, openDraft } from './draftFile.ts';

export { ExportError };

/** How far an export is. */
export interface ExportProgress {
  /** Records written, and records to write in all. */
  readonly done: number;
  readonly total: number;
}

export interface ExportOptions {
  readonly format: ExportFormat;
  /** Where the file is to be. */
  readonly path: string;
  /** Whether a file that is there is replaced; when not, that is an error. */
  readonly replace?: boolean;
  /** See `SearchOptions.until`. */
  readonly until?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ExportProgress) => void;
  /** How the draft is opened; for tests of full disks. */
  readonly open?: (path: string) => Promise<FileHandle>;
}

export interface Exported {
  readonly records: number;
  readonly bytes: number;
  readonly provenance: Provenance;
  /** What the person should know, a sentence each. */
  readonly notes: readonly string[];
}

/** Ids of records that are listed but not given are named up to this number. */
const mostNamed = 10;

/**
 * Writes every record that `query` finds to a citation file. It is written beside its place (`FILE.part`) and takes it when it is complete:
 * whatever goes wrong, no half file is left and a file that was there stays as it was.
 * @throws ExportError what is wrong with the file, in words for people; SearchError when the engine has no answer, `aborted` when cancelled
 */
export async function exportRecords<Query extends SearchQuery>(
  engine: SearchEngine<Query>,
  query: Query,
  { format, path, replace = false, until, signal, onProgress, open }: ExportOptions,
): Promise<Exported> {
  if (!hasRecords(engine))
    throw new ExportError(`${engine.label} does not hand out whole records, so there is nothing to export.`);
  const options = {
    ...(signal === undefined ? {} : { signal }),
    ...(until === undefined ? {} : { until }),
  };
  const draft = await openDraft(path, replace, open);
  const losses = new ExportLosses(format);
  const missing: string[] = [];
  let records = 0;
  let missed = 0;
  try {
    const { count, provenance } = await engine.count(query, options);
    if (provenance.offline !== undefined)
      throw new ExportError(
        `${engine.label} cannot be reached, so its records cannot be exported. ${provenance.offline}`,
      );
    onProgress?.({ done: 0, total: count });
    await draft.write(exportHead(format));
    for await (const ids of engine.allIds(query, options)) {
      const wanted = new Set(ids);
      for await (const batch of engine.fetchRecords(ids, options)) {
        await draft.write(batch.map((record) => exportText(record, format)).join(''));
        for (const record of batch) {
          losses.add(record);
          wanted.delete(record.id);
        }
        records += batch.length;
        onProgress?.({ done: records + missed, total: Math.max(count, records + missed) });
        if (signal?.aborted === true) throw new SearchError('aborted', 'The export was cancelled.');
      }
      missed += wanted.size;
      missing.push(...[...wanted].slice(0, Math.max(0, mostNamed - missing.length)));
    }
    await finish(draft, replace);
    return {
      records,
      bytes: draft.bytes,
      provenance,
      notes: [...missingNotes(engine.label, missed, missing), ...losses.notes()],
    };
  } catch (error) {
    await discard(draft);
    throw error;
  }
}

/** A record that a database lists and does not give was taken out meanwhile, or is being corrected: it must be said, or the file looks whole. */
function missingNotes(label: string, missed: number, ids: readonly string[]): readonly string[] {
  if (missed === 0) return [];
  const more = missed > ids.length ? ` and ${formatCount(missed - ids.length)} more` : '';
  return [
    `${label} lists ${formatCount(missed)} ${missed === 1 ? 'record' : 'records'} that it does not give, and the file lacks: ${ids.join(', ')}${more}.`,
  ];
}
