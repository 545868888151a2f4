import type { CitationIndex } from '../../corpus/index.ts';
import type { Thesaurus } from '../../mesh/index.ts';
import type { RewriteRequest } from '../proposal.ts';
import { conceptFeature, isContradicted } from './concepts.ts';
import { mentionsIn } from './conceptMatching.ts';
import type { Worth } from './cover.ts';
import type { Feature } from './feature.ts';
import { addScore, idf, topDocuments } from './feature.ts';
import type { FeedbackTerm } from './feedback.ts';
import { feedbackTerms } from './feedback.ts';
import { bm25, topicKeys } from './ranking.ts';
import type { Topic } from './topic.ts';
import { topicOf } from './topic.ts';
import { Vocabulary } from './vocabulary.ts';

/** Where the deterministic rewriter looks: an index, and MeSH when there is one. */
export interface CitationSource {
  readonly index: CitationIndex;
  readonly thesaurus: Thesaurus | undefined;
}

/** What is known of a topic before queries are made of it. */
export interface Analysis {
  readonly topic: Topic;
  /** What queries may be made of, those that the topic names first. */
  readonly features: readonly Feature[];
  readonly worth: Worth;
  /** Documents of the ranking's head, best first, seeds where the ranking has them. */
  readonly head: readonly number[];
  /** Concepts that the PICO names but the head of the ranking does not have: left out. */
  readonly dropped: readonly Feature[];
  readonly feedback: readonly FeedbackTerm[];
  /** Number of records that the feedback was learnt from, and how many of them are seeds. */
  readonly learntFrom: number;
  readonly seedsUsed: number;
}

/*
 * The settings are those of the recipe that was found on other runs over the same library, not the best of a search: around them the
 * figures are flat (docs/evaluation.md).
 */
const conceptWeight = 2;
const detailConceptWeight = 0.6;
const feedbackRecords = 30;
const feedbackLimit = 40;
const feedbackWeight = 2;
/** Concepts of more than this share of all records separate nothing. */
const mostOfAll = 0.12;
/** A seed counts as much as so many records of the ranking's head. */
const seedWeight = 2;
/** Worth of a seed; the best record of the ranking is worth about 1. */
const seedWorth = 5;
/** Worth of the last record of the head, so that all of it counts. */
const leastWorth = 0.02;

/**
 * Ranks the library by the topic, learns from the head of the ranking (and the seeds), ranks again, and says which records are
 * worth finding and what they could be found by. Undefined when nothing of the topic occurs in the library.
 * @param budget the head that counts has so many records
 */
export function analyse(
  request: RewriteRequest,
  source: CitationSource,
  budget: number,
): Analysis | undefined {
  const { index, thesaurus } = source;
  const vocabulary = Vocabulary.of(index);
  const topic = topicOf(request);
  const seeds = [...new Set(request.seeds)].map((id) => index.docOf(id)).filter((doc) => doc !== undefined);
  const base = bm25(vocabulary, topic);
  const concepts = findConcepts(topic, vocabulary, thesaurus);
  for (const concept of concepts)
    addScore(
      base,
      concept.docs,
      (concept.source === 'topic' ? conceptWeight : detailConceptWeight) *
        idf(concept.count, index.documentCount),
    );
  const first = topDocuments(
    base,
    Math.min(feedbackRecords, Math.max(5, Math.round(index.documentCount / 20))),
  );
  const learnt = [
    ...seeds.map((doc) => ({ doc, weight: seedWeight })),
    ...first.filter((doc) => !seeds.includes(doc)).map((doc) => ({ doc, weight: 1 })),
  ];
  if (learnt.length === 0) return undefined;
  const feedback = feedbackTerms(learnt, vocabulary, thesaurus, feedbackLimit);
  const scores = base.slice();
  for (const { feature, share } of feedback)
    addScore(scores, feature.docs, feedbackWeight * share * idf(feature.count, index.documentCount));
  const head = topDocuments(scores, budget);
  const [kept, dropped] = guard(concepts, head.slice(0, 50), index.documentCount);
  return {
    topic,
    features: distinct([
      ...kept,
      ...titleWords(topic, vocabulary),
      ...feedback.map(({ feature }) => feature),
    ]),
    worth: worthOf(head, scores, seeds),
    head,
    dropped,
    feedback,
    learntFrom: learnt.length,
    seedsUsed: seeds.length,
  };
}

function findConcepts(
  topic: Topic,
  vocabulary: Vocabulary,
  thesaurus: Thesaurus | undefined,
): readonly Feature[] {
  if (thesaurus === undefined) return [];
  const found = new Map<string, Feature>();
  for (const source of ['topic', 'details'] as const)
    for (const { descriptor, text, words } of mentionsIn(
      source === 'topic' ? topic.title : topic.details,
      thesaurus,
    ))
      if (
        !found.has(descriptor.ui) &&
        !(words === 1 && isContradicted(text, descriptor, vocabulary, thesaurus))
      )
        found.set(descriptor.ui, conceptFeature(descriptor, vocabulary, thesaurus, source));
  const most = mostOfAll * vocabulary.index.documentCount;
  return [...found.values()].filter(({ count }) => count > 0 && (count <= most || most < 40));
}

/**
 * Concepts of the PICO stay only when the head of the ranking has them three times as often as the library: a long PICO names
 * much that is not the topic, and acronyms that mean something else.
 */
function guard(
  concepts: readonly Feature[],
  head: readonly number[],
  size: number,
): readonly [readonly Feature[], readonly Feature[]] {
  const isUsed = ({ source, docs, count }: Feature): boolean => {
    if (source === 'topic') return true;
    const share = head.filter((doc) => docs.has(doc)).length / Math.max(1, head.length);
    return share >= 0.06 && share >= (3 * count) / size;
  };
  return [concepts.filter(isUsed), concepts.filter((concept) => !isUsed(concept))];
}

function titleWords(topic: Topic, vocabulary: Vocabulary): readonly Feature[] {
  return topicKeys(topic.title)
    .filter((key) => key.length > 2 && !/^\d+$/u.test(key))
    .map((key): Feature => ({
      kind: 'word',
      name: vocabulary.forms(key)[0] ?? key,
      source: 'topic',
      ...vocabulary.word(key),
    }))
    .filter(({ count }) => count > 0);
}

/** Features without those that find just what an earlier one finds. */
function distinct(features: readonly Feature[]): readonly Feature[] {
  const kept: Feature[] = [];
  for (const feature of features) {
    const isTwin = kept.some(({ count, docs }) => count === feature.count && docs.equals(feature.docs));
    if (!isTwin) kept.push(feature);
  }
  return kept;
}

function worthOf(head: readonly number[], scores: Float64Array, seeds: readonly number[]): Worth {
  const worth = new Float64Array(scores.length);
  const best = scores[head[0] ?? 0] ?? 0;
  const last = scores[head.at(-1) ?? 0] ?? 0;
  const span = best - last || 1;
  for (const doc of head) worth[doc] = ((scores[doc] ?? 0) - last) / span + leastWorth;
  for (const doc of seeds) worth[doc] = seedWorth;
  return worth;
}
