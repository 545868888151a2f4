import type { CitationRecord } from '../../corpus/index.ts';
import type { ResolvedQuery } from '../../pubmed/index.ts';
import { SearchError } from '../../search/index.ts';
import type {
  CitationSummary,
  CountResult,
  IdsResult,
  Provenance,
  SearchOptions,
} from '../../search/index.ts';
import { isUnresolvable, resolveText } from '../../strategy/index.ts';
import { formatCount } from '../../text/index.ts';
import type { Clock } from '../clock.ts';
import { localDay, systemClock } from '../clock.ts';
import { allIds, MAX_IDS } from './allIds.ts';
import type { EsearchAnswer } from './answers/esearch.ts';
import { readEsummary } from './answers/esummary.ts';
import { EutilsClient } from './eutilsClient.ts';
import type { AskOptions } from '../politeAsker.ts';
import { BATCH, Fetching } from './fetching.ts';
import { batches, pmids, uidText } from './ids.ts';
import { gateFor, NCBI } from './options.ts';
import type { PubMedOptions } from './options.ts';
import { PastLimit } from './pastLimit.ts';
import { pubmedServices } from './pubmedServices.ts';
import { Searching } from './searching.ts';
import { RowMemory } from './seeds/rowMemory.ts';
import { dateLimit, withWitness } from './seeds/question.ts';
import { seedMatrix } from './seeds/seedMatrix.ts';
import type { Question } from './keptQueries.ts';
import type { PubMedEngine, PubMedServices } from './services.ts';

/** PubMed itself, over the E-utilities. No request is sent before the first question. */
export function createPubMedEngine(options: PubMedOptions = {}): PubMedEngine {
  return new EutilsEngine(options);
}

class EutilsEngine implements PubMedEngine {
  readonly id: string;
  readonly label: string;
  readonly services: PubMedServices;
  readonly #client: EutilsClient;
  readonly #searching: Searching;
  readonly #clock: Clock;
  readonly #fetching: Fetching;
  readonly #thesaurus: NonNullable<PubMedOptions['thesaurus']>;
  readonly #closed = new AbortController();
  /** What PubMed said of seeds today, so that an edit asks about the line that changed and no other. */
  readonly #rows = new RowMemory();
  /** The paging that somebody is at; one is enough. */
  #past: { readonly key: string; readonly ids: PastLimit } | undefined;

