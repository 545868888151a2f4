/** Most rows that are remembered: some thirty strategies. */
const MOST_ROWS = 2_000;

/** What a row finds of the seeds that it was asked about. */
interface RowTruth {
  readonly found: Set<string>;
  readonly missed: Set<string>;
}

/**
 * What PubMed has said of rows today, so that after an edit nothing is asked about that has not changed. It holds for a day, as all answers do, and
 * until {@link forget}.
 */
export class RowMemory {
  readonly #rows = new Map<string, RowTruth>();
  #day: string | undefined;

  /** What the row finds of `ids`; undefined where that is not known of all. */
  truth(text: string, ids: readonly string[], day: string | undefined): ReadonlySet<string> | undefined {
    if (day !== this.#day) this.forget();
    this.#day = day;
    const row = this.#rows.get(text);
    if (row === undefined || !ids.every((id) => row.found.has(id) || row.missed.has(id))) return undefined;
    this.#touch(text, row);
    return new Set(ids.filter((id) => row.found.has(id)));
  }

  keep(text: string, ids: readonly string[], found: ReadonlySet<string>): void {
    const row = this.#rows.get(text) ?? { found: new Set(), missed: new Set() };
    for (const id of ids) {
      const [is, isNot] = found.has(id) ? [row.found, row.missed] : [row.missed, row.found];
      is.add(id);
      isNot.delete(id);
    }
    this.#touch(text, row);
    for (const oldest of this.#rows.keys()) {
      if (this.#rows.size <= MOST_ROWS) break;
      this.#rows.delete(oldest);
    }
  }

  /** From now on everything is asked about again. */
  forget(): void {
    this.#rows.clear();
  }

  #touch(text: string, row: RowTruth): void {
    this.#rows.delete(text);
    this.#rows.set(text, row);
  }
}
