import { normalised } from '../similarText.ts';
import type { MadeTopic } from './madeTopic.ts';

/** Two made topics may share so much of their relevant records (Jaccard). */
const MOST_SHARED = 0.5;

/** Keeps made topics apart from each other and from topics that are held out. */
export class TopicChooser {
  readonly #heldOut: readonly ReadonlySet<number>[];
  readonly #overlap: number;
  readonly #forbidden: ReadonlySet<number>;
  readonly #titles = new Set<string>();
  readonly #chosen: MadeTopic[] = [];
  /** Chosen topics by record. */
  readonly #holders = new Map<number, number[]>();
  /** Topics refused because they overlap one that is held out. */
  heldOutRefusals = 0;

  /**
   * @param heldOut relevant documents of each topic that is held out
   * @param overlap part of the smaller set that a made topic may share with one of them, 0..1
   * @param forbidden documents that no topic may have
   */
  constructor(heldOut: readonly ReadonlySet<number>[], overlap: number, forbidden: ReadonlySet<number>) {
    this.#forbidden = forbidden;
    this.#heldOut = heldOut.filter(({ size }) => size > 0);
    this.#overlap = overlap;
  }

  get chosen(): readonly MadeTopic[] {
    return this.#chosen;
  }

  /** Takes the topic unless it resembles one that is there or overlaps one that is held out. */
  take(topic: MadeTopic): boolean {
    const title = normalised(topic.title);
    if (this.#titles.has(title) || this.#resembles(topic.docs)) return false;
    if (this.#overlapsHeldOut(topic.docs)) {
      this.heldOutRefusals++;
      return false;
    }
    this.#titles.add(title);
    const place = this.#chosen.push(topic) - 1;
    for (const doc of topic.docs) {
      const holders = this.#holders.get(doc);
      if (holders === undefined) this.#holders.set(doc, [place]);
      else holders.push(place);
    }
    return true;
  }

  #resembles(docs: readonly number[]): boolean {
    const shared = new Map<number, number>();
    for (const doc of docs)
      for (const place of this.#holders.get(doc) ?? []) shared.set(place, (shared.get(place) ?? 0) + 1);
    for (const [place, count] of shared) {
      const other = this.#chosen[place]?.docs.length ?? 0;
      if (count / (docs.length + other - count) > MOST_SHARED) return true;
    }
    return false;
  }

  #overlapsHeldOut(docs: readonly number[]): boolean {
    if (docs.some((doc) => this.#forbidden.has(doc))) return true;
    return this.#heldOut.some((held) => {
      const shared = docs.reduce((sum, doc) => sum + Number(held.has(doc)), 0);
      return shared / Math.min(held.size, docs.length) > this.#overlap;
    });
  }
}

/**
 * Topics in turn from classes of size that double (5-9, 10-19, 20-39 ...): small sets are many, and would be all that there is.
 */
export function bySizeInTurn(topics: readonly MadeTopic[], fewest: number): readonly MadeTopic[] {
  const classes: MadeTopic[][] = [];
  for (const topic of topics)
    (classes[Math.floor(Math.log2(Math.max(1, topic.docs.length / Math.max(1, fewest))))] ??= []).push(topic);
  const filled = classes.filter((each) => each !== undefined);
  const longest = Math.max(0, ...filled.map(({ length }) => length));
  const ordered: MadeTopic[] = [];
  for (let i = 0; i < longest; i++)
    for (const each of filled) if (each[i]) ordered.push(each[i] as MadeTopic);
  return ordered;
}
