import type { CitationIndex, CitationRecord, EvaluateOptions, EvaluationResult } from '../corpus/index.ts';
import { evaluate } from '../corpus/index.ts';
import type { Thesaurus } from '../mesh/index.ts';
import type { ResolvedQuery } from '../pubmed/index.ts';
import type {
  CitationSummary,
  Contributions,
  CountResult,
  DescribingEngine,
  Facets,
  IdsResult,
  Overlap,
  SearchOptions,
  SearchWarning,
} from '../search/index.ts';
import { SearchError } from '../search/index.ts';
import type { Described } from './describe.ts';
import { describeContributions, describeFacets, describeOverlap } from './describe.ts';
import { batchesOfRecords, pagesOfIds } from './recordPages.ts';
import type { RecordsEngine } from './recordsEngine.ts';

/** Settings of an engine over local records. */
export interface LocalEngineOptions {
  /** The clock: what answers are stamped with, and what `"last 5 years"[dp]` counts from. The real one unless told otherwise. */
  readonly now?: () => Date;
  /** See `EvaluateOptions.headingsAsText`. */
  readonly headingsAsText?: boolean;
  /** Bytes in which the sets of terms are remembered; 64 MB, more for large libraries, unless told otherwise. */
  readonly termMemoryBytes?: number;
}

/** An engine over an index in this process. The deterministic rewriter works on its index directly. */
export interface LocalEngine extends DescribingEngine, RecordsEngine {
  readonly index: CitationIndex;
  readonly thesaurus: Thesaurus | undefined;
  /** The index as it is stored, in memory that threads can share; undefined where it was made in this process. */
  readonly indexBytes: Uint8Array | undefined;
  /** What is said with every answer, because it is about the source and not about the query. */
  readonly warning: SearchWarning | undefined;
  /**
   * Evaluates without a detour through promises. Remembered by the identity of `query`.
   * @throws SearchError as `evaluate` of core/corpus.
   */
  evaluate(query: ResolvedQuery, options?: LocalSearchOptions): EvaluationResult;
  /** Whole records, in the order of `ids`; ids that are not there are left out. */
  records(ids: readonly string[]): readonly CitationRecord[];
}

/** Like `SearchOptions`; any object with an `aborted` will do as the signal, so that another thread can set it. */
export type LocalSearchOptions = Omit<SearchOptions, 'signal'> & {
  readonly signal?: { readonly aborted: boolean };
};

/** Where a local engine has its data from. */
export interface LocalSource {
  readonly id: string;
  readonly label: string;
  readonly index: CitationIndex;
  readonly thesaurus: Thesaurus | undefined;
  /** See {@link LocalEngine.indexBytes}. */
  readonly indexBytes?: Uint8Array;
  /** See {@link LocalEngine.warning}. */
  readonly warning?: SearchWarning;
  /** Whole records, in the order of `ids`, without those that are not there. */
  records(ids: readonly string[]): readonly CitationRecord[];
  close(): void;
}

/** The engine over `source`. With headings as text it is another engine to every cache, since it finds other records. */
export function localEngine(source: LocalSource, options: LocalEngineOptions = {}): LocalEngine {
  return new IndexEngine(options.headingsAsText === true ? withHeadingsAsText(source) : source, options);
}

function withHeadingsAsText(source: LocalSource): LocalSource {
  return {
    id: `${source.id}+headings-as-text`,
    label: `${source.label}, headings also as text`,
    index: source.index,
    thesaurus: source.thesaurus,
    ...(source.indexBytes === undefined ? {} : { indexBytes: source.indexBytes }),
    ...(source.warning === undefined ? {} : { warning: source.warning }),
    records: (ids) => source.records(ids),
    close: () => source.close(),
  };
}

class IndexEngine implements LocalEngine {
  readonly #source: LocalSource;
  readonly #options: LocalEngineOptions;
  readonly #results = new WeakMap<ResolvedQuery, Map<string, EvaluationResult>>();
  /** Documents of lists of ids: the seeds of a topic are looked for in one query after the other. */
  readonly #docs = new WeakMap<readonly string[], readonly (number | undefined)[]>();
  #isClosed = false;

  constructor(source: LocalSource, options: LocalEngineOptions) {
    this.#source = source;
    this.#options = options;
  }

  get id(): string {
    return this.#source.id;
  }

  get label(): string {
    return this.#source.label;
  }

  get size(): number {
    return this.#source.index.documentCount;
  }

  get index(): CitationIndex {
    return this.#source.index;
  }

  get warning(): SearchWarning | undefined {
    return this.#source.warning;
  }

  get indexBytes(): Uint8Array | undefined {
    return this.#source.indexBytes;
  }

  get thesaurus(): Thesaurus | undefined {
    return this.#source.thesaurus;
  }

