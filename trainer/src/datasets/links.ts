import { grouped } from '../grouped.ts';
import { labelSetOf, labelsOf } from './labels.ts';
import { nearPairs, partsOf } from './similarText.ts';
import type { Topic } from './topic.ts';

/**
 * What ties topics together: a key that two topics have in common, or a pair. `labels` are relevant records; `same` are keys of the whole
 * input, of its parts, of the whole set of labels and of the names by which a source tells near-duplicates; `pairs` are near-duplicates by their words or by what their source says.
 */
export interface Links {
  readonly labels: readonly (readonly string[])[];
  readonly same: readonly (readonly string[])[];
  readonly pairs: readonly (readonly [number, number])[];
}

/** Finds what ties `topics` together. A topic is only tied to topics of the same task: a trial is no publication. */
export function linksOf(topics: readonly Topic[], groupOf?: (topic: Topic) => string | undefined): Links {
  const labels = topics.map(labelsOf);
  const parts = topics.map(({ input }) => partsOf(input));
  const named = new Set(topics.flatMap(({ nearDuplicateOf = [] }) => nearDuplicateOf));
  const same = topics.map((topic, i) => {
    const { id, nearDuplicateOf = [] } = topic;
    const set = labelSetOf(topic);
    const group = groupOf?.(topic);
    return [
      ...(parts[i] ?? []).map((part) => `input ${topic.task} ${part}`),
      ...(set === undefined ? [] : [`labels ${topic.task} ${set}`]),
      ...(group === undefined ? [] : [`group ${topic.task} ${group}`]),
      // A name ties those who use it, also where it is the name of no topic here.
      ...[...(named.has(id) ? [id] : []), ...nearDuplicateOf].map((name) => `name ${name}`),
    ];
  });
  return { labels, same, pairs: [...namedPairs(topics), ...similarPairs(topics, parts)] };
}

function namedPairs(topics: readonly Topic[]): readonly (readonly [number, number])[] {
  const places = new Map(topics.map(({ id }, i) => [id, i]));
  return topics.flatMap(({ nearDuplicateOf = [] }, i) =>
    nearDuplicateOf.flatMap((id) => {
      const j = places.get(id);
      return j === undefined || j === i ? [] : [[i, j] as const];
    }),
  );
}

function similarPairs(
  topics: readonly Topic[],
  parts: readonly (readonly string[])[],
): readonly (readonly [number, number])[] {
  const byTask = grouped(topics.keys(), (i) => topics[i]?.task ?? '');
  return [...byTask.values()].flatMap((places) =>
    nearPairs(places.map((i) => (parts[i] ?? []).join(' '))).map(
      ([a, b]) => [places[a] ?? 0, places[b] ?? 0] as const,
    ),
  );
}

/** Sets that grow together (union by path halving). */
class UnionFind {
  readonly #parents: number[];
  constructor(size: number) {
    this.#parents = Array.from({ length: size }, (_, i) => i);
  }

  /** The member that stands for the set of `member`: its smallest one. */
  find(member: number): number {
    let at = member;
    for (let up = this.#parents[at] ?? at; up !== at; up = this.#parents[at] ?? at) {
      const next = this.#parents[up] ?? up;
      this.#parents[at] = next;
      at = next;
    }
    return at;
  }

  union(a: number, b: number): void {
    const [first, second] = [this.find(a), this.find(b)];
    this.#parents[Math.max(first, second)] = Math.min(first, second);
  }
}

/**
 * Sets of topics that are tied together, directly or through others, as lists of places in ascending order.
 * @param byLabels whether sharing one relevant record ties; else only what says the same does
 */
export function connected(size: number, links: Links, byLabels: boolean): readonly (readonly number[])[] {
  const sets = new UnionFind(size);
  const first = new Map<string, number>();
  const tie = (keys: readonly string[], i: number): void => {
    for (const key of keys) {
      const other = first.get(key);
      if (other === undefined) first.set(key, i);
      else sets.union(other, i);
    }
  };
  for (let i = 0; i < size; i++) {
    tie(links.same[i] ?? [], i);
    if (byLabels)
      tie(
        (links.labels[i] ?? []).map((label) => `record ${label}`),
        i,
      );
  }
  for (const [a, b] of links.pairs) sets.union(a, b);
  const members = new Map<number, number[]>();
  for (let i = 0; i < size; i++) {
    const root = sets.find(i);
    const group = members.get(root);
    if (group === undefined) members.set(root, [i]);
    else group.push(i);
  }
  return [...members.values()];
}