  constructor(options: PubMedOptions) {
    const { tool = 'querent', email, apiKey, http, clock = systemClock, firstPauseMs = 1000 } = options;
    const { timeoutMs = 30_000, recordFormat = 'xml' } = options;
    const baseUrl = (options.baseUrl ?? NCBI).replace(/\/*$/, '/');
    this.id = baseUrl === NCBI ? 'pubmed' : `pubmed:${baseUrl}`;
    this.label = baseUrl === NCBI ? 'PubMed (live)' : `PubMed (live, ${baseUrl})`;
    this.#clock = clock;
    this.#thesaurus = options.thesaurus ?? (() => undefined);
    const clientFor = (key: string | undefined): EutilsClient => {
      const gate = options.gate ?? gateFor(baseUrl, key, clock, options.requestsPerSecond);
      const parts = { baseUrl, tool, email, apiKey: key, http, clock, gate, timeoutMs, firstPauseMs };
      return new EutilsClient(parts);
    };
    this.#client = clientFor(apiKey);
    this.#searching = new Searching(this.#client);
    this.#fetching = new Fetching(this.#client, this.#searching, recordFormat, options.seedRecords);
    this.services = pubmedServices({
      client: this.#client,
      clientFor,
      apiKey,
      ask: (limits, work) => this.#ask(limits, work),
    });
  }

  async count(query: ResolvedQuery, options: SearchOptions = {}): Promise<CountResult> {
    return this.#countResult(await this.#esearch({ query }, { retmax: '0' }, options));
  }

  async search(
    query: ResolvedQuery,
    options: SearchOptions & { readonly limit?: number; readonly offset?: number } = {},
  ): Promise<IdsResult> {
    const { offset = 0, limit = MAX_IDS } = options;
    const within = Math.max(0, Math.min(limit, MAX_IDS - offset));
    const parameters = {
      retstart: String(Math.min(offset, MAX_IDS - 1)),
      retmax: String(within),
      sort: 'pub_date',
    };
    const answer = await this.#esearch({ query }, parameters, options);
    const result = this.#countResult(answer);
    const end = Math.min(offset + limit, answer.count);
    if (options.limit === undefined && offset === 0 && answer.count > MAX_IDS) {
      const message = `PubMed lists only the first ${formatCount(MAX_IDS)} of ${formatCount(answer.count)} records at once.`;
      return { ...result, warnings: [...result.warnings, { code: 'ids-limited', message }], ids: answer.ids };
    }
    if (end <= MAX_IDS) return { ...result, ids: answer.ids };
    const past = await this.#pastLimit(query, options);
    try {
      const more = await past.slice(Math.max(0, offset - MAX_IDS), end - MAX_IDS, options.signal);
      return { ...result, ids: [...answer.ids, ...more] };
    } catch (error) {
      if (this.#past?.ids === past) this.#past = undefined; // read from its beginning the next time
      const isOthers = error instanceof SearchError && error.code === 'aborted';
      if (!isOthers || options.signal?.aborted === true || this.#closed.signal.aborted) throw error;
      return this.search(query, options); // who paged here too has gone, and the reading with them
    }
  }

  async matching(
    query: ResolvedQuery,
    ids: readonly string[],
    options: SearchOptions = {},
  ): Promise<readonly string[]> {
    const wanted = pmids(ids);
    if (wanted.length === 0) return [];
    const found = new Set<string>();
    // In the text, since a parameter would limit the witness, too.
    const limit = dateLimit(options);
    const inTime = limit === undefined ? '' : ` AND ${limit}`;
    const isMany = wanted.length > BATCH;
    for (const batch of isMany ? batches(wanted, MAX_IDS - 1) : [wanted]) {
      const own = isMany ? inTime : `${inTime} AND ${uidText(batch)}`;
      const { term: then } = withWitness(own, batch);
      const question: Question = { query, then, ...(isMany ? { among: batch } : {}) };
      const answer = await this.#esearch(
        question,
        { retmax: String(batch.length + 1) },
        withoutDates(options),
      );
      for (const id of wholeList(answer)) found.add(id);
    }
    return ids.filter((id) => found.has(id));
  }

  async matchingAll(
    queries: readonly ResolvedQuery[],
    ids: readonly string[],
    options: SearchOptions = {},
  ): Promise<readonly (readonly string[])[]> {
    const wanted = pmids(ids);
    if (queries.length === 0 || wanted.length === 0) return queries.map(() => []);
    // Without MeSH more is asked, and the answer is the same.
    const thesaurus = await Promise.resolve(this.#thesaurus()).catch(() => undefined);
    const asker = {
      ask: (term: string, most: number, limits: SearchOptions) => this.#idsOf(term, most, limits),
      records: (some: readonly string[], limits: SearchOptions) =>
        this.#ask(limits, (all) => this.#fetching.seeds(some, all)),
    };
    const today = localDay(this.#clock.now());
    const how = { ...options, thesaurus, today, memory: this.#rows };
    const rows = await seedMatrix(asker, queries, ids, how);
    return rows.map((row) => {
      if (row instanceof SearchError) throw row;
      return row;
    });
  }

  again(): void {
    this.#rows.forget();
  }

  async summaries(ids: readonly string[], options: SearchOptions = {}): Promise<readonly CitationSummary[]> {
    const found = new Map<string, CitationSummary>();
    for (const batch of batches(pmids(ids), BATCH)) {
      const answer = await this.#ask(options, (limits) =>
        this.#client.ask('esummary', { id: batch.join(',') }, readEsummary, limits),
      );
      answer.forEach((summary, id) => found.set(id, summary));
    }
    return ids.flatMap((id) => found.get(id) ?? []);
  }

  allIds(query: ResolvedQuery, options: SearchOptions = {}): AsyncIterable<readonly string[]> {
    return this.#allIds(query, options, () => options.signal);
  }

  async *fetchRecords(
    ids: readonly string[],
    options: SearchOptions = {},
  ): AsyncGenerator<readonly CitationRecord[]> {
    for (const batch of batches(pmids(ids), BATCH)) {
      const records = await this.#ask(options, (limits) => this.#fetching.fetch(batch, limits));
      const page = batch.flatMap((id) => records.get(id) ?? []);
      if (page.length > 0) yield page;
    }
  }

  async close(): Promise<void> {
    this.#closed.abort(new Error('The engine was closed.'));
  }

  #allIds(
    query: ResolvedQuery,
    options: SearchOptions,
    signalNow: () => AbortSignal | undefined,
  ): AsyncGenerator<readonly string[]> {
    return allIds((then, retmax) => {
      const question = { query, ...(then === undefined ? {} : { then }) };
      const parameters = {
        retmax: String(retmax),
        ...(then === undefined ? { sort: 'pub_date' } : {}),
      };
      const signal = signalNow();
      return this.#esearch(question, parameters, { ...options, ...(signal === undefined ? {} : { signal }) });
    }, this.#clock.now());
  }

  /** All ids of a text in PubMed's language, of which there are at most `most`. */
  async #idsOf(text: string, most: number, options: SearchOptions): Promise<readonly string[]> {
    const query = resolveText(text);
    if (isUnresolvable(query)) throw new SearchError('internal', query.problem);
    return wholeList(await this.#esearch({ query, text }, { retmax: String(most) }, withoutDates(options)));
  }

  async #pastLimit(query: ResolvedQuery, options: SearchOptions): Promise<PastLimit> {
    const { since, until, dateType, priority } = options;
    const key = JSON.stringify([query.key, since, until, dateType]);
    if (this.#past?.key === key) return this.#past.ids;
    const limits = {
      ...(since === undefined ? {} : { since }),
      ...(until === undefined ? {} : { until }),
      ...(dateType === undefined ? {} : { dateType }),
      ...(priority === undefined ? {} : { priority }),
    };
    const parameters = { retmax: String(MAX_IDS), sort: 'pub_date' };
    const first = await this.#esearch({ query }, parameters, options);
    const ids = new PastLimit(first.ids, (signal) => this.#allIds(query, limits, signal));
    this.#past = { key, ids };
    return ids;
  }

  #esearch(
    question: Question,
    parameters: Readonly<Record<string, string>>,
    options: SearchOptions,
  ): Promise<EsearchAnswer> {
    return this.#ask(options, ({ signal }) =>
      this.#searching.esearch(question, parameters, {
        ...options,
        ...(signal === undefined ? {} : { signal }),
      }),
    );
  }

  #countResult({ count, translation, mappings, warnings }: EsearchAnswer): CountResult {
    return {
      count,
      ...(translation === undefined ? {} : { translation }),
      ...(mappings.length === 0 ? {} : { mappings }),
      warnings,
      provenance: this.#provenance(),
    };
  }

  #provenance(): Provenance {
    return { engine: this.id, label: this.label, at: new Date(this.#clock.now()).toISOString() };
  }

  /** Does `work` with a signal that also fires when the engine is closed. */
  async #ask<T>(options: SearchOptions, work: (options: AskOptions) => Promise<T>): Promise<T> {
    const { signal, priority } = options;
    const controller = new AbortController();
    const stop = (): void => {
      controller.abort();
    };
    // By hand: `AbortSignal.any` on a signal that lives as long as the engine leaks in Node 20.
    const signals = [this.#closed.signal, ...(signal === undefined ? [] : [signal])];
    for (const each of signals) {
      if (each.aborted) stop();
      each.addEventListener('abort', stop, { once: true });
    }
    try {
      return await work({ signal: controller.signal, priority });
    } finally {
      for (const each of signals) each.removeEventListener('abort', stop);
    }
  }
}

function withoutDates({ priority, signal }: SearchOptions): SearchOptions {
  return {
    ...(priority === undefined ? {} : { priority }),
    ...(signal === undefined ? {} : { signal }),
  };
}

/** @throws SearchError when ids are missing */
function wholeList({ ids, count }: EsearchAnswer): readonly string[] {
  if (ids.length !== count)
    throw new SearchError('network', 'PubMed gave fewer ids than it counted. Try again later.', true);
  return ids;
}
