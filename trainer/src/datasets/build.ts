import type { LocalEngine } from '@querent/core/connectors';
import { labelsOf } from './labels.ts';
import { baselineRecall } from './difficulty.ts';
import { gatherTopics } from './gather.ts';
import type { GatheredTopic, GatherOptions, SourceTally } from './gather.ts';
import type { LeakageReport } from './leakage.ts';
import { leakage } from './leakage.ts';
import { linksOf } from './links.ts';
import type { DatasetRow } from './row.ts';
import { rowOf } from './row.ts';
import type { Source } from './sources/openSource.ts';
import type { Split, SplitOptions } from './splits.ts';
import { splitTopics } from './splits.ts';
import type { SplitName, Topic } from './topic.ts';
import { splitNames } from './topic.ts';

/** How a dataset is built. */
export interface BuildOptions extends GatherOptions, SplitOptions {
  /** The library that counts unknown ids and measures difficulty. */
  readonly library?: LocalEngine;
  /** Topics of which a smaller part of the relevant records is in the library are left out, 0..1; those without any in it always. */
  readonly minKnown: number;
  /** Only topics of which the baseline finds a part from..to of the relevant records. */
  readonly difficulty?: readonly [number, number];
  /** Relevant records that a topic may share with one that is held out, as part of the smaller set, 0..1. */
  readonly overlap: number;
  /** Databases of SQL are in one part each. */
  readonly databasesApart: boolean;
}

/** How many topics the baseline measured, could not measure (other tasks, which stay), and found too hard or too easy. */
export interface DifficultyCounts {
  readonly measured: number;
  readonly notMeasured: number;
  readonly kept: number;
  readonly tooHard: number;
  readonly tooEasy: number;
}

/** A dataset that was built. */
export interface BuiltDataset {
  readonly rows: Readonly<Record<SplitName, readonly DatasetRow[]>>;
  readonly tallies: readonly SourceTally[];
  /** Topics kept, by source as given on the command line. */
  readonly kept: ReadonlyMap<SourceTally, number>;
  /** Relevant records that the library does not hold, by source; empty without a library. */
  readonly unknown: ReadonlyMap<SourceTally, number>;
  readonly chains: Split['chains'];
  readonly leakage: readonly LeakageReport[];
  readonly difficulty: DifficultyCounts | undefined;
}

/** Builds a dataset: gathers, filters, splits, makes rows and looks for leakage in them. */
export async function buildDataset(sources: readonly Source[], options: BuildOptions): Promise<BuiltDataset> {
  const { onProgress, signal } = options;
  const gathered = await gatherTopics(sources, options);
  let topics = apartFromHeldOut(gathered.topics, options);
  const unknown = new Map<SourceTally, number>();
  if (options.library !== undefined) topics = knownTopics(topics, options.library, options.minKnown, unknown);
  let difficulty: DifficultyCounts | undefined;
  if (options.library !== undefined && options.difficulty !== undefined)
    ({ topics, counts: difficulty } = await byDifficulty(
      topics,
      options.library,
      options.difficulty,
      options,
    ));
  onProgress(`${topics.length} topics; looking for what ties them together`);
  const bare = topics.map(({ topic }) => topic);
  const links = linksOf(bare, options.databasesApart ? databaseOf : undefined);
  signal?.throwIfAborted();
  const split = splitTopics(bare, links, options);
  onProgress('making prompts');
  const rows: Record<SplitName, DatasetRow[]> = { train: [], validation: [], test: [] };
  const parts: Record<SplitName, Topic[]> = { train: [], validation: [], test: [] };
  const kept = new Map<SourceTally, number>();
  for (const [i, { topic, tally }] of topics.entries()) {
    const part = split.parts[i];
    const task = options.tasks.get(topic.task);
    if (part === undefined || task === undefined) {
      tally.exclude(
        'shares-with-test',
        `${topic.id} shares a relevant record, or says the same, as a topic of another part.`,
      );
      continue;
    }
    const place = { split: part, index: rows[part].length, group: split.groups[i] ?? topic.id };
    rows[part].push(rowOf(topic, task, options.variant, place));
    parts[part].push(topic);
    kept.set(tally, (kept.get(tally) ?? 0) + 1);
  }
  signal?.throwIfAborted();
  return {
    rows,
    tallies: gathered.tallies,
    kept,
    unknown,
    chains: split.chains,
    leakage: leakageOf(parts),
    difficulty,
  };
}

