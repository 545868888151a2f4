import type { AxiosInstance } from 'axios';
import { QueryTooLongError } from '../../pubmed/index.ts';
import type { ResolvedQuery } from '../../pubmed/index.ts';
import { checkDay, SearchError } from '../../search/index.ts';
import type {
  CitationSummary,
  CountResult,
  IdsResult,
  Provenance,
  SearchEngine,
  SearchOptions,
} from '../../search/index.ts';
import { printResolved } from '../../strategy/index.ts';
import { formatCount } from '../../text/index.ts';
import { readEsearch, readEsummary } from './answers.ts';
import type { EsearchAnswer } from './answers.ts';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { EutilsClient } from './eutilsClient.ts';
import { RateLimiter } from './rateLimiter.ts';

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
  readonly http?: AxiosInstance;
  readonly clock?: Clock;
  /** Milliseconds until a request without an answer counts as failed. Default 30,000. */
  readonly timeoutMs?: number;
  /** Most requests in a second. Default: what NCBI allows, 3, or 10 with a key. `Infinity` for a service of one's own. */
  readonly requestsPerSecond?: number;
}

const NCBI = 'https://eutils.ncbi.nlm.nih.gov/entrez/eutils/';
/** ESearch gives only the first 10,000 ids of a PubMed query (retstart + retmax). */
const MAX_IDS = 10_000;
/** Ids of one `matching` or `summaries` request. */
const BATCH = 200;
/** Far beyond the longest published strategies (15,000 characters). */
const MAX_QUERY_LENGTH = 300_000;
/** A little more than a second: requests that left in time may arrive closer together. */
const WINDOW_MS = 1100;

/** One limiter for each address and key, since NCBI counts what comes from one machine, not what one engine sends. */
const limiters = new Map<string, RateLimiter>();

/** PubMed itself, over the E-utilities. No request is sent before the first question. */
export function createPubMedEngine(options: PubMedOptions = {}): SearchEngine {
  return new PubMedEngine(options);
}

class PubMedEngine implements SearchEngine {
  readonly id: string;
  readonly label: string;
  readonly #client: EutilsClient;
  readonly #clock: Clock;
  readonly #closed = new AbortController();

