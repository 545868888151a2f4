import type { AxiosInstance } from 'axios';
import PQueue from 'p-queue';
import type { ResolvedExpression } from '../../ctgov/index.ts';
import type { CitationRecord } from '../../corpus/index.ts';
import type {
  CitationSummary,
  CountResult,
  IdsResult,
  Provenance,
  SearchOptions,
} from '../../search/index.ts';
import { systemClock } from '../clock.ts';
import type { Clock } from '../clock.ts';
import type { Gate } from '../gate.ts';
import { memoryGate } from '../memoryGate.ts';
import type { RecordsEngine } from '../recordsEngine.ts';
import type { StudiesPage, Study } from './answers.ts';
import { combined, isCombination } from './combination.ts';
import { Listing } from './listing.ts';
import { OpenRequests } from './openRequests.ts';
import { idsAlone, nctIds, PAGE, portions, requestFor } from './request.ts';
import type { TrialsRequest } from './request.ts';
import { RECORD_FIELDS, SUMMARY_FIELDS, toRecord, toSummary } from './study.ts';
import { TrialsClient } from './trialsClient.ts';
import type { StudiesParameters } from './trialsClient.ts';
import { inOrderOfUse } from '../../text/index.ts';

/** How ClinicalTrials.gov is asked. Everything has a default. */
export interface TrialsOptions {
  /** Default: ClinicalTrials.gov. Another address serves the same interface, such as `querent eutils serve`; `/api/v2/` may be left out. */
  readonly baseUrl?: string;
  readonly http?: AxiosInstance;
  /** Default: one for all engines of this process that ask the same address. */
  readonly gate?: Gate;
  /** Most requests in a minute where no gate is given. Default 50, what the service is said to allow. */
  readonly requestsPerMinute?: number;
  readonly clock?: Clock;
  /** Milliseconds of silence until a request counts as failed. Default 30,000. */
  readonly timeoutMs?: number;
  /** Milliseconds before a passing fault is tried again. Default 1,000. */
  readonly firstPauseMs?: number;
}

/** ClinicalTrials.gov as an engine of expressions; see {@link createTrialsEngine}. */
export interface TrialsEngine extends RecordsEngine<ResolvedExpression> {
  matchingAll(
    queries: readonly ResolvedExpression[],
    ids: readonly string[],
    options?: SearchOptions,
  ): Promise<readonly (readonly string[])[]>;
  /** "Measure again": small answers and pages that are remembered are asked for anew from now on. */
  again(): void;
}

const REGISTRY = 'https://clinicaltrials.gov/api/v2/';
/** A little more than a minute: requests that left in time may arrive closer together. */
const WINDOW_MS = 61_000;
const ID_FIELDS = 'NCTId,NCTIdAlias';
/** Studies of one request for whole records, whose texts are long. */
const RECORDS_A_REQUEST = 100;
/** Requests that are under way at once for one batch of seeds. */
const PARALLEL = 3;
/** Small answers whose ids are remembered, and for how long: seeds are looked for right after lines were counted. */
const MOST_ANSWERS = 150;
const REMEMBERED_MS = 10 * 60_000;

/** One gate for each address, since the service counts what comes from one machine. */
const gates = new Map<string, Gate>();

/** ClinicalTrials.gov itself, over its API. No request is sent before the first question. */
export function createTrialsEngine(options: TrialsOptions = {}): TrialsEngine {
  return new LiveTrials(options);
}

/** Which studies an expression finds: canonical number and former numbers to the canonical one. */
interface WholeAnswer {
  readonly at: number;
  readonly ids: ReadonlySet<string>;
}

class LiveTrials implements TrialsEngine {
  readonly id: string;
  readonly label: string;
  readonly #client: TrialsClient;
  readonly #clock: Clock;
  readonly #open = new OpenRequests();
  readonly #listing: Listing;
  /** By request; whole answers only. */
  readonly #answers = new Map<string, WholeAnswer>();

  constructor(options: TrialsOptions) {
    const { http, clock = systemClock, timeoutMs = 30_000, firstPauseMs = 1000 } = options;
    const baseUrl = addressOf(options.baseUrl);
    this.id = baseUrl === REGISTRY ? 'ctgov' : `ctgov:${baseUrl}`;
    this.label = baseUrl === REGISTRY ? 'ClinicalTrials.gov (live)' : `ClinicalTrials.gov (live, ${baseUrl})`;
    this.#clock = clock;
    const gate = options.gate ?? gateFor(baseUrl, options.requestsPerMinute ?? 50);
    this.#client = new TrialsClient({ baseUrl, http, clock, gate, timeoutMs, firstPauseMs });
    this.#listing = new Listing((parameters, asking) => this.#studiesOf(parameters, asking));
  }

