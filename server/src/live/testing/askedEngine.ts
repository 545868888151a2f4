import { SearchError } from '@querent/core/search';
import type { CountResult, SearchEngine, SearchOptions } from '@querent/core/search';

interface Question {
  readonly key: string;
}

/**
 * An engine for tests that writes down what it is asked: `count a`, `matching a [1 2]`, `all a b [1 2]`, `summaries [1]`. A query finds the ids
 * of which the number is divisible by the length of its key.
 */
export class AskedEngine implements SearchEngine<Question> {
  readonly id = 'asked';
  readonly label = 'an engine that writes down';
  readonly #name = 'engine';
  readonly asked: string[] = [];
  readonly priorities: (number | undefined)[] = [];
  /** What every question is answered with. */
  fault: SearchError | undefined;
  counts = 42;
  at = '2026-03-01T10:00:00.000Z';
  #held: Promise<void> = Promise.resolve();
  #open = (): void => undefined;

  /** Holds answers back until `release`. */
  hold(): void {
    this.#held = new Promise((resolve) => (this.#open = resolve));
  }

  release(): void {
    this.#open();
  }

  /** What only this engine can do, with what is private to it. */
  name(): string {
    return this.#name;
  }

  async count({ key }: Question, options: SearchOptions = {}): Promise<CountResult> {
    await this.#ask(`count ${key}`, options);
    const provenance = { engine: this.id, label: this.label, at: this.at };
    return { count: this.counts, translation: key.toUpperCase(), warnings: [], provenance };
  }

  async search({ key }: Question, options: SearchOptions & { limit?: number; offset?: number } = {}) {
    await this.#ask(`search ${key} ${options.offset ?? 0} ${options.limit ?? 'all'}`, options);
    const provenance = { engine: this.id, label: this.label, at: this.at };
    return { count: this.counts, warnings: [], provenance, ids: ['1', '2'] };
  }

  async matching({ key }: Question, ids: readonly string[], options: SearchOptions = {}) {
    await this.#ask(`matching ${key} [${ids.join(' ')}]`, options);
    return ids.filter((id) => Number(id) % key.length === 0);
  }

  async matchingAll(queries: readonly Question[], ids: readonly string[], options: SearchOptions = {}) {
    await this.#ask(`all ${queries.map(({ key }) => key).join(' ')} [${ids.join(' ')}]`, options);
    return queries.map(({ key }) => ids.filter((id) => Number(id) % key.length === 0));
  }

  async summaries(ids: readonly string[], options: SearchOptions = {}) {
    await this.#ask(`summaries [${ids.join(' ')}]`, options);
    return ids.filter((id) => id !== '0').map((id) => ({ id, title: `Title ${id}`, authors: ['A'] }));
  }

  async close(): Promise<void> {
    this.asked.push('close');
  }

  async #ask(question: string, { signal, priority }: SearchOptions): Promise<void> {
    this.asked.push(question);
    this.priorities.push(priority);
    await Promise.race([
      this.#held,
      new Promise<never>((_, reject) =>
        signal?.addEventListener('abort', () => {
          this.asked.push(`gave up ${question}`);
          reject(new SearchError('aborted', 'cancelled'));
        }),
      ),
    ]);
    if (this.fault !== undefined) throw this.fault;
  }
}
