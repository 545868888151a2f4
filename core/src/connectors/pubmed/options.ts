import type { AxiosInstance } from 'axios';
import type { Thesaurus } from '../../mesh/index.ts';
import { systemClock } from '../clock.ts';
import type { Clock } from '../clock.ts';
import type { Gate } from '../gate.ts';
import { memoryGate } from '../memoryGate.ts';
import type { RecordFormat } from './records.ts';
import type { SeedRecordStore } from './services.ts';

/** How PubMed is asked. Everything has a default. */
export interface PubMedOptions {
  /** Name of the program, which NCBI asks for. Default `querent`. */
  readonly tool?: string;
  /** Address of the person or institution, which NCBI asks for: it writes there before it blocks anyone. */
  readonly email?: string;
  /** NCBI API key: 10 requests a second instead of 3. Sent in the body of requests only; never logged. */
  readonly apiKey?: string;
  /** Default: NCBI. Another address serves the same interface, such as `querent eutils serve`. */
  readonly baseUrl?: string;
  /** Sends the requests; a proxy is its business. */
  readonly http?: AxiosInstance;
  /** The time of day. */
  readonly clock?: Clock;
  /**
   * Milliseconds of silence, before an answer or in the middle of it, until a request counts as failed. Default 30,000; a whole answer may
   * take four times as long.
   */
  readonly timeoutMs?: number;
  /** See `RetryOptions`. Default 1,000. */
  readonly firstPauseMs?: number;
  /** What all requests pass. Default: one for each address and key, shared within the process. */
  readonly gate?: Gate;
  /** Most requests in a second of the default gate. Default: what NCBI allows, 3, or 10 with a key. `Infinity` for a service of one's own. */
  readonly requestsPerSecond?: number;
  /** MeSH for predicting which line finds which seed; without it more is asked. */
  readonly thesaurus?: () => Thesaurus | undefined | Promise<Thesaurus | undefined>;
  /** Default: none, so the records of seeds are fetched once in the engine's life. */
  readonly seedRecords?: SeedRecordStore;
  /** Default `xml`, which says the most. */
  readonly recordFormat?: RecordFormat;
}

export const NCBI = 'https://eutils.ncbi.nlm.nih.gov/entrez/eutils/';
/** One gate for each address and key, since NCBI counts what comes from one machine, not what one engine sends. */
const gates = new Map<string, Gate>();

/** The gate of an address and key; a test with a time of its own has one of its own. */
export function gateFor(
  baseUrl: string,
  apiKey: string | undefined,
  clock: Clock,
  limit = apiKey === undefined || apiKey === '' ? 3 : 10,
): Gate {
  if (clock !== systemClock) return memoryGate({ limit, clock });
  const key = `${baseUrl} ${apiKey ?? ''} ${limit}`;
  const gate = gates.get(key) ?? memoryGate({ limit });
  gates.set(key, gate);
  return gate;
}
