/** Messages about live databases and about exports; see `protocol.ts`. */
import type { ExportFormat } from '@querent/core/corpus';
import type { ReportResult, WireProvenance } from './protocol.ts';

/**
 * `querent/ncbiKey` (notification, client to server): the NCBI API key from SecretStorage; empty takes it away, and what the environment
 * says (`NCBI_API_KEY`) counts again. Never logged, never in settings.
 */
export const ncbiKeyMethod = 'querent/ncbiKey';
export interface NcbiKeyParams {
  readonly key: string;
}

/** `querent/testNcbiKey`: whether NCBI takes the key in use. Asks NCBI once; a failure to reach it is `unknown`, never `rejected`. */
export const testNcbiKeyMethod = 'querent/testNcbiKey';
export interface TestNcbiKeyResult {
  /** `none`: there is no key. */
  readonly verdict: 'accepted' | 'rejected' | 'unknown' | 'none';
  /** Where the key in use comes from. */
  readonly origin?: 'secret-storage' | 'environment';
  /** One or two sentences for people. */
  readonly message: string;
}

/**
 * `querent/exportRecords`: all records that a line finds, into a citation file. Work-done progress and cancellation. The file is written
 * beside its place (`FILE.part`) and takes it when it is complete; what is cancelled or fails leaves nothing behind. Fails with a
 * ResponseError whose message is fit for people.
 */
export const exportRecordsMethod = 'querent/exportRecords';
export type { ExportFormat };
export interface ExportRecordsParams {
  readonly uri: string;
  /** Label of the line; absent means the whole strategy (its root line). */
  readonly label?: string;
  readonly format: ExportFormat;
  /** Absolute path. */
  readonly path: string;
  /** Whether a file that is there is replaced; when not, that is an error. */
  readonly replace: boolean;
  readonly workDoneToken?: string | number;
}
export interface ExportRecordsResult {
  readonly path: string;
  readonly records: number;
  readonly bytes: number;
  readonly provenance: WireProvenance;
  /** What the person should know, a sentence each: what the format cannot hold, records that the database lists but does not give. */
  readonly notes: readonly string[];
}

/**
 * `querent/measureStrategy`: the numbers of all lines, now, with progress ("12 of 60 lines") and cancellation; numbers of today are not
 * asked for again. A line without an answer does not end it.
 */
export const measureStrategyMethod = 'querent/measureStrategy';
export interface MeasureStrategyParams {
  readonly uri: string;
  readonly workDoneToken?: string | number;
}
export interface MeasureStrategyResult {
  /** Lines that hold a query. */
  readonly lines: number;
  /** Of them with numbers of today, and with numbers of an earlier day since the database cannot be reached. */
  readonly measured: number;
  readonly offline: number;
  readonly failed: readonly { readonly label: string; readonly message: string }[];
  /** Of a number of an earlier day, which says why, else of the last one; absent where there is none. */
  readonly provenance?: WireProvenance;
}

/** `querent/countHistory`: what the lines of a strategy found over time, as a Markdown document for people. */
export const countHistoryMethod = 'querent/countHistory';
export interface CountHistoryParams {
  readonly uri: string;
}

/** `querent/missedSeeds`: which block loses each seed that a line misses, and a way out, as a Markdown document for people. */
export const missedSeedsMethod = 'querent/missedSeeds';
export interface MissedSeedsParams {
  readonly uri: string;
  /** Label of the line; absent means the whole strategy. */
  readonly label?: string;
  readonly workDoneToken?: string | number;
}
export interface MissedSeedsResult extends ReportResult {
  readonly seeds: readonly { readonly id: string; readonly title?: string; readonly why: string }[];
}

/**
 * `querent/completeness`: how many relevant records a strategy may find and miss, estimated from what its headings and its text words
 * find, as a Markdown document for people.
 */
export const completenessMethod = 'querent/completeness';
export interface CompletenessParams {
  readonly uri: string;
  /** Label of the line; absent means the whole strategy. */
  readonly label?: string;
  readonly workDoneToken?: string | number;
}
