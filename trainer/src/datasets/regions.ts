import { sha256 } from '@querent/core/prompting';
import { grouped } from './grouped.ts';
import type { Links } from './links.ts';
import type { SplitOptions } from './splits.ts';
import type { SplitName, Topic } from './topic.ts';

/** Validation and test are made of so many regions each, so that neither is about a single subject. */
const REGIONS = 4;

/**
 * Deals sets of topics out by shares, source by source. Test and validation are grown as regions: from a set in seeded order, always adding
 * the set most of whose shared records are in the region already. A region has few records in common with what is around it, while
 * topics taken one by one would each tear its neighbours out of train: of the published trial topics 9 % are left out so, 39 % else.
 * Sets larger than half of the smallest part go to train: they would be all of a test.
 */
export function byRegions(
  topics: readonly Topic[],
  sets: readonly (readonly number[])[],
  parts: (SplitName | undefined)[],
  links: Links,
  { shares, seed }: Pick<SplitOptions, 'shares' | 'seed'>,
): void {
  const records = sets.map((set) => [...new Set(set.flatMap((i) => links.labels[i] ?? []))]);
  const holders = new Map<string, number[]>();
  for (const [node, labels] of records.entries())
    for (const label of labels) {
      const known = holders.get(label);
      if (known === undefined) holders.set(label, [node]);
      else known.push(node);
    }
  const shared = records.map((labels) => labels.filter((label) => (holders.get(label)?.length ?? 0) > 1));
  const orders = sets.map((set) => orderOf(set, topics, seed));
  const size = (node: number): number => sets[node]?.length ?? 0;
  const isTaken = new Uint8Array(sets.length);

  const grow = (part: SplitName, candidates: readonly number[], wanted: number): void => {
    const most = Math.max(1, wanted / REGIONS);
    const isCandidate = new Set(candidates);
    let [total, start] = [0, 0];
    while (total < wanted) {
      while (start < candidates.length && isTaken[candidates[start] ?? 0] === 1) start++;
      let next: number | undefined = candidates[start];
      if (next === undefined) return;
      const ties = new Map<number, number>();
      const inside = new Set<string>();
      let grown = 0;
      while (next !== undefined && grown < most && total < wanted) {
        isTaken[next] = 1;
        ties.delete(next);
        grown += size(next);
        total += size(next);
        for (const i of sets[next] ?? []) parts[i] = part;
        for (const label of shared[next] ?? []) {
          if (inside.has(label)) continue;
          inside.add(label);
          for (const holder of holders.get(label) ?? [])
            if (isTaken[holder] === 0 && isCandidate.has(holder))
              ties.set(holder, (ties.get(holder) ?? 0) + 1);
        }
        next = closest(ties);
      }
    }
  };
  const closest = (ties: ReadonlyMap<number, number>): number | undefined => {
    let best: number | undefined;
    let most = 0;
    for (const [node, count] of ties) {
      const score = count / (shared[node]?.length ?? 1);
      const isFirst = score === most && best !== undefined && (orders[node] ?? '') < (orders[best] ?? '');
      if (score > most || isFirst) [best, most] = [node, score];
    }
    return best;
  };

  const nodesBySource = grouped(sets.keys(), (node) => {
    const first = topics[sets[node]?.[0] ?? 0];
    return `${first?.task} ${first?.source}`;
  });
  for (const nodes of nodesBySource.values()) {
    const all = nodes.reduce((sum, node) => sum + size(node), 0);
    const [train, validation, test] = shares.map((share) => Math.round(share * all)) as [
      number,
      number,
      number,
    ];
    const smallest = Math.min(...[validation, test].filter((wanted) => wanted > 0));
    const small = nodes
      .filter((node) => train === 0 || size(node) <= Math.max(1, smallest / 2))
      .sort((a, b) => ((orders[a] ?? '') < (orders[b] ?? '') ? -1 : 1));
    grow('test', small, test);
    grow('validation', small, validation);
    for (const node of nodes)
      if (isTaken[node] === 0) for (const i of sets[node] ?? []) parts[i] = train > 0 ? 'train' : 'test';
  }
}

/** A place in a random order that does not change when other topics are added. */
export function orderOf(set: readonly number[], topics: readonly Topic[], seed: number): string {
  const least = set.map((i) => topics[i]?.id ?? '').reduce((a, b) => (a < b ? a : b));
  return sha256(`${seed} ${least}`);
}
