import {
  SearchError,
  type CountResult,
  type IdsResult,
  type SearchEngine,
  type SearchOptions,
} from '@querent/core/search';
import type { ResolvedQuery } from '@querent/core/pubmed';

/** An engine for tests that answers when told to, and keeps a log. Counts are the length of the query's first term. */
export class TestEngine implements SearchEngine {
  readonly id: string;
  readonly label = 'test engine';
  readonly asked: string[] = [];
  readonly aborted: string[] = [];
  closed = false;
  fault: SearchError | undefined;
  #gate: Promise<void> = Promise.resolve();
  #open: () => void = () => {};

  constructor(id = 'test') {
    this.id = id;
  }

  /** Holds all answers back until `release`. */
  hold(): void {
    this.#gate = new Promise((resolve) => (this.#open = resolve));
  }

  release(): void {
    this.#open();
  }

  async count(query: ResolvedQuery, { signal }: SearchOptions = {}): Promise<CountResult> {
    const text = query.root.kind === 'term' ? query.root.text : query.key;
    this.asked.push(text);
    await Promise.race([
      this.#gate,
      new Promise<never>((_, reject) =>
        signal?.addEventListener('abort', () => {
          this.aborted.push(text);
          reject(new SearchError('aborted', 'aborted'));
        }),
      ),
    ]);
    if (this.fault !== undefined) throw this.fault;
    return {
      count: text.length,
      warnings: [],
      provenance: { engine: this.id, label: this.label, at: new Date(0).toISOString() },
    };
  }

  async search(query: ResolvedQuery, options: SearchOptions = {}): Promise<IdsResult> {
    return { ...(await this.count(query, options)), ids: [] };
  }

  async matching(_query: ResolvedQuery, ids: readonly string[]): Promise<readonly string[]> {
    return ids.slice(0, 1);
  }

  async summaries(): Promise<readonly never[]> {
    return [];
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}
