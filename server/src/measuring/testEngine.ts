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
    const text = textOf(query);
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

/** An engine of a service: it looks for the seeds of many queries at once, finds the first seed with each, and is told when to. */
export class TestService extends TestEngine {
  /** Texts of the queries of each batch, in order. */
  readonly batches: string[][] = [];
  /** Priorities of counts and of batches, by text; of batches by their texts joined. */
  readonly priorities = new Map<string, number | undefined>();
  seedFault: SearchError | undefined;
  /** Text of a query that is counted, and spoils every batch that it is in. */
  spoiler: string | undefined;
  #gates = new Map<string, Promise<void>>();

  /** Holds the count of one query back; called, the result lets it go. */
  holdOne(text: string): () => void {
    let open = (): void => {};
    this.#gates.set(text, new Promise((resolve) => (open = resolve)));
    return () => open();
  }

  override async count(query: ResolvedQuery, options: SearchOptions = {}): Promise<CountResult> {
    const text = textOf(query);
    this.priorities.set(text, options.priority);
    const answer = await super.count(query, options);
    await this.#gates.get(text);
    return text === 'none' ? { ...answer, count: 0 } : answer;
  }

  async matchingAll(
    queries: readonly ResolvedQuery[],
    ids: readonly string[],
    options: SearchOptions = {},
  ): Promise<readonly (readonly string[])[]> {
    const texts = queries.map(textOf);
    this.batches.push(texts);
    this.priorities.set(texts.join(' '), options.priority);
    if (this.seedFault !== undefined) throw this.seedFault;
    if (this.spoiler !== undefined && texts.includes(this.spoiler))
      throw new SearchError('rejected', 'PubMed takes offence.');
    return queries.map(() => ids.slice(0, 1));
  }

  override async matching(
    query: ResolvedQuery,
    ids: readonly string[],
    options: SearchOptions = {},
  ): Promise<readonly string[]> {
    return (await this.matchingAll([query], ids, options))[0] ?? [];
  }
}

function textOf(query: ResolvedQuery): string {
  return query.root.kind === 'term' ? query.root.text : query.key;
}
