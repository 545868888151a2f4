/** Lists ids page by page; `signal` tells which signal counts at the moment. */
type Pages = (signal: () => AbortSignal | undefined) => AsyncIterator<readonly string[]>;

/**
 * Ids beyond those that ESearch lists, for paging: those come in PubMed's order, the others as {@link allIds} lists them, without what was
 * among the first. Read on only as far as somebody pages. After an error it is of no more use.
 */
export class PastLimit {
  readonly #pages: AsyncIterator<readonly string[]>;
  readonly #first: ReadonlySet<string>;
  readonly #ids: string[] = [];
  #isAll = false;
  #signal: AbortSignal | undefined;
  #reading: Promise<void> = Promise.resolve();

  constructor(first: readonly string[], pages: Pages) {
    this.#first = new Set(first);
    this.#pages = pages(() => this.#signal);
  }

  /** @param from 0 is the first behind those */
  async slice(from: number, to: number, signal: AbortSignal | undefined): Promise<readonly string[]> {
    const turn = this.#reading.then(() => this.#readTo(to, signal));
    this.#reading = turn;
    await turn;
    return this.#ids.slice(from, to);
  }

  async #readTo(to: number, signal: AbortSignal | undefined): Promise<void> {
    this.#signal = signal;
    while (!this.#isAll && this.#ids.length < to) {
      const page = await this.#pages.next();
      if (page.done === true) this.#isAll = true;
      else this.#ids.push(...page.value.filter((id) => !this.#first.has(id)));
    }
  }
}