  async count(query: ResolvedExpression, options: SearchOptions = {}): Promise<CountResult> {
    const request = requestFor(query, options);
    // For the price of the number the first thousand ids come along: where they are all, no seed needs to be asked for.
    const page = await this.#studiesOf(
      { ...request.parameters, fields: ID_FIELDS, countTotal: 'true', pageSize: String(PAGE) },
      options,
    );
    this.#remember(request, page);
    return this.#result(page.count ?? 0);
  }

  async search(
    query: ResolvedExpression,
    options: SearchOptions & { readonly limit?: number; readonly offset?: number } = {},
  ): Promise<IdsResult> {
    const { offset = 0, limit = Infinity } = options;
    const { ids, count } = await this.#listing.part(requestFor(query, options), offset, limit, options);
    return { ...this.#result(count), ids };
  }

  async *allIds(query: ResolvedExpression, options: SearchOptions = {}): AsyncIterable<readonly string[]> {
    yield* this.#listing.all(requestFor(query, options), options);
  }

  async matching(
    query: ResolvedExpression,
    ids: readonly string[],
    options: SearchOptions = {},
  ): Promise<readonly string[]> {
    const found = await this.#found(requestFor(query, options), nctIds(ids), options);
    return ids.filter((id) => found.has(id));
  }

  async matchingAll(
    queries: readonly ResolvedExpression[],
    ids: readonly string[],
    options: SearchOptions = {},
  ): Promise<readonly (readonly string[])[]> {
    const wanted = nctIds(ids);
    const known = new Map<string, ReadonlySet<string>>();
    const asked = this.#toBeAsked(queries, options);
    const queue = new PQueue({ concurrency: PARALLEL });
    try {
      await queue.addAll(
        [...asked.values()].map((query) => async () => {
          known.set(query.key, await this.#found(requestFor(query, options), wanted, options));
        }),
      );
    } finally {
      queue.clear();
    }
    return queries.map((query) => {
      for (const one of inOrderOfUse(query)) {
        const found =
          known.get(one.key) ?? combined(one, (label) => known.get(one.references.get(label)?.key ?? ''));
        if (found !== undefined) known.set(one.key, found);
      }
      const found = known.get(query.key) ?? new Set();
      return ids.filter((id) => found.has(id));
    });
  }

  again(): void {
    this.#answers.clear();
    this.#listing.forget();
  }

  async summaries(ids: readonly string[], options: SearchOptions = {}): Promise<readonly CitationSummary[]> {
    const studies = await this.#studies(nctIds(ids), SUMMARY_FIELDS, options);
    return ids.flatMap((id) => {
      const study = studies.get(id);
      return study === undefined ? [] : [toSummary(study, id)];
    });
  }

  async *fetchRecords(
    ids: readonly string[],
    options: SearchOptions = {},
  ): AsyncIterable<readonly CitationRecord[]> {
    for (let at = 0; at < ids.length; at += RECORDS_A_REQUEST) {
      const batch = ids.slice(at, at + RECORDS_A_REQUEST);
      const studies = await this.#studies(nctIds(batch), RECORD_FIELDS, options);
      yield batch.flatMap((id) => {
        const study = studies.get(id);
        return study === undefined ? [] : [toRecord(study, id)];
      });
    }
  }

  async close(): Promise<void> {
    this.#open.close();
  }

  /** Which of `ids`, all of them NCT numbers, the request finds. */
  async #found(
    request: TrialsRequest,
    ids: readonly string[],
    options: SearchOptions,
  ): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    const whole = request.isListOfIds ? await this.#wholeOf(request, options) : this.#remembered(request);
    if (whole !== undefined) return new Set(ids.filter((id) => whole.has(id)));
    const found = new Set<string>();
    for (const portion of portions(ids, request.parameters))
      for (const study of await this.#ofIds(portion, ID_FIELDS, options, request.parameters))
        for (const id of numbersOf(study)) found.add(id);
    return found;
  }

  /** A filter of ids cannot be filtered by ids: the list is read as it is. */
  async #wholeOf(request: TrialsRequest, options: SearchOptions): Promise<ReadonlySet<string>> {
    const known = this.#remembered(request);
    if (known !== undefined) return known;
    const { 'filter.ids': list = '', ...others } = request.parameters;
    const found = new Set<string>();
    for (const portion of portions(idsAlone(list) ?? [], others))
      for (const study of await this.#ofIds(portion, ID_FIELDS, options, others))
        for (const id of numbersOf(study)) found.add(id);
    return found;
  }

  /** Studies by the numbers that were asked for, former ones included. */
  async #studies(
    ids: readonly string[],
    fields: readonly string[],
    options: SearchOptions,
  ): Promise<ReadonlyMap<string, Study>> {
    const studies = new Map<string, Study>();
    for (const portion of portions(ids, { fields: fields.join(',') }))
      for (const study of await this.#ofIds(portion, fields.join(','), options))
        for (const id of numbersOf(study)) if (!studies.has(id) || id === study.id) studies.set(id, study);
    return studies;
  }

  async #ofIds(
    ids: readonly string[],
    fields: string,
    options: SearchOptions,
    parameters: StudiesParameters = {},
  ): Promise<readonly Study[]> {
    const studies: Study[] = [];
    // One more than there can be, so that the first page is the last.
    const own = { ...parameters, 'filter.ids': ids.join(','), fields, pageSize: String(ids.length + 1) };
    for (let page: string | undefined, isLast = false; !isLast;) {
      const answer = await this.#studiesOf(page === undefined ? own : { ...own, pageToken: page }, options);
      studies.push(...answer.studies);
      page = answer.nextPage;
      isLast = page === undefined;
    }
    return studies;
  }

  #studiesOf(parameters: StudiesParameters, { signal, priority }: SearchOptions): Promise<StudiesPage> {
    return this.#open.run((own) => this.#client.studies(parameters, { signal: own, priority }), signal);
  }

  /**
   * What has to be asked so that all of `queries` are known: those that do not follow from others that are asked anyway.
   * @returns by key, each once
   */
  #toBeAsked(
    queries: readonly ResolvedExpression[],
    options: SearchOptions,
  ): ReadonlyMap<string, ResolvedExpression> {
    const asked = new Map(
      queries.filter((query) => !isCombination(query)).map((query) => [query.key, query]),
    );
    const derived = new Map<string, boolean>();
    for (const query of queries)
      for (const one of inOrderOfUse(query)) {
        if (derived.has(one.key)) continue;
        const targets = [...one.references.values()];
        // A list of numbers is looked up where it stands alone, and read as words where it stands in parentheses.
        const isDerived =
          asked.has(one.key) ||
          (isCombination(one) &&
            targets.every(
              (target) => derived.get(target.key) === true && !requestFor(target, options).isListOfIds,
            ));
        derived.set(one.key, isDerived);
      }
    for (const query of queries) if (derived.get(query.key) !== true) asked.set(query.key, query);
    return asked;
  }

  #remember(request: TrialsRequest, { studies, count, nextPage }: StudiesPage): void {
    this.#answers.delete(request.key);
    if (nextPage !== undefined || studies.length !== count) return;
    const ids = new Set(studies.flatMap(numbersOf));
    this.#answers.set(request.key, { at: this.#clock.now(), ids });
    for (const key of this.#answers.keys()) {
      if (this.#answers.size <= MOST_ANSWERS) break;
      this.#answers.delete(key);
    }
  }

  #remembered(request: TrialsRequest): ReadonlySet<string> | undefined {
    const answer = this.#answers.get(request.key);
    if (answer === undefined) return undefined;
    const age = this.#clock.now() - answer.at;
    return age >= 0 && age < REMEMBERED_MS ? answer.ids : undefined;
  }

  #result(count: number): CountResult {
    return { count, warnings: [], provenance: this.#provenance() };
  }

  #provenance(): Provenance {
    return { engine: this.id, label: this.label, at: new Date(this.#clock.now()).toISOString() };
  }
}

function numbersOf({ id, aliases }: Study): readonly string[] {
  return [id, ...aliases];
}

function addressOf(address = REGISTRY): string {
  const trimmed = address.trim().replace(/\/+$/, '');
  return /^https?:\/\/[^/]+$/i.test(trimmed) ? `${trimmed}/api/v2/` : `${trimmed}/`;
}

function gateFor(baseUrl: string, limit: number): Gate {
  const key = `${baseUrl} ${limit}`;
  const gate = gates.get(key) ?? memoryGate({ limit, windowMs: WINDOW_MS });
  gates.set(key, gate);
  return gate;
}