  constructor(options: PubMedOptions) {
    const { tool = 'querent', email, apiKey, http, clock = systemClock, timeoutMs = 30_000 } = options;
    const baseUrl = (options.baseUrl ?? NCBI).replace(/\/*$/, '/');
    this.id = baseUrl === NCBI ? 'pubmed' : `pubmed:${baseUrl}`;
    this.label = baseUrl === NCBI ? 'PubMed (live)' : `PubMed (live, ${baseUrl})`;
    this.#clock = clock;
    const limiter = limiterFor(baseUrl, apiKey, clock, options.requestsPerSecond);
    this.#client = new EutilsClient({ baseUrl, tool, email, apiKey, http, clock, limiter, timeoutMs });
  }

  async count(query: ResolvedQuery, options: SearchOptions = {}): Promise<CountResult> {
    return this.#countResult(await this.#esearch(write(query), { retmax: '0' }, options));
  }

  async search(
    query: ResolvedQuery,
    options: SearchOptions & { readonly limit?: number; readonly offset?: number } = {},
  ): Promise<IdsResult> {
    const offset = options.offset ?? 0;
    const limit = Math.min(options.limit ?? MAX_IDS, MAX_IDS - offset);
    if (limit < 0 || offset >= MAX_IDS) {
      throw new SearchError(
        'unsupported',
        `PubMed lists only the first ${formatCount(MAX_IDS)} records of a query. Narrow it, for example by date.`,
      );
    }
    const parameters = { retstart: String(offset), retmax: String(limit), sort: 'pub_date' };
    const answer = await this.#esearch(write(query), parameters, options);
    const result = this.#countResult(answer);
    const wanted = Math.min(options.limit ?? Infinity, answer.count - offset);
    const warnings =
      wanted > limit
        ? [
            ...result.warnings,
            {
              code: 'ids-limited',
              message: `PubMed lists only the first ${formatCount(MAX_IDS)} of ${formatCount(answer.count)} records.`,
            },
          ]
        : result.warnings;
    return { ...result, warnings, ids: answer.ids };
  }

  async matching(
    query: ResolvedQuery,
    ids: readonly string[],
    options: SearchOptions = {},
  ): Promise<readonly string[]> {
    const text = write(query);
    const found = new Set<string>();
    for (const batch of batches(pmids(ids))) {
      const term = `(${text}) AND (${batch.map((id) => `${id}[uid]`).join(' OR ')})`;
      const answer = await this.#esearch(term, { retmax: String(batch.length) }, options);
      if (answer.ids.length < Math.min(answer.count, batch.length)) {
        throw new SearchError('network', 'PubMed gave fewer ids than it counted. Try again later.', true);
      }
      answer.ids.forEach((id) => found.add(id));
    }
    return ids.filter((id) => found.has(id));
  }

  async summaries(ids: readonly string[], options: SearchOptions = {}): Promise<readonly CitationSummary[]> {
    const found = new Map<string, CitationSummary>();
    for (const batch of batches(pmids(ids))) {
      const answer = await this.#client.ask(
        'esummary',
        { id: batch.join(',') },
        readEsummary,
        this.#signal(options),
      );
      answer.forEach((summary, id) => found.set(id, summary));
    }
    return ids.flatMap((id) => found.get(id) ?? []);
  }

  async close(): Promise<void> {
    this.#closed.abort(new Error('The engine was closed.'));
  }

  #esearch(
    term: string,
    parameters: Readonly<Record<string, string>>,
    options: SearchOptions,
  ): Promise<EsearchAnswer> {
    return this.#client.ask(
      'esearch',
      { term, ...parameters, ...dateParameters(options.until) },
      readEsearch,
      this.#signal(options),
    );
  }

  #countResult({ count, translation, warnings }: EsearchAnswer): CountResult {
    return {
      count,
      ...(translation === undefined ? {} : { translation }),
      warnings,
      provenance: this.#provenance(),
    };
  }

  #provenance(): Provenance {
    return { engine: this.id, label: this.label, at: new Date(this.#clock.now()).toISOString() };
  }

  #signal({ signal }: SearchOptions): AbortSignal {
    return signal === undefined ? this.#closed.signal : AbortSignal.any([signal, this.#closed.signal]);
  }
}

function limiterFor(
  baseUrl: string,
  apiKey: string | undefined,
  clock: Clock,
  limit = apiKey === undefined || apiKey === '' ? 3 : 10,
): RateLimiter {
  if (clock !== systemClock) {
    return new RateLimiter(limit, WINDOW_MS, clock);
  }
  const key = `${baseUrl} ${apiKey ?? ''} ${limit}`;
  const limiter = limiters.get(key) ?? new RateLimiter(limit, WINDOW_MS, clock);
  limiters.set(key, limiter);
  return limiter;
}

function write(query: ResolvedQuery): string {
  try {
    return printResolved(query, { maxLength: MAX_QUERY_LENGTH });
  } catch (error) {
    if (error instanceof QueryTooLongError) {
      throw new SearchError('unsupported', error.message, false, error);
    }
    throw error;
  }
}

/** Up to and including the day. PubMed takes a last day only together with a first one. */
function dateParameters(until: string | undefined): Readonly<Record<string, string>> {
  if (until === undefined) {
    return {};
  }
  checkDay(until);
  return { datetype: 'pdat', mindate: '1500/01/01', maxdate: until.replaceAll('-', '/') };
}

/** Ids that PubMed can hold, each once. Others, such as NCT numbers, are in no answer anyway. */
function pmids(ids: readonly string[]): readonly string[] {
  return [...new Set(ids)].filter((id) => /^\d{1,9}$/.test(id));
}

function batches(ids: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(ids.length / BATCH) }, (_, index) =>
    ids.slice(index * BATCH, (index + 1) * BATCH),
  );
}
