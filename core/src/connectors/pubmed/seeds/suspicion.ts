import type { Row } from './question.ts';

/** A row with what is believed of it; `found` is corrected as errors come to light. */
export interface BelievedRow extends Row {
  readonly found: Set<string>;
  readonly doubt: (id: string) => number;
  /** Rows are told apart by it. */
  readonly at: number;
}

/** The next thing to ask about a seed: whether one of `rows` is wrong about it, `flipped` taken for the opposite of what is believed. */
export interface Step {
  readonly rows: readonly BelievedRow[];
  readonly flipped: BelievedRow | undefined;
}

/** A row is named as the one wrong where it has so much of all the doubt. */
const SUSPECT = 0.55;
/** Enough to find one wrong row among a hundred. */
const FEW_STEPS = 8;

/**
 * The search for the rows that are wrong about one seed, one answer a step: halving by doubt, and where one row has most of the doubt, its
 * opposite is tried against everything that is open, which ends the search at once when it is right.
 */
export class Suspicion {
  readonly id: string;
  #steps = 0;
  readonly #total: number;
  /** In each of these at least one row is wrong. */
  readonly #groups: (readonly BelievedRow[])[];
  /** Nothing is known of these. */
  #open: readonly BelievedRow[] = [];
  /** Rows whose opposite was tried: they are not the only ones wrong, or not wrong. */
  readonly #tried = new Set<BelievedRow>();

  /** @param groups in each of them at least one row is wrong about the seed */
  constructor(id: string, groups: readonly (readonly BelievedRow[])[]) {
    this.id = id;
    this.#groups = [...groups];
    this.#total = this.unsettled.length;
    this.#conclude();
  }

  /** Rows of which it is not known whether they are right about the seed. */
  get unsettled(): readonly BelievedRow[] {
    return [...this.#groups.flat(), ...this.#open];
  }

  /**
   * Whether the rest is to be asked for row by row: halving has taken half as many steps as there are rows, so that the predictions of this seed
   * are no good. A few steps are always granted, but never more than there are rows.
   */
  get isHopeless(): boolean {
    const most = Math.min(this.#total, Math.max(FEW_STEPS, this.#total / 2));
    return this.#steps >= most && this.unsettled.length > 0;
  }

  /** Undefined when everything is known. */
  next(): Step | undefined {
    const group = this.#sorted();
    const [top] = group;
    if (top === undefined)
      return this.#open.length === 0 ? undefined : { rows: this.#open, flipped: undefined };
    const all = group.reduce((sum, row) => sum + this.#doubt(row), 0);
    if (!this.#tried.has(top) && this.#doubt(top) >= SUSPECT * all)
      return { rows: [...group, ...this.#open], flipped: top };
    let [half, doubt] = [0, 0];
    while (half < group.length - 1 && (half === 0 || doubt * 2 < all))
      doubt += this.#doubt(group[half++] ?? top);
    return { rows: group.slice(0, half), flipped: undefined };
  }

  /** Takes in whether a row of the step is wrong. */
  answer({ rows, flipped }: Step, isWrong: boolean): void {
    this.#steps++;
    if (flipped !== undefined) {
      this.#tried.add(flipped);
      if (isWrong) return;
      this.#flip(flipped);
      this.#groups.shift();
      this.#open = [];
    } else if (this.#groups.length === 0) {
      this.#open = [];
      if (isWrong) this.#groups.push(rows);
    } else {
      const tested = new Set(rows);
      const others = (this.#groups.shift() ?? []).filter((row) => !tested.has(row));
      if (isWrong) this.#open = [...this.#open, ...others];
      this.#groups.unshift(isWrong ? rows : others);
    }
    this.#conclude();
  }

  /** A row that is alone in its group is the one that is wrong. */
  #conclude(): void {
    for (let [group] = this.#groups; group?.length === 1; [group] = this.#groups) {
      for (const row of group) this.#flip(row);
      this.#groups.shift();
    }
  }

  #doubt(row: BelievedRow): number {
    return this.#tried.has(row) ? 1 : row.doubt(this.id);
  }

  #sorted(): readonly BelievedRow[] {
    return [...(this.#groups[0] ?? [])].sort((a, b) => this.#doubt(b) - this.#doubt(a) || a.at - b.at);
  }

  #flip(row: BelievedRow): void {
    if (!row.found.delete(this.id)) row.found.add(this.id);
  }
}
