import type { CoveredField } from './fields.ts';
import type { PostingsData } from './postings.ts';
import type { RecordDay } from './record.ts';
import type { TextTable } from './textTable.ts';

/** Bits of `IndexParts.flags`. */
export const recordFlag = { hasAbstract: 1, hasKeyword: 2, hasMesh: 4 } as const;

/** Everything an index holds, as plain columns: what is written to a library and read from it. */
export interface IndexParts {
  /** Record ids by document number. */
  readonly ids: TextTable;
  /** Document numbers in the order of the ids, see `compareTexts`. */
  readonly idOrder: Uint32Array;
  /** Publication dates, see `DateNumber`. */
  readonly dates: Uint32Array;
  /** Other dates, likewise; a kind that no record has is missing. */
  readonly days: Partial<Readonly<Record<RecordDay, Uint32Array>>>;
  /** Number of words in title, abstract and keywords. */
  readonly lengths: Uint32Array;
  readonly flags: Uint8Array;
  /** Document numbers by date, then by PMID, both descending; records without a date come last. */
  readonly newestFirst: Uint32Array;
  /** The documents that have a field at all, as bitmaps (see `DocSet.words`); a field that no record has is missing. */
  readonly covered: Partial<Readonly<Record<CoveredField, Uint32Array>>>;
  /** Words of title, abstract, keywords. */
  readonly text: PostingsData;
  /** Words of everything else. */
  readonly meta: PostingsData;
  /** Whole values: headings, authors, journals ... */
  readonly keys: PostingsData;
}
