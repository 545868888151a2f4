import { sha256 } from '@querent/core/prompting';
import { grouped } from '../grouped.ts';
import type { Links } from './links.ts';
import type { SplitOptions } from './splits.ts';
import type { SplitName, Topic } from './topic.ts';

/** Validation and test are made of so many regions each at least, so that neither is about a single subject. */
const REGIONS = 4;

/**
 * Deals sets of topics out by shares, which hold for every source. Test and validation are grown as regions: from a set in seeded order,
 * always adding the set most of whose shared records are in the region already. A region has few records in common with what is
 * around it, while topics taken one by one would each tear their neighbours out of train: of the published trial topics 9 % are left out
 * so, 39 % else. Sets larger than half of the smallest part of their source go to train: they would be all of a test.
 */
export function byRegions(
  topics: readonly Topic[],
  sets: readonly (readonly number[])[],
  parts: (SplitName | undefined)[],
  links: Links,
  { shares, seed }: Pick<SplitOptions, 'shares' | 'seed'>,
): void {
  const [train, validation, test] = shares;
  const size = (node: number): number => sets[node]?.length ?? 0;
  const sourceOf = sets.map(([first = 0]) => `${topics[first]?.task} ${topics[first]?.source}`);
  const totals = new Map<string, number>();
  for (const [node, source] of sourceOf.entries()) totals.set(source, (totals.get(source) ?? 0) + size(node));
  const quota = (share: number, source: string): number => Math.round(share * (totals.get(source) ?? 0));

  const isSmall = (node: number): boolean => {
    const wanted = [validation, test].map((share) => quota(share, sourceOf[node] ?? '')).filter((n) => n > 0);
    return train === 0 || size(node) <= Math.max(1, Math.min(...wanted) / 2);
  };
  const orders = sets.map((set) => orderOf(set, topics, seed));
  const inOrder = [...sets.keys()]
    .filter(isSmall)
    .sort((a, b) => ((orders[a] ?? '') < (orders[b] ?? '') ? -1 : 1));
  const ties = new Ties(sets, links, new Set(inOrder), orders);
  for (const [part, share] of [
    ['test', test],
    ['validation', validation],
  ] as const) {
    const left = new Map([...totals.keys()].map((source) => [source, quota(share, source)]));
    const isWanted = (node: number): boolean => (left.get(sourceOf[node] ?? '') ?? 0) > 0;
    const most = Math.max(1, [...left.values()].reduce((sum, each) => sum + each, 0) / REGIONS);
    for (const start of inOrder) {
      if (ties.isTaken(start) || !isWanted(start)) continue;
      ties.begin();
      let next: number | undefined = start;
      for (let grown = 0; next !== undefined && grown < most; next = ties.closest(isWanted)) {
        ties.take(next);
        grown += size(next);
        const source = sourceOf[next] ?? '';
        left.set(source, (left.get(source) ?? 0) - size(next));
        for (const i of sets[next] ?? []) parts[i] = part;
      }
    }
  }
  for (const [node, set] of sets.entries())
    if (!ties.isTaken(node))
      for (const i of set) parts[i] = train > 0 ? 'train' : test > 0 ? 'test' : 'validation';
}

/** Which sets share records with the region that is being grown. */
class Ties {
  /** Records of each set that other sets have too. */
  readonly #shared: readonly (readonly string[])[];
  readonly #holders: ReadonlyMap<string, readonly number[]>;
  readonly #candidates: ReadonlySet<number>;
  readonly #orders: readonly string[];
  readonly #taken = new Set<number>();
  #inside = new Set<string>();
  /** Shared records of sets at the border that are in the region. */
  #border = new Map<number, number>();

  constructor(
    sets: readonly (readonly number[])[],
    links: Links,
    candidates: ReadonlySet<number>,
    orders: readonly string[],
  ) {
    const records = sets.map((set) => [...new Set(set.flatMap((i) => links.labels[i] ?? []))]);
    const pairs = records.flatMap((labels, node) => labels.map((label) => ({ label, node })));
    const byLabel = grouped(pairs, ({ label }) => label);
    this.#holders = new Map([...byLabel].map(([label, members]) => [label, members.map(({ node }) => node)]));
    this.#shared = records.map((labels) =>
      labels.filter((label) => (this.#holders.get(label)?.length ?? 0) > 1),
    );
    this.#candidates = candidates;
    this.#orders = orders;
  }

  isTaken(node: number): boolean {
    return this.#taken.has(node);
  }

  /** Begins a region. */
  begin(): void {
    this.#inside = new Set();
    this.#border = new Map();
  }

  /** Adds a set to the region. */
  take(node: number): void {
    this.#taken.add(node);
    this.#border.delete(node);
    for (const label of this.#shared[node] ?? []) {
      if (this.#inside.has(label)) continue;
      this.#inside.add(label);
      for (const holder of this.#holders.get(label) ?? [])
        if (!this.#taken.has(holder) && this.#candidates.has(holder))
          this.#border.set(holder, (this.#border.get(holder) ?? 0) + 1);
    }
  }

  /** The set at the border with the largest part of its shared records in the region; undefined when none has any there. */
  closest(isWanted: (node: number) => boolean): number | undefined {
    let best: number | undefined;
    let most = 0;
    for (const [node, count] of this.#border) {
      if (!isWanted(node)) continue;
      const score = count / (this.#shared[node]?.length ?? 1);
      const isFirst =
        score === most && best !== undefined && (this.#orders[node] ?? '') < (this.#orders[best] ?? '');
      if (score > most || isFirst) [best, most] = [node, score];
    }
    return best;
  }
}

/** A place in a random order that does not change when other topics are added. */
export function orderOf(set: readonly number[], topics: readonly Topic[], seed: number): string {
  const least = set.map((i) => topics[i]?.id ?? '').reduce((a, b) => (a < b ? a : b));
  return sha256(`${seed} ${least}`);
}
