import { grouped } from '../grouped.ts';
import type { Links } from './links.ts';
import { connected } from './links.ts';
import { byRegions, orderOf } from './regions.ts';
import type { SplitName, Topic } from './topic.ts';

/** How topics are dealt out to train, validation and test. */
export interface SplitOptions {
  /** `overlap`: at random, what shares records together. `time`: the newest are test. `given`: as their sources say. */
  readonly split: 'overlap' | 'time' | 'given';
  /** Parts of the topics for train, validation, test; they add up to 1. */
  readonly shares: readonly [number, number, number];
  /** The same seed deals out the same way. */
  readonly seed: number;
  /**
   * What becomes of topics that chains of shared records tie together. `cut`: near-duplicates stay together, parts are regions of the
   * chain, and what shares a record across a border is left out. `whole`: a chain stays in one part, a long one in train, and nothing is
   * left out; validation and test are then made of topics that share few records with others.
   */
  readonly chains: 'cut' | 'whole';
}

/** Where topics went, by their places; undefined for those that were left out, because they share something with a part that goes before. */
export interface Split {
  readonly parts: readonly (SplitName | undefined)[];
  /** Names of the groups that were kept together: the least id in each. Never in two parts. */
  readonly groups: readonly string[];
  /** How far shared records reach, for the report. */
  readonly chains: {
    /** Sets of topics tied by shared records or sameness, and topics in the largest one. */
    readonly sets: number;
    readonly largest: number;
  };
}

/**
 * Deals topics out so that no two of different parts share a relevant record, a whole input, an answer key or near-duplicate words: the
 * strict rule. Whatever still shares something in the end is left out of the part that matters less (train, then validation).
 */
export function splitTopics(topics: readonly Topic[], links: Links, options: SplitOptions): Split {
  const whole = connected(topics.length, links, true);
  const largest = whole.reduce((most, { length }) => Math.max(most, length), 0);
  const keepsWhole = options.split === 'overlap' && options.chains === 'whole';
  const sets = keepsWhole ? whole : connected(topics.length, links, false);
  const parts = assigned(topics, sets, links, options);
  giveUpShared(parts, links);
  const groups: string[] = [];
  for (const set of sets)
    for (const members of grouped(set, (i) => parts[i] ?? '').values()) {
      const name = members.map((i) => topics[i]?.id ?? '').reduce((least, id) => (id < least ? id : least));
      for (const i of members) groups[i] = name;
    }
  return { parts, groups, chains: { sets: whole.length, largest } };
}

type Parts = (SplitName | undefined)[];

function assigned(
  topics: readonly Topic[],
  sets: readonly (readonly number[])[],
  links: Links,
  options: SplitOptions,
): Parts {
  const parts: Parts = topics.map(({ split }) => split);
  const free = sets
    .map((set) => set.filter((i) => parts[i] === undefined))
    .filter(({ length }) => length > 0);
  if (options.split === 'given') {
    // What no source has given a part is for training: nothing is learnt about it from a test.
    for (const i of free.flat()) parts[i] = 'train';
  } else if (options.split === 'time') byTime(topics, free, parts, options);
  else byRegions(topics, free, parts, links, options);
  return parts;
}

/** Newest first into test, then validation; what has no date is trained on. */
function byTime(
  topics: readonly Topic[],
  sets: readonly (readonly number[])[],
  parts: Parts,
  { shares, seed }: SplitOptions,
): void {
  const dated = sets
    .map((set) => ({
      set,
      day: set.map((i) => topics[i]?.until ?? '').reduce((newest, day) => (day > newest ? day : newest)),
      order: orderOf(set, topics, seed),
    }))
    .sort((a, b) => (a.day === b.day ? (a.order < b.order ? -1 : 1) : a.day > b.day ? -1 : 1));
  const all = sets.flat().length;
  const wanted = { test: shares[2] * all, validation: shares[1] * all };
  const have = { test: 0, validation: 0 };
  const isFull = (part: 'test' | 'validation', more: number): boolean =>
    have[part] === 0 ? wanted[part] < 0.5 : have[part] + more / 2 > wanted[part];
  // A part that is full stays full: with an older topic in the test, train would hold what is newer than the test.
  let part: SplitName = 'test';
  for (const { set, day } of dated) {
    if (part === 'test' && isFull('test', set.length)) part = 'validation';
    if (part === 'validation' && isFull('validation', set.length)) part = 'train';
    if (day === '') part = 'train';
    if (part !== 'train') have[part] += set.length;
    for (const i of set) parts[i] = part;
  }
}

/** Leaves out of train what shares anything with validation or test, and out of validation what shares anything with test. */
function giveUpShared(parts: Parts, links: Links): void {
  for (const kept of ['test', 'validation'] as const) {
    const taken = new Set<string>();
    const keys = (i: number): readonly string[] => [...(links.same[i] ?? []), ...(links.labels[i] ?? [])];
    for (const [i, part] of parts.entries()) if (part === kept) for (const key of keys(i)) taken.add(key);
    const yields = (part: SplitName | undefined): boolean =>
      part === 'train' || (part === 'validation' && kept === 'test');
    for (const [i, part] of parts.entries())
      if (yields(part) && keys(i).some((key) => taken.has(key))) parts[i] = undefined;
    for (const [a, b] of links.pairs) {
      if (parts[a] === kept && yields(parts[b])) parts[b] = undefined;
      if (parts[b] === kept && yields(parts[a])) parts[a] = undefined;
    }
  }
}
