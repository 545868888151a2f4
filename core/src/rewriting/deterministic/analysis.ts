import type { CitationIndex } from '../../corpus/index.ts';
import type { Thesaurus } from '../../mesh/index.ts';
import type { RewriteRequest } from '../proposal.ts';
import { chancesOf } from './chances.ts';
import { conceptFeature, isContradicted } from './concepts.ts';
import { mentionsIn } from './conceptMatching.ts';
import type { Worth } from './cover.ts';
import type { Feature } from './feature.ts';
import { addScore, idf, topDocuments } from './feature.ts';
import type { FeedbackTerm } from './feedback.ts';
import { feedbackTerms } from './feedback.ts';
import { bm25, topicKeys } from './ranking.ts';
import type { StudyDesign } from './studyDesign.ts';
import { studyDesigns } from './studyDesign.ts';
import type { Topic } from './topic.ts';
import { topicOf } from './topic.ts';
import { Vocabulary } from './vocabulary.ts';

/** Where the deterministic rewriter looks: an index, and MeSH when there is one. */
export interface CitationSource {
  readonly index: CitationIndex;
  readonly thesaurus: Thesaurus | undefined;
  /** For edits: what was published later is not found, yyyy-mm-dd. */
  readonly until?: string;
}

/** What is known of a topic before queries are made of it. */
export interface Analysis {
  readonly topic: Topic;
  /** What queries may be made of, those that the topic names first. */
  readonly features: readonly Feature[];
  /** For recall: about 1 for the best record, falling with the score to the last one of the head; more for a seed. */
  readonly worth: Worth;
  /** For precision: the chance of each document to be relevant, 0..1; 1 for a seed. */
  readonly chances: Worth;
  /** Concepts that the PICO names but the head of the ranking does not have: left out. */
  readonly dropped: readonly Feature[];
  /** Kinds of study that the topic asks for, and kinds that reviews leave out. */
  readonly designs: readonly StudyDesign[];
  /** Number of records that the feedback was learnt from, and how many of them are seeds. */
  readonly learntFrom: number;
  readonly seedsUsed: number;
}

/*
 * Weights are those of the recipe that was found on other runs over the same library; what was added since was chosen on surfaces that are flat
 * (docs/evaluation.md).
 */
const conceptWeight = 2;
const detailConceptWeight = 0.6;
/** Log odds of a study's kind, as a share of the best score: once before the feedback, once more where precision counts. */
const designBefore = 0.15;
const designAfter = 0.1;
/** The ranking's first records that are learnt from; the first counts 1, and each a fiftieth less than the one before. */
const feedbackRecords = 50;
/** Terms that rank, and of them those that queries are made of. */
const rankingTerms = 120;
const queryTerms = 40;
const feedbackWeight = 2;
/** Concepts of more than this share of all records separate nothing. */
const mostOfAll = 0.12;
/** A seed counts as much as so many first records of the ranking. */
const seedWeight = 2;
/**
 * What the seeds alone teach: so many terms, of which so many make queries, with so much weight. They stand beside what both teach, so that a
 * handful of seeds adds to a ranking that was good without them and does not take its place.
 */
const seedTerms = 60;
const seedQueryTerms = 20;
const seedTermsWeight = 0.5;
/** Worth of a seed; the best record of the ranking is worth about 1. More would buy seeds with what is like them. */
const seedWorth = 1.5;
/** Worth of the last record of the head, so that all of it counts. */
const leastWorth = 0.02;
/** The records in which concepts and kinds of study must show. */
const closest = 50;

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
  const designs = studyDesigns(topic, topDocuments(base, closest), vocabulary, thesaurus);
  addDesigns(base, designs, designBefore);
  const first = topDocuments(
    base,
    Math.min(feedbackRecords, Math.max(5, Math.round(index.documentCount / 20))),
  );
  const learnt = [
    ...seeds.map((doc) => ({ doc, weight: seedWeight })),
    ...first
      .map((doc, rank) => ({ doc, weight: 1 - rank / first.length }))
      .filter(({ doc }) => !seeds.includes(doc)),
  ];
  if (learnt.length === 0) return undefined;
  const feedback = feedbackTerms(learnt, vocabulary, thesaurus, rankingTerms);
  const taught = feedbackTerms(
    seeds.map((doc) => ({ doc, weight: 1 })),
    vocabulary,
    thesaurus,
    seedTerms,
  );
  const scores = base.slice();
  const add = (terms: readonly FeedbackTerm[], weight: number): void => {
    for (const { feature, share } of terms)
      addScore(scores, feature.docs, weight * share * idf(feature.count, index.documentCount));
  };
  add(feedback, feedbackWeight);
  add(taught, seedTermsWeight);
  const head = topDocuments(scores, budget);
  const [kept, dropped] = guard(concepts, head.slice(0, closest), index.documentCount);
  return {
    topic,
    features: distinct([
      ...kept,
      ...titleWords(topic, vocabulary),
      ...feedback.slice(0, queryTerms).map(({ feature }) => feature),
      ...taught.slice(0, seedQueryTerms).map(({ feature }) => feature),
    ]),
    worth: worthOf(head, scores, seeds),
    chances: chancesWith(designs, scores, seeds),
    dropped,
    designs,
    learntFrom: learnt.length,
    seedsUsed: seeds.length,
  };
}

/** Adds the log odds of designs, in shares of the best score, to the records that have a score. */
function addDesigns(scores: Float64Array, designs: readonly StudyDesign[], share: number): void {
  const best = scores.reduce((most, score) => Math.max(most, score), 0);
  for (const { feature, logOdds } of designs)
    feature.docs.forEach((doc) => {
      const score = scores[doc] ?? 0;
      if (score > 0) scores[doc] = Math.max(Number.MIN_VALUE, score + logOdds * share * best);
    });
}

function chancesWith(designs: readonly StudyDesign[], scores: Float64Array, seeds: readonly number[]): Worth {
  const precise = scores.slice();
  addDesigns(precise, designs, designAfter);
  const chances = chancesOf(precise);
  for (const doc of seeds) chances[doc] = 1;
  return chances;
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
