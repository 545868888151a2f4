import type { LocalEngine } from '@querent/core/connectors';
import type { CitationRecord } from '@querent/core/corpus';
import { linksOf } from '../links.ts';
import type { SplitOptions } from '../splits.ts';
import { splitTopics } from '../splits.ts';
import type { Topic } from '../topic.ts';
import { bySizeInTurn, TopicChooser } from './chooseTopics.ts';
import { headingTopics } from './headingTopics.ts';
import type { MadeTopic, MakingOptions } from './madeTopic.ts';
import { neighbourTopics } from './neighbourTopics.ts';
import { randomNumbers, shuffled } from './random.ts';

/** Records that are read at once. */
const AT_ONCE = 1000;
/** Neighbourhoods that are gathered for each one wanted, so that large ones, which are rare, are not missed. */
const GATHERED = 8;

/** What becomes of a library. */
export interface LibraryTopics {
  readonly topics: readonly Topic[];
  /** Topics that could have been made, by method, before those that resemble others were left out. */
  readonly candidates: { readonly headings: number; readonly neighbours: number };
  /** Topics left out because they overlap one that is held out. */
  readonly heldOut: number;
}

/**
 * Makes topics without labels from a citation library, for training where reviews are few: pairs of MeSH headings that records have as
 * major topics, and neighbourhoods of records by rare words (docs/datasets.md says what both are and are not). At most half of them are of
 * headings when there are enough of the others; sizes are mixed; no two share more than half of their records.
 * @param heldOut relevant records of topics that must not be trained on
 * @param overlap part of the smaller set that a made topic may share with each of them
 * @param forbidden records that no made topic may have
 * @param shares deals the topics out to train, validation and test, without records in common
 */
export async function topicsFromLibrary(
  engine: LocalEngine,
  source: string,
  options: MakingOptions & {
    readonly heldOut?: readonly (readonly string[])[];
    readonly overlap?: number;
    readonly forbidden?: readonly string[];
    readonly shares?: SplitOptions['shares'];
  },
): Promise<LibraryTopics> {
  const { count, seed, signal, onProgress, heldOut = [], overlap = 0.1, forbidden = [], shares } = options;
  const { index } = engine;
  const records: (CitationRecord | undefined)[] = [];
  for (let from = 0; from < index.documentCount; from += AT_ONCE) {
    signal?.throwIfAborted();
    const ids = Array.from({ length: Math.min(AT_ONCE, index.documentCount - from) }, (_, i) =>
      index.idOf(from + i),
    );
    const found = new Map(engine.records(ids).map((record) => [record.id, record]));
    for (const id of ids) records.push(found.get(id));
    await new Promise((resume) => setImmediate(resume));
  }
  onProgress?.(`${records.length} records read`);
  const docs = (ids: readonly string[]): ReadonlySet<number> =>
    new Set(ids.flatMap((id) => index.docOf(id) ?? []));
  const random = randomNumbers(seed);
  const pairs = headingTopics(records, engine.thesaurus, options, random);
  const inTurn = bySizeInTurn(shuffled(pairs, random), options.relevant[0]);
  const gathered: MadeTopic[] = [];
  for await (const topic of neighbourTopics(index, records, options, random)) {
    gathered.push(topic);
    if (gathered.length >= GATHERED * count) break;
  }
  onProgress?.(`${pairs.length} pairs of headings, ${gathered.length} neighbourhoods`);
  const neighbourhoods = bySizeInTurn(gathered, options.relevant[0]);
  const chooser = new TopicChooser(heldOut.map(docs), overlap, docs(forbidden));
  takeUpTo(chooser, inTurn, Math.ceil(count / 2));
  takeUpTo(chooser, neighbourhoods, count);
  takeUpTo(chooser, inTurn, count);
  const topics = chooser.chosen.map((made) => topicOf(made, source, (doc) => index.idOf(doc)));
  const candidates = { headings: pairs.length, neighbours: gathered.length };
  if (shares === undefined || shares[0] === 1)
    return { topics, candidates, heldOut: chooser.heldOutRefusals };

  // What falls out at the borders of the parts is made up for in train, with topics that keep away from the other parts.
  const { parts } = splitTopics(topics, linksOf(topics), { split: 'overlap', chains: 'cut', shares, seed });
  const kept = topics.flatMap((topic, i) => (parts[i] === undefined ? [] : [{ ...topic, split: parts[i] }]));
  const tested = kept
    .filter(({ split }) => split !== 'train')
    .flatMap(({ target }) => target.relevant as string[]);
  const refill = new TopicChooser(heldOut.map(docs), overlap, docs([...forbidden, ...tested]));
  for (const [i, made] of chooser.chosen.entries()) if (parts[i] === 'train') refill.take(made);
  const before = refill.chosen.length;
  takeUpTo(refill, [...inTurn, ...neighbourhoods], before + count - kept.length);
  const more = refill.chosen.slice(before).map((made) => topicOf(made, source, (doc) => index.idOf(doc)));
  return {
    topics: [...kept, ...more.map((topic) => ({ ...topic, split: 'train' as const }))],
    candidates,
    heldOut: chooser.heldOutRefusals,
  };
}

function takeUpTo(chooser: TopicChooser, topics: readonly MadeTopic[], count: number): void {
  for (const topic of topics) {
    if (chooser.chosen.length >= count) return;
    chooser.take(topic);
  }
}

function topicOf(made: MadeTopic, source: string, idOf: (doc: number) => string): Topic {
  return {
    id: `${source}/${made.method}/${made.key}`,
    task: 'publication',
    input: { title: made.title },
    target: { relevant: made.docs.map(idOf) },
    source: `${source}-${made.method}`,
  };
}
