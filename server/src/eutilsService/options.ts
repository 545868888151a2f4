import type { AdmissionOptions } from './admission.ts';
import type { LoggedRequest, RequestStatistics } from './requestLog.ts';

/** How the service is started. Only the citations have no default. */
export interface EutilsServiceOptions extends AdmissionOptions {
  /** A citation library, a citation file or a folder of such: what `db=pubmed` searches. */
  readonly corpus: string;
  /** MeSH descriptors to use instead of the library's own. */
  readonly mesh?: string;
  /** Trial registrations (ids NCT...); those in `corpus` unless told otherwise. */
  readonly trials?: string;
  /** Default 127.0.0.1: only this machine. */
  readonly host?: string;
  /** Default 0: a free one. */
  readonly port?: number;
  /** Threads that answer; default 1. */
  readonly threads?: number;
  /** Requests that may wait for a thread; default 256. Beyond, they are answered with 503. */
  readonly queue?: number;
  /** How long a WebEnv is kept after its last use, in milliseconds; default 8 hours. */
  readonly historyMs?: number;
  /** Where the index for ranking is kept; the platform's cache folder unless told otherwise. */
  readonly cachePath?: string;
  /** A clock that only goes forward, in milliseconds; that of the machine unless told otherwise. */
  readonly now?: () => number;
  /** Told of faults of the service itself. */
  readonly log?: (message: string) => void;
}

/** A running service. */
export interface EutilsService {
  /** Where the E-utilities are, without a slash at its end: `http://127.0.0.1:8080/entrez/eutils`. */
  readonly url: string;
  /** Where ClinicalTrials.gov's API is: `http://127.0.0.1:8080/api/v2`. */
  readonly trialsUrl: string;
  /** What is searched, for people. */
  readonly label: string;
  /** Records with a PMID. */
  readonly records: number;
  /** What came in, oldest first. */
  requests(): readonly LoggedRequest[];
  statistics(): RequestStatistics;
  /** Forgets every WebEnv, as if their time were over. */
  expireHistory(): void;
  /** Takes no more requests, answers those that it has for at most so many milliseconds (default 5,000), and ends. */
  close(graceMs?: number): Promise<void>;
}
