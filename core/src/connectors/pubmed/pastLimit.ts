/**
 * Ids beyond those that ESearch lists, for paging: those come in PubMed's order, the others as {@link allIds} lists them, without what was among
 * the first. Read on only as far as somebody pages.
 */
export class PastLimit {
  readonly #pages: AsyncIterator<readonly string[]>;
  readonly #first: ReadonlySet<string>;
  readonly #ids: string[] = [];
  #isAll = false;
  #reading: Promise<void> = Promise.resolve();

  constructor(first: readonly string[], pages: AsyncIterator<readonly string[]>) {
    this.#first = new Set(first);
    this.#pages = pages;
  }

  /** @param from 0 is the first behind those */
  async slice(from: number, to: number): Promise<readonly string[]> {
    const turn = this.#reading.then(() => this.#readTo(to));
    this.#reading = turn.catch(() => undefined);
    await turn;
    return this.#ids.slice(from, to);
  }

  async #readTo(to: number): Promise<void> {
    while (!this.#isAll && this.#ids.length < to) {
      const page = await this.#pages.next();
      if (page.done === true) this.#isAll = true;
      else this.#ids.push(...page.value.filter((id) => !this.#first.has(id)));
    }
  }
}