  evaluate(query: ResolvedQuery, options: LocalSearchOptions = {}): EvaluationResult {
    this.#checkOpen(options.signal);
    const today = this.#now().toISOString().slice(0, 10);
    const { until } = options;
    const key = `${today}|${until ?? ''}`;
    let results = this.#results.get(query);
    if (results === undefined) this.#results.set(query, (results = new Map<string, EvaluationResult>()));
    const known = results.get(key);
    if (known !== undefined) return known;
    const result = evaluate(this.index, query, this.#evaluateOptions(options));
    results.set(key, result);
    return result;
  }

  async count(query: ResolvedQuery, options: SearchOptions = {}): Promise<CountResult> {
    return this.#describe(this.evaluate(query, options));
  }

  async search(
    query: ResolvedQuery,
    options: SearchOptions & { readonly limit?: number; readonly offset?: number } = {},
  ): Promise<IdsResult> {
    const result = this.evaluate(query, options);
    const docs = this.index.newest(result.docs, options.offset ?? 0, options.limit ?? Infinity);
    return { ...this.#describe(result), ids: docs.map((doc) => this.index.idOf(doc)) };
  }

  async matching(
    query: ResolvedQuery,
    ids: readonly string[],
    options: SearchOptions = {},
  ): Promise<readonly string[]> {
    const { docs } = this.evaluate(query, options);
    let own = this.#docs.get(ids);
    if (own === undefined) this.#docs.set(ids, (own = ids.map((id) => this.#docOf(id))));
    return ids.filter((_, i) => {
      const doc = own[i];
      return doc !== undefined && docs.has(doc);
    });
  }

  async summaries(ids: readonly string[], options: SearchOptions = {}): Promise<readonly CitationSummary[]> {
    this.#checkOpen(options.signal);
    return this.records(ids).map(({ id, title, year, journal, authors, doi }) => ({
      id,
      title,
      authors,
      ...(year === undefined ? {} : { year }),
      ...(journal === undefined ? {} : { journal }),
      ...(doi === undefined ? {} : { doi }),
    }));
  }

  async facets(
    query: ResolvedQuery,
    options: SearchOptions & { readonly top?: number } = {},
  ): Promise<Facets> {
    return describeFacets(this.#described(options), query, options.top ?? 10);
  }

  async contributions(
    query: ResolvedQuery,
    seeds: readonly string[],
    options: SearchOptions = {},
  ): Promise<Contributions> {
    return describeContributions(this.#described(options), query, seeds);
  }

  async overlap(
    queries: readonly ResolvedQuery[],
    seeds: readonly string[],
    options: SearchOptions = {},
  ): Promise<Overlap> {
    return describeOverlap(this.#described(options), queries, seeds);
  }

  records(ids: readonly string[]): readonly CitationRecord[] {
    return this.#source.records(ids);
  }

  allIds(query: ResolvedQuery, options: SearchOptions = {}): AsyncIterable<readonly string[]> {
    return pagesOfIds(this, query, options);
  }

  fetchRecords(
    ids: readonly string[],
    options: SearchOptions = {},
  ): AsyncIterable<readonly CitationRecord[]> {
    return batchesOfRecords((some) => this.records(some), ids, options);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#source.close();
  }

  /** The document of an id, also of one that a record had before it was merged with another. */
  #docOf(id: string): number | undefined {
    const doc = this.index.docOf(id);
    if (doc !== undefined) return doc;
    const [record] = this.#source.records([id]);
    return record === undefined ? undefined : this.index.docOf(record.id);
  }

  #evaluateOptions({ until, signal }: LocalSearchOptions): EvaluateOptions {
    return {
      thesaurus: this.thesaurus,
      today: this.#now().toISOString().slice(0, 10),
      headingsAsText: this.#options.headingsAsText === true,
      ...(until === undefined ? {} : { until }),
      ...(signal === undefined ? {} : { signal }),
    };
  }

  #described(options: LocalSearchOptions): Described {
    this.#checkOpen(options.signal);
    return {
      index: this.index,
      evaluateOptions: this.#evaluateOptions(options),
      evaluate: (query) => this.evaluate(query, options),
      records: (ids) => this.records(ids),
      docOf: (id) => this.#docOf(id),
      answer: (warnings) => this.#answer(warnings),
    };
  }

  #describe(result: EvaluationResult): CountResult {
    return { count: result.count, translation: result.translation, ...this.#answer(result.warnings) };
  }

  #answer(warnings: readonly SearchWarning[]): Pick<CountResult, 'warnings' | 'provenance'> {
    return {
      warnings: [...(this.#source.warning === undefined ? [] : [this.#source.warning]), ...warnings],
      provenance: { engine: this.id, label: this.label, at: this.#now().toISOString() },
    };
  }

  #now(): Date {
    return this.#options.now?.() ?? new Date();
  }

  #checkOpen(signal: { readonly aborted: boolean } | undefined): void {
    if (this.#isClosed) throw new SearchError('internal', `${this.label} is closed.`);
    if (signal?.aborted === true) throw new SearchError('aborted', 'The search was cancelled.');
  }
}
