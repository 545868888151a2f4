import type { LocalEngine } from '@querent/core/connectors';
import type { Variant } from '@querent/core/prompting';
import { RowError } from '@querent/core/tasks';
import type { Databases, Task } from '@querent/core/tasks';
import { badInput } from '@querent/server/terminal';
import { labelsOf } from './labels.ts';
import { topicsFromLibrary } from './library/topicsFromLibrary.ts';
import type { Source } from './sources/openSource.ts';
import { readSource } from './sources/openSource.ts';
import type { ExclusionReason, SourceItem, Topic } from './topic.ts';

/** Messages of rows that were left out for one reason, of one source, at most. */
export const MOST_FAULTS = 20;
const MOST_OTHERS = 3;

/** What became of the rows of a source. */
export class SourceTally {
  readonly source: Source;
  /** Rows read, or topics made. */
  rows = 0;
  readonly excluded: Partial<Record<ExclusionReason, number>> = {};
  /** The first messages, each with file, line and field. */
  readonly examples: { readonly reason: ExclusionReason; readonly message: string }[] = [];

  constructor(source: Source) {
    this.source = source;
  }

  exclude(reason: ExclusionReason, message: string): void {
    const before = this.excluded[reason] ?? 0;
    this.excluded[reason] = before + 1;
    if (before < (isFault(reason) ? MOST_FAULTS : MOST_OTHERS)) this.examples.push({ reason, message });
  }
}

/** Whether a row was left out because of what is wrong with it, and not because of how the dataset is built. */
export function isFault(reason: ExclusionReason): boolean {
  return reason === 'bad-row' || reason === 'no-relevant' || reason === 'duplicate-id';
}

/** A topic with the tally in which it is counted when it is left out later. */
export interface GatheredTopic {
  readonly topic: Topic;
  readonly tally: SourceTally;
}

/** What gathering needs. */
export interface GatherOptions {
  readonly tasks: ReadonlyMap<string, Task>;
  readonly variant: Variant;
  readonly databases?: Databases;
  /** Opens a citation library to make topics from. */
  readonly openLibrary: (path: string) => Promise<LocalEngine>;
  readonly made: {
    readonly count: number;
    readonly relevant: readonly [number, number];
    readonly overlap: number;
    /** Deals out the topics of libraries that have no part of their own; undefined when the topics of all sources are dealt out later. */
    readonly shares?: readonly [number, number, number];
  };
  /** Relevant records of topics that must not be trained on. */
  readonly heldOut: readonly (readonly string[])[];
  readonly seed: number;
  /** Parts that sources give to their topics one by one (BEIR, rows) are only kept for `given`. */
  readonly split: 'overlap' | 'time' | 'given';
  readonly signal?: AbortSignal;
  readonly onProgress: (message: string) => void;
}

/**
 * The topics of `sources`, each checked by its task: it has a prompt, and something is known to be right. Ids are unique; a row
 * with the id of one before it in the same source is left out, in another source it gets the source's name before it.
 */
export async function gatherTopics(
  sources: readonly Source[],
  options: GatherOptions,
): Promise<{ readonly topics: readonly GatheredTopic[]; readonly tallies: readonly SourceTally[] }> {
  const topics: { topic: Topic; readonly tally: SourceTally }[] = [];
  const tallies: SourceTally[] = [];
  const ids = new Set<string>();
  // Topics are made last: what is tested on must be known then.
  const isLibrary = ({ kind }: Source): number => Number(kind === 'library');
  for (const source of [...sources].sort((a, b) => isLibrary(a) - isLibrary(b))) {
    const tally = new SourceTally(source);
    tallies.push(tally);
    const seen = new Set<string>();
    const first = topics.length;
    /** What the topics of this source are called here, by their ids there. */
    const called = new Map<string, string[]>();
    if (source.kind === 'sql' && options.databases === undefined)
      throw badInput(`${source.path} holds questions about databases. Name their folder with --databases.`);
    for await (const each of source.kind === 'library'
      ? madeTopics(source, topics, options)
      : readSource(source, options.databases, options.signal)) {
      options.signal?.throwIfAborted();
      tally.rows++;
      if (tally.rows % 2000 === 0) options.onProgress(`${source.name}: ${tally.rows} rows`);
      const topic = accepted(each, seen, tally, options);
      if (topic === undefined) continue;
      const id = uniqueId(topic.id, source.name, ids);
      const own = source.kind === 'library' || options.split === 'given' ? topic.split : undefined;
      topics.push({ topic: { ...topic, id, split: source.split ?? own }, tally });
      called.set(topic.id, [...(called.get(topic.id) ?? []), id]);
    }
    for (const each of topics.slice(first)) each.topic = renamed(each.topic, called);
  }
  return { topics, tallies };
}

/** A topic whose near-duplicates are named as they are called here. */
function renamed(topic: Topic, called: ReadonlyMap<string, readonly string[]>): Topic {
  const { nearDuplicateOf } = topic;
  if (nearDuplicateOf === undefined) return topic;
  return { ...topic, nearDuplicateOf: nearDuplicateOf.flatMap((id) => called.get(id) ?? [id]) };
}

function uniqueId(id: string, source: string, taken: Set<string>): string {
  let unique = taken.has(id) ? `${source}/${id}` : id;
  for (let i = 2; taken.has(unique); i++) unique = `${source}/${id}#${i}`;
  taken.add(unique);
  return unique;
}

function accepted(
  item: SourceItem,
  seen: Set<string>,
  tally: SourceTally,
  { tasks, variant }: GatherOptions,
): Topic | undefined {
  if (item.kind === 'excluded') {
    tally.exclude(item.reason, item.message);
    return undefined;
  }
  const { topic, place } = item;
  // BEIR and TREC judge a query once for each part.
  const key = `${topic.split ?? ''} ${topic.id}`;
  if (seen.has(key)) {
    tally.exclude(
      'duplicate-id',
      `${place}: the id ${topic.id} is that of a row before. Give every row an id of its own.`,
    );
    return undefined;
  }
  try {
    const task = tasks.get(topic.task);
    if (task === undefined) throw new RowError(`there is no task ${topic.task}.`);
    task.prompt(topic.input, variant);
    task.checkTarget(topic.target);
  } catch (error) {
    if (!(error instanceof RowError)) throw error;
    tally.exclude(error.code === 'no-relevant' ? 'no-relevant' : 'bad-row', `${place}: ${error.message}`);
    return undefined;
  }
  seen.add(key);
  return topic;
}

async function* madeTopics(
  source: Source,
  others: readonly GatheredTopic[],
  options: GatherOptions,
): AsyncGenerator<SourceItem> {
  const isTested = ({ split = 'train' }: Topic): boolean =>
    split === 'test' || (split === 'validation' && source.split !== 'validation');
  const forbidden =
    source.split === 'test'
      ? []
      : others.filter(({ topic }) => isTested(topic)).flatMap(({ topic }) => labelsOf(topic));
  const engine = await options.openLibrary(source.path);
  const { topics, heldOut } = await topicsFromLibrary(engine, source.name, {
    ...options.made,
    shares: source.split === undefined ? options.made.shares : undefined,
    heldOut: options.heldOut,
    forbidden,
    seed: options.seed,
    onProgress: (message) => options.onProgress(`${source.name}: ${message}`),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  for (let i = 0; i < heldOut; i++)
    yield {
      kind: 'excluded',
      reason: 'overlaps-held-out',
      message: `${source.name}: topics that share records with a topic that is held out were not made.`,
    };
  for (const topic of topics) yield { kind: 'topic', topic, place: topic.id };
}