/** The three comparisons of a dataset: nothing of an earlier part may be in a later one. */
export function leakageOf(parts: Readonly<Record<SplitName, readonly Topic[]>>): readonly LeakageReport[] {
  return splitNames.flatMap((train, i) =>
    splitNames
      .slice(i + 1)
      .flatMap((test) =>
        parts[train].length === 0 || parts[test].length === 0
          ? []
          : [leakage({ name: train, topics: parts[train] }, { name: test, topics: parts[test] })],
      ),
  );
}

function databaseOf({ task, input }: Topic): string | undefined {
  return task === 'sql' ? String(input['db']) : undefined;
}

function apartFromHeldOut(topics: readonly GatheredTopic[], options: BuildOptions): readonly GatheredTopic[] {
  const { heldOut, overlap } = options;
  if (heldOut.length === 0) return topics;
  const sizes = heldOut.map((ids) => new Set(ids).size);
  const holders = new Map<string, number[]>();
  for (const [i, ids] of heldOut.entries())
    for (const id of new Set(ids)) holders.set(id, [...(holders.get(id) ?? []), i]);
  return topics.filter(({ topic, tally }) => {
    const labels = labelsOf(topic);
    const shared = new Map<number, number>();
    for (const id of labels) for (const i of holders.get(id) ?? []) shared.set(i, (shared.get(i) ?? 0) + 1);
    const isApart = [...shared].every(
      ([i, count]) => count / Math.min(labels.length, sizes[i] ?? 1) <= overlap,
    );
    if (!isApart)
      tally.exclude(
        'overlaps-held-out',
        `${topic.id} shares relevant records with a topic that is held out.`,
      );
    return isApart;
  });
}

function knownTopics(
  topics: readonly GatheredTopic[],
  library: LocalEngine,
  least: number,
  unknown: Map<SourceTally, number>,
): readonly GatheredTopic[] {
  return topics.filter(({ topic, tally }) => {
    if (topic.task !== 'publication') return true;
    const labels = labelsOf(topic);
    const known = labels.filter((id) => library.index.docOf(id) !== undefined).length;
    unknown.set(tally, (unknown.get(tally) ?? 0) + labels.length - known);
    if (known > 0 && known / labels.length >= least) return true;
    tally.exclude(
      'few-known-ids',
      `${topic.id}: ${known} of ${labels.length} relevant records are in the library.`,
    );
    return false;
  });
}

async function byDifficulty(
  topics: readonly GatheredTopic[],
  library: LocalEngine,
  [from, to]: readonly [number, number],
  { tasks, signal, onProgress }: BuildOptions,
): Promise<{ readonly topics: readonly GatheredTopic[]; readonly counts: DifficultyCounts }> {
  const kept: GatheredTopic[] = [];
  let [notMeasured, tooHard, tooEasy] = [0, 0, 0];
  for (const [i, each] of topics.entries()) {
    if (i % 100 === 99) {
      onProgress(`difficulty: ${i + 1} of ${topics.length} topics`);
      // Ctrl-C is only noticed where the event loop runs.
      await new Promise((resume) => setImmediate(resume));
    }
    signal?.throwIfAborted();
    const task = tasks.get(each.topic.task);
    const recall = task && (await baselineRecall(each.topic, task, library, signal));
    if (recall === undefined) notMeasured++;
    else if (recall < from) tooHard++;
    else if (recall > to) tooEasy++;
    if (recall === undefined || (recall >= from && recall <= to)) kept.push(each);
    else
      each.tally.exclude(
        'outside-difficulty',
        `${each.topic.id}: the three rarest words find ${Math.round(100 * recall)} % of its relevant records.`,
      );
  }
  return {
    topics: kept,
    counts: {
      measured: topics.length - notMeasured,
      notMeasured,
      kept: kept.length,
      tooHard,
      tooEasy,
    },
  };
}
