import type { CitationRecord } from '../../corpus/index.ts';
import type { Embedder, RankedEngine, RankedResult, RankOptions, SearchWarning } from '../../search/index.ts';
import { SearchError } from '../../search/index.ts';
import { formatCount } from '../../text/index.ts';
import type { RankedSource } from '../ranked/rankedEngine.ts';
import { inSlices, nextTurn, type Pause } from '../ranked/slices.ts';
import { SharedWork } from '../sharedWork.ts';
import type { WorkControl } from '../sharedWork.ts';
import { decodeEntry, encodeEntry } from './denseFormat.ts';
import type { DenseKey, KeptEntry } from './denseFormat.ts';
import { GatheredVectors, otherLength } from './gatheredVectors.ts';
import { normalised } from './vectorTable.ts';
import type { VectorTable } from './vectorTable.ts';

/** Where vectors are kept, entry by entry as they are made. What goes wrong there costs time, never an answer. */
export interface DenseCache {
  /** What was appended, in its order, as far as it is whole. */
  entries(): AsyncIterable<Uint8Array>;
  /** Rejects with an error whose message is fit for people when an entry cannot be kept. */
  append(entry: Uint8Array): Promise<void>;
}

/** Settings of {@link createDenseEngine}. */
export interface DenseEngineOptions {
  /** Makes the vectors of records and of questions alike: one model, one pooling for both. */
  readonly embedder: Embedder;
  /** The records. */
  readonly source: RankedSource;
  readonly cache?: DenseCache;
  /** Put before a question, where the model was trained so: `query: ` for e5, a sentence for bge. Default: nothing. */
  readonly queryPrefix?: string;
  /** Put before the text of a record: `passage: ` for e5. Default: nothing. */
  readonly documentPrefix?: string;
  /** The clock that answers are stamped with. */
  readonly now?: () => Date;
  /** See {@link Pause}. */
  readonly pause?: Pause;
}

/**
 * Most records; their vectors may take 2 GiB (1,000,000 of 536 numbers, 700,000 of 768). Every question is compared with every record: beyond
 * that a person waits for seconds, and an approximate index is the right tool.
 */
export const MOST_DENSE_RECORDS = 1_000_000;

/** How the text of a record is made: title and abstract with a blank between, as in BEIR. */
const TEMPLATE = 'title abstract/1';
/** Records whose texts are embedded at once, and kept together. */
const BATCH = 32;
/** A text whose vector tells whether what was kept is of the same model. */
const PROBE = 'Exercise for preventing falls in older people living in the community';
/** Cosine from which two vectors of one text count as of one model; graphics cards and processors differ in the last digits. */
const ALIKE = 0.99;
const DEFAULT_LIMIT = 50;
const MOST_HITS = 10_000;

/**
 * Ranked search by similarity: the cosine between the vector of the question and those of all records (title and abstract), compared one by
 * one. Nothing is embedded before the first question; then all records are, which takes long without a GPU, and goes on where it
 * was when it was interrupted and there is a cache. A record without a text is in no answer.
 */
export function createDenseEngine(options: DenseEngineOptions): RankedEngine {
  return new DenseEngine(options);
}

class DenseEngine implements RankedEngine {
  readonly #options: DenseEngineOptions;
  readonly #source: RankedSource;
  readonly #key: DenseKey;
  readonly #table: SharedWork<VectorTable | undefined>;
  /** What has been gathered so far; stays when a work is given up, so that the next goes on there. */
  #vectors: GatheredVectors | undefined;
  /** Why vectors could not be kept. */
  #notKept: SearchWarning | undefined;

  constructor(options: DenseEngineOptions) {
    this.#options = options;
    this.#source = options.source;
    const { embedder, documentPrefix = '' } = options;
    this.#key = { model: embedder.id, template: `${TEMPLATE} ${documentPrefix}` };
    this.#table = new SharedWork(options.source.label, (control) => this.#make(control));
  }

  /** The records, the model and how it is asked: all that an answer depends on. */
  get id(): string {
    const { queryPrefix = '', documentPrefix = '' } = this.#options;
    const prefixes =
      queryPrefix + documentPrefix === '' ? '' : `+${JSON.stringify([queryPrefix, documentPrefix])}`;
    return `${this.#source.id}+dense:${this.#key.model}${prefixes}`;
  }

