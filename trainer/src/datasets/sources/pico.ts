import { RowError } from '@querent/core/tasks';
import { readDay, rowId, rowIds, rowPico } from './fields.ts';
import type { RowReader } from './rows.ts';

/**
 * PICO rows: `{id, pico, relevant, until?}`, and DeepRetrieval's own `{id, pico: {P, I, C, O}, publication_pmids | trial_nctids, pub_date}`.
 * What the ids are says which task a row is for.
 */
export const readPicoRow: RowReader = (row) => {
  const id = rowId(row);
  const pico = rowPico(row);
  if (pico === undefined)
    throw new RowError('“pico” is missing or has no text. Write an object {"population": "...", ...}.');
  const key = ['relevant', 'publication_pmids', 'trial_nctids'].find((name) => row[name] !== undefined);
  const relevant = rowIds(row, key ?? 'relevant');
  const { until, flags } = readDay(row, row['until'] === undefined ? 'pub_date' : 'until');
  return {
    id,
    task: taskOfIds(relevant, key ?? 'relevant'),
    input: { pico },
    target: { relevant },
    ...(until === undefined ? {} : { until }),
    flags,
  };
};

/** `trials` for NCT ids, `publication` for others. @throws RowError for both together: they are found in different places */
export function taskOfIds(ids: readonly string[], key: string): 'publication' | 'trials' {
  const trials = ids.filter((id) => /^NCT\d{8}$/.test(id)).length;
  if (trials === ids.length) return 'trials';
  if (trials === 0) return 'publication';
  throw new RowError(`“${key}” mixes PMIDs and NCT ids. Make two rows of it, one for each database.`);
}
