import { SearchError } from '@querent/core/search';
import type { Measurement } from '@querent/core/search';
import { oneLine } from './wording.ts';

/** Numbers as every tool gives them. */
export function numbersOf({ count, found, missed, recall, nnr }: Measurement) {
  const total = found.length + missed.length;
  return { count, seedsFound: total === 0 ? null : found.length, recall: recall ?? null, nnr: nnr ?? null };
}

/** `1,204 records, 4 of 5 seeds (recall 0.80), 301 to read for one` */
export function inWords({ count, found, missed, recall, nnr }: Measurement): string {
  const records = `${count.toLocaleString('en')} ${count === 1 ? 'record' : 'records'}`;
  if (recall === undefined) return records;
  const perSeed = nnr === undefined ? '' : `, ${nnr < 10 ? nnr.toFixed(1) : Math.round(nnr)} to read for one`;
  return `${records}, ${found.length} of ${found.length + missed.length} seeds (recall ${recall.toFixed(2)})${perSeed}`;
}

/** Where and when, in words; with the caution that belongs to numbers of a library. */
export function whereAndWhen(
  { label, at }: { readonly label: string; readonly at: string },
  until: string | undefined,
  live: boolean,
): string {
  const date = until === undefined ? '' : `, records published until ${until}`;
  const caution = live ? '' : ' Counts in a library do not carry over to PubMed.';
  return `Measured in ${oneLine(label)}, ${at.replace(/:\d\d(?:\.\d+)?Z$/, ' UTC').replace('T', ' ')}${date}.${caution}`;
}

/** The message of a failed search that is no cancellation. */
export function searchFailure(error: unknown, signal: AbortSignal): string {
  signal.throwIfAborted();
  if (error instanceof SearchError && error.code !== 'aborted') return oneLine(error.message, 400);
  throw error;
}