  /** The records, whatever MeSH is used with them: it changes nothing about their texts. */
  get #state(): string {
    return this.#source.id.replace(/\+mesh:.*$/, '');
  }

  get label(): string {
    return `${this.#source.label}, by similarity (${this.#key.model})`;
  }

  async rank(question: string, options: RankOptions = {}): Promise<RankedResult> {
    const { signal, require = [], exclude = [] } = options;
    if (require.length > 0 || exclude.length > 0)
      throw new SearchError(
        'unsupported',
        'Ranking by similarity knows no required or excluded words. Leave them out, or rank by words.',
      );
    if (question.trim() === '')
      throw new SearchError('rejected', 'The question is empty. Write what the records should be about.');
    const table = await this.#table.get(options);
    this.#table.check(signal);
    const text = `${this.#options.queryPrefix ?? ''}${question}`;
    const [vector] = await this.#embed([text], signal);
    if (vector === undefined)
      throw new SearchError(
        'rejected',
        'The embedding model makes nothing of the question. Write what the records should be about.',
      );
    this.#checkLength(vector, table);
    const offset = wholeNumber(options.offset, 0);
    const limit = Math.min(wholeNumber(options.limit, DEFAULT_LIMIT), MOST_HITS);
    const { pause = nextTurn } = this.#options;
    const nearest =
      table === undefined
        ? []
        : await inSlices(table.nearest(vector, offset + limit), pause, () => this.#table.check(signal));
    this.#table.check(signal);
    return {
      count: table?.count ?? 0,
      hits: nearest.slice(offset).map(({ doc, score }) => ({
        id: this.#source.idOf(doc),
        score: Math.round(score * 10_000) / 10_000,
      })),
      translation: text,
      warnings: this.#notKept === undefined ? [] : [this.#notKept],
      provenance: {
        engine: this.id,
        label: this.label,
        at: (this.#options.now?.() ?? new Date()).toISOString(),
      },
    };
  }

  async close(): Promise<void> {
    this.#table.close();
    this.#vectors = undefined;
  }

  /** The vectors of all records: what was kept, and what is still to be embedded. Undefined where no record has a text. */
  async #make(control: WorkControl): Promise<VectorTable | undefined> {
    const { documentCount } = this.#source;
    if (documentCount > MOST_DENSE_RECORDS)
      throw new SearchError(
        'unsupported',
        `${this.label}: ranking by similarity takes at most ${formatCount(MOST_DENSE_RECORDS)} records. Split the library.`,
      );
    const vectors = (this.#vectors ??= await this.#load(control));
    for (let from = vectors.isComplete ? documentCount : 0; from < documentCount; from += BATCH) {
      control.check();
      const to = Math.min(from + BATCH, documentCount);
      const pending = vectors.outdated(from, to, (record) => this.#text(record));
      if (pending.length > 0) {
        const texts = pending.map(({ text }) => text).filter((text) => text !== '');
        const made = (await this.#embed(texts, control.signal))[Symbol.iterator]();
        control.check();
        const entry: KeptEntry = {
          kind: 'vectors',
          ids: pending.map(({ id }) => id),
          hashes: pending.map(({ hash }) => hash),
          vectors: pending.map(({ text }) => (text === '' ? undefined : made.next().value)),
        };
        vectors.take(entry);
        await this.#keep(entry);
      } else await (this.#options.pause ?? nextTurn)();
      control.tell({ done: to, total: documentCount });
    }
    if (!vectors.isComplete) await this.#keep({ kind: 'complete', source: this.#state });
    vectors.isComplete = true;
    return vectors.table;
  }

  /** What was kept of these records. */
  async #load({ check, signal }: WorkControl): Promise<GatheredVectors> {
    const [probe] = await this.#embed([PROBE], signal);
    if (probe === undefined)
      throw new SearchError(
        'unsupported',
        `The embedding model ${this.#key.model} gives no usable vectors. Take another one.`,
      );
    let vectors = new GatheredVectors(this.#source);
    /** Whether the entries that follow are of a model that gives these vectors. */
    let isOurs = false;
    try {
      for await (const bytes of this.#options.cache?.entries() ?? []) {
        check();
        const entry = decodeEntry(this.#key, bytes);
        if (entry?.kind === 'probe') {
          isOurs = isAlike(entry.vector, probe);
          vectors = new GatheredVectors(this.#source);
        } else if (isOurs && entry?.kind === 'vectors') vectors.take(entry);
        else if (isOurs && entry?.kind === 'complete') vectors.isComplete = entry.source === this.#state;
      }
    } catch (error) {
      if (error instanceof SearchError) throw error;
      // What cannot be read is embedded anew.
      vectors = new GatheredVectors(this.#source);
    }
    if (!isOurs) await this.#keep({ kind: 'probe', vector: probe });
    return vectors;
  }

  async #keep(entry: KeptEntry): Promise<void> {
    try {
      await this.#options.cache?.append(encodeEntry(this.#key, entry));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#notKept ??= {
        code: 'index-not-kept',
        message: `Embeddings could not be kept and are made anew next time: ${reason}`,
      };
    }
  }

  /** Vectors of length 1; undefined for a text that the model makes nothing of. */
  async #embed(
    texts: readonly string[],
    signal?: AbortSignal,
  ): Promise<readonly (Float32Array | undefined)[]> {
    if (texts.length === 0) return [];
    const { embedder } = this.#options;
    const vectors = await embedder.embed(texts, signal);
    if (vectors.length !== texts.length)
      throw new SearchError(
        'internal',
        `The embedding model ${embedder.id} gave ${vectors.length} vectors for ${texts.length} texts.`,
      );
    return vectors.map(normalised);
  }

  #checkLength(vector: Float32Array, table: VectorTable | undefined): void {
    if (table !== undefined && table.dimensions !== vector.length) throw otherLength(vector, table);
  }

  #text(record: CitationRecord): string {
    const text = `${record.title} ${record.abstract}`.trim();
    return text === '' ? '' : `${this.#options.documentPrefix ?? ''}${text}`;
  }
}

function isAlike(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0) >= ALIKE;
}

function wholeNumber(value: number | undefined, otherwise: number): number {
  return value === undefined || !Number.isFinite(value) ? otherwise : Math.max(0, Math.trunc(value));
}
