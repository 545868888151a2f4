import { createRankedEngine, rankedSource } from '@querent/core/connectors';
import type { LocalEngine } from '@querent/core/connectors';
import { DocSet } from '@querent/core/corpus';
import type { CitationRecord, EvaluationResult } from '@querent/core/corpus';
import type { ResolvedQuery } from '@querent/core/pubmed';
import type { RankedEngine } from '@querent/core/search';
import { cacheFolder } from '../library/cacheFolder.ts';
import { openCitations } from '../library/openCitations.ts';
import { rankedCache } from '../library/rankedCache.ts';
import type { HistoryEntry } from './protocol.ts';
import { TermReader } from './terms.ts';

/** What a search finds, of the records that the database may show. */
export type Found = Pick<EvaluationResult, 'docs' | 'count' | 'translation' | 'warnings'>;

/** Which records of a library a database holds: those with a PMID, or those with a number of ClinicalTrials.gov. */
export const KINDS = { pubmed: /^\d{1,9}$/, trials: /^NCT\d{8}$/i } as const;

/** One database: the records of a library that have an id of its kind. Works on its index directly, on the thread of its caller. */
export class Collection {
  readonly engine: LocalEngine;
  readonly #path: string;
  readonly #cachePath: string;
  readonly #members: DocSet;
  readonly #terms = new TermReader();
  #ranked: RankedEngine | undefined;

  constructor(engine: LocalEngine, path: string, kind: RegExp, cachePath: string = cacheFolder()) {
    this.engine = engine;
    this.#path = path;
    this.#cachePath = cachePath;
    this.#members = membersOf(engine, kind);
  }

  /** @throws SearchError `bad-library` */
  static async open(
    path: string,
    kind: RegExp,
    options: {
      readonly mesh?: string;
      readonly cachePath?: string;
      readonly shared?: { readonly bytes: Uint8Array; readonly engineId: string };
    } = {},
  ): Promise<Collection> {
    const { shared, mesh, cachePath } = options;
    const { engine } = await openCitations(path, mesh, shared === undefined ? {} : { shared });
    return new Collection(engine, path, kind, cachePath);
  }

  /** Number of records. */
  get size(): number {
    return this.#members.count();
  }

  /** The records of this database, as document numbers. */
  get members(): DocSet {
    return this.#members;
  }

  /** @throws TermFault, SearchError as `evaluate` of core/corpus */
  search(
    entry: HistoryEntry,
    history: Readonly<Record<string, HistoryEntry>>,
    signal: { readonly aborted: boolean },
  ): Found & { readonly query: ResolvedQuery } {
    const query = this.#terms.read(entry, history);
    return { ...this.find(query, signal), query };
  }

  /** @throws SearchError as `evaluate` of core/corpus */
  find(query: ResolvedQuery, signal: { readonly aborted: boolean }): Found {
    const { docs, translation, warnings } = this.engine.evaluate(query, { signal });
    const own = docs.and(this.#members);
    return { docs: own, count: own.count(), translation, warnings };
  }

  /** Whether the database holds the id. */
  has(id: string): boolean {
    const doc = this.engine.index.docOf(id);
    return doc !== undefined && this.#members.has(doc);
  }

  /** Whole records by id; ids that are not there are absent. */
  records(ids: readonly string[]): ReadonlyMap<string, CitationRecord> {
    const own = ids.filter((id) => this.has(id));
    const found = new Map<string, CitationRecord>();
    for (const record of this.engine.records(own)) found.set(record.id, record);
    return found;
  }

  /** Ranked search over the library; its index is made by the first question and kept in the cache folder. */
  get ranked(): RankedEngine {
    return (this.#ranked ??= createRankedEngine(rankedSource(this.engine), {
      cache: rankedCache({ folder: this.#cachePath, library: this.#path, engineId: this.engine.id }),
    }));
  }

  async close(): Promise<void> {
    await this.#ranked?.close();
    await this.engine.close();
  }
}

function membersOf({ index }: LocalEngine, kind: RegExp): DocSet {
  const docs: number[] = [];
  for (let doc = 0; doc < index.documentCount; doc++) if (kind.test(index.idOf(doc))) docs.push(doc);
  return docs.length === index.documentCount
    ? DocSet.all(index.documentCount)
    : DocSet.of(index.documentCount, docs);
}
