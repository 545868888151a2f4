import type { OpenedDatabase } from '../databases/index.ts';

/**
 * A database that is closed when nobody asks it any more: a statement that runs when the file changes ends on the state that it began with.
 */
export class LeasedDatabase implements OpenedDatabase {
  readonly #database: OpenedDatabase;
  #asked = 0;
  #isRetired = false;

  constructor(database: OpenedDatabase) {
    this.#database = database;
  }

  get path(): string {
    return this.#database.path;
  }

  get changed(): number {
    return this.#database.changed;
  }

  get weight(): OpenedDatabase['weight'] {
    return this.#database.weight;
  }

  readonly schema: OpenedDatabase['schema'] = (signal) => this.held(() => this.#database.schema(signal));
  readonly describe: OpenedDatabase['describe'] = (signal) =>
    this.held(() => this.#database.describe(signal));
  readonly run: OpenedDatabase['run'] = (sql, options) => this.held(() => this.#database.run(sql, options));
  readonly preview: OpenedDatabase['preview'] = (sql, options) =>
    this.held(() => this.#database.preview(sql, options));

  /** Goes on by itself when this one is closed. */
  readonly stream: OpenedDatabase['stream'] = (sql, options) => this.#database.stream(sql, options);

  /** Keeps it open until work of several steps is done, also where the file changes between two of them. */
  async held<T>(work: () => Promise<T>): Promise<T> {
    this.#asked++;
    try {
      return await work();
    } finally {
      this.#asked--;
      this.#closeIfIdle();
    }
  }

  /** Now, whatever runs. */
  async close(): Promise<void> {
    this.#isRetired = true;
    await this.#database.close();
  }

  /** As soon as nothing runs. */
  retire(): void {
    this.#isRetired = true;
    this.#closeIfIdle();
  }

  #closeIfIdle(): void {
    if (this.#isRetired && this.#asked === 0) this.#database.close().catch(() => {});
  }
}
