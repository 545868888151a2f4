import type { CitationRecord } from '../../corpus/index.ts';
import type { RankedEngine, RankedResult, RankOptions, SearchWarning } from '../../search/index.ts';
import { SearchError } from '../../search/index.ts';
import { formatCount } from '../../text/index.ts';
import type { LocalEngine } from '../localEngine.ts';
import { SharedWork } from '../sharedWork.ts';
import type { WorkControl } from '../sharedWork.ts';
import { clausesOf } from './clauses.ts';
import { lunrScores } from './lunrScores.ts';
import { RankedIndexBuilder } from './rankedBuilder.ts';
import { loadRankedIndex, serializeRankedIndex } from './rankedFormat.ts';
import type { RankedIndex } from './rankedIndex.ts';
import { inSlices, nextTurn, type Pause } from './slices.ts';

/** Records that are ranked: those of a local engine, by its document numbers. */
export interface RankedSource {
  readonly id: string;
  readonly label: string;
  readonly documentCount: number;
  idOf(doc: number): string;
  /** Whole records; those that are gone are left out. */
  records(ids: readonly string[]): readonly CitationRecord[];
}

/** The records of a local engine, which the engine keeps open. */
export function rankedSource(engine: LocalEngine): RankedSource {
  const { index } = engine;
  return {
    id: engine.id,
    label: engine.label,
    documentCount: index.documentCount,
    idOf: (doc) => index.idOf(doc),
    records: (ids) => engine.records(ids),
  };
}

/** Where built indexes are kept between sessions. What goes wrong there costs time, never an answer. */
export interface RankedCache {
  /** What was kept for these records; undefined when there is nothing (any more). */
  load(): Promise<Uint8Array | undefined>;
  /** Rejects with an error whose message is fit for people when it cannot be kept. */
  store(bytes: Uint8Array): Promise<void>;
}

/** Settings of {@link createRankedEngine}. */
export interface RankedEngineOptions {
  readonly cache?: RankedCache;
  /** The clock that answers are stamped with. */
  readonly now?: () => Date;
  /** See {@link Pause}. */
  readonly pause?: Pause;
}

/**
 * Most records that are ranked. So many take 420 MB of arrays and 50 MB of heap, 620 MB while the index is being built (measured with
 * the citation data eight times over, see docs/ranked-search.md): a worker has room for them beside the library itself.
 */
export const MOST_RANKED_RECORDS = 500_000;

/** Hits when nothing else is asked for. */
const DEFAULT_LIMIT = 50;
/** Most hits of one answer: beyond, the order says nothing any more. */
const MOST_HITS = 10_000;
/** Records that are read from the source at once. */
const BATCH = 16;

/** Ranked search over `source`. Nothing is read before the first question. */
export function createRankedEngine(source: RankedSource, options: RankedEngineOptions = {}): RankedEngine {
  return new LunrEngine(source, options);
}

class LunrEngine implements RankedEngine {
  readonly #source: RankedSource;
  readonly #options: RankedEngineOptions;
  /** The index; made by the first question. */
  readonly #index: SharedWork<RankedIndex>;
  /** Why the index could not be kept. */
  #notKept: SearchWarning | undefined;

  constructor(source: RankedSource, options: RankedEngineOptions) {
    this.#source = source;
    this.#options = options;
    this.#index = new SharedWork(source.label, (control) => this.#loadOrBuild(control));
  }

  get id(): string {
    return this.#source.id;
  }

  get label(): string {
    return this.#source.label;
  }

  async rank(question: string, options: RankOptions = {}): Promise<RankedResult> {
    const { signal, require, exclude } = options;
    const index = await this.#index.get(options);
    const check = (): void => this.#index.check(signal);
    check();
    const { clauses, translation, warnings } = clausesOf(index, question, require, exclude);
    const offset = wholeNumber(options.offset, 0);
    const limit = Math.min(wholeNumber(options.limit, DEFAULT_LIMIT), MOST_HITS);
    const { count, docs } = index.best(clauses, offset + limit, check);
    const page = docs.subarray(offset);
    const scores = lunrScores(index, clauses, page);
    check();
    return {
      count,
      hits: Array.from(page, (doc, i) => ({
        id: index.parts.ids[doc] ?? '',
        score: Math.round((scores[i] ?? 0) * 10_000) / 10_000,
      })),
      translation,
      warnings: this.#notKept === undefined ? warnings : [...warnings, this.#notKept],
      provenance: {
        engine: this.id,
        label: this.label,
        at: (this.#options.now?.() ?? new Date()).toISOString(),
      },
    };
  }

  async close(): Promise<void> {
    this.#index.close();
  }

  async #loadOrBuild({ check, tell }: WorkControl): Promise<RankedIndex> {
    const { documentCount } = this.#source;
    if (documentCount > MOST_RANKED_RECORDS)
      throw new SearchError(
        'unsupported',
        `${this.label}: ranking takes at most ${formatCount(MOST_RANKED_RECORDS)} records. Search with a Boolean query, or split the library.`,
      );
    const { cache, pause = nextTurn } = this.#options;
    const kept = await cache?.load().catch(() => undefined);
    check();
    const loaded = kept === undefined ? undefined : await inSlices(loadRankedIndex(kept), pause, check);
    // The index has ids of its own, so the order of the records does not matter.
    if (loaded?.documentCount === documentCount) return loaded;
    const builder = new RankedIndexBuilder();
    const index = await inSlices(
      build(this.#source, builder, (done) => tell({ done, total: documentCount })),
      pause,
      check,
    );
    if (cache !== undefined) await this.#keep(cache, index, pause);
    return index;
  }

  async #keep(cache: RankedCache, index: RankedIndex, pause: Pause): Promise<void> {
    try {
      await cache.store(
        await inSlices(serializeRankedIndex(index), pause, () => this.#index.check(undefined)),
      );
      this.#notKept = undefined;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#notKept = {
        code: 'index-not-kept',
        message: `The index for ranking could not be kept and is made anew next time: ${reason}`,
      };
    }
  }
}

function* build(
  source: RankedSource,
  builder: RankedIndexBuilder,
  tell: (done: number) => void,
): Generator<undefined, RankedIndex> {
  const { documentCount } = source;
  for (let from = 0; from < documentCount; from += BATCH) {
    const size = Math.min(BATCH, documentCount - from);
    const ids = Array.from({ length: size }, (_, i) => source.idOf(from + i));
    const records = new Map(source.records(ids).map((record) => [record.id, record]));
    for (const id of ids) builder.add(id, records.get(id));
    tell(from + size);
    yield;
  }
  return yield* builder.finish();
}

function wholeNumber(value: number | undefined, otherwise: number): number {
  return value === undefined || !Number.isFinite(value) ? otherwise : Math.max(0, Math.trunc(value));
}
