import { stopwords } from '../../pubmed/index.ts';
import { SearchError } from '../../search/index.ts';
import type { RankedEngine } from '../../search/index.ts';
import { need } from '../task.ts';
import type { Passages } from '../world.ts';
import { wordsOf } from './loopholes.ts';

/** Where a baseline looks: an index of words, and the texts that it ranks. */
interface BaselineWorld {
  readonly ranking: RankedEngine;
  readonly passages?: Passages;
}

/**
 * Writes a query for a question without a model; undefined where it has none to offer.
 * @throws SearchError when the world has no answer
 */
export type RankedBaseline = (
  question: string,
  world: BaselineWorld,
  signal?: AbortSignal,
) => Promise<string | undefined>;

export type RankedBaselineName = 'original' | 'rarest' | 'deterministic';

/** What evaluations compare models with in tasks that rank. The same question on the same library always gives the same query. */
export const rankedBaselines: Readonly<Record<RankedBaselineName, RankedBaseline>> = {
  /** The question as it is. */
  original: async (question) => (question.trim() === '' ? undefined : question.trim()),
  rarest,
  deterministic: feedback,
};

const rarestWords = 3;

/** The three rarest words of the question that the index knows, each once; of equally rare ones the first by the alphabet. */
async function rarest(
  question: string,
  { ranking }: BaselineWorld,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const counted = await counts(telling(question), ranking, signal);
  const known = counted.filter(({ count }) => count > 0);
  const chosen = known
    .sort((a, b) => a.count - b.count || (a.word < b.word ? -1 : 1))
    .slice(0, rarestWords)
    .map(({ word }) => word);
  return chosen.length === 0 ? undefined : chosen.join(' ');
}

/** Texts that are taken for relevant, words that are looked at more closely, and words that are added to the question. */
const feedbackTexts = 10;
const candidateWords = 40;
const addedWords = 10;
/** How often the question is said beside what is added: its own words must not drown. */
const questionWeight = 2;

/**
 * Pseudo-relevance feedback: the question twice, and the ten words that the first ten texts have more often than the library has. Weight of a
 * word: the share of those texts that have it times ln(1 + n/df), the inverse document frequency with n the most frequent candidate's df, since a
 * ranking does not tell how many records it has. (Rocchio's idea with binary weights; Manning, Raghavan & Schütze 2008, chapter 9.1.)
 */
async function feedback(
  question: string,
  { ranking, passages }: BaselineWorld,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const held = need(passages, 'texts of the records that are ranked', 'Name a library with --corpus.');
  const hits = await hitsOf(question, feedbackTexts, ranking, signal);
  if (hits === undefined) return undefined;
  const found = await held.texts(hits.ids, signal);
  const own = new Set(wordsOf(question));
  const shares = new Map<string, number>();
  for (const text of found)
    for (const word of new Set(telling(text ?? '')))
      if (!own.has(word)) shares.set(word, (shares.get(word) ?? 0) + 1);
  const candidates = [...shares]
    .filter(([word, share]) => share > 1 && word.length > 2 && !/^\d+$/u.test(word))
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, candidateWords)
    .map(([word]) => word);
  const counted = (await counts(candidates, ranking, signal)).filter(({ count }) => count > 0);
  const most = Math.max(1, ...counted.map(({ count }) => count));
  const added = counted
    .map(({ word, count }) => ({ word, weight: (shares.get(word) ?? 0) * Math.log(1 + most / count) }))
    .sort((a, b) => b.weight - a.weight || (a.word < b.word ? -1 : 1))
    .slice(0, addedWords)
    .map(({ word }) => word);
  return [...Array.from({ length: questionWeight }, () => question.trim()), ...added].join(' ');
}

/** Words that may name a topic, each once. */
function telling(text: string): readonly string[] {
  return [...new Set(wordsOf(text))].filter((word) => !stopwords.has(word));
}

interface Counted {
  readonly word: string;
  /** Records that have it, or another form of it. */
  readonly count: number;
}

async function counts(
  words: readonly string[],
  ranking: RankedEngine,
  signal?: AbortSignal,
): Promise<Counted[]> {
  const counted: Counted[] = [];
  for (const word of words)
    counted.push({ word, count: (await hitsOf(word, 1, ranking, signal))?.count ?? 0 });
  return counted;
}

/** Undefined for a text without a word to rank by. */
async function hitsOf(
  text: string,
  limit: number,
  ranking: RankedEngine,
  signal?: AbortSignal,
): Promise<{ readonly ids: readonly string[]; readonly count: number } | undefined> {
  try {
    const { hits, count } = await ranking.rank(text, {
      limit,
      ...(signal === undefined ? {} : { signal }),
    });
    return { ids: hits.map(({ id }) => id), count };
  } catch (error) {
    if (error instanceof SearchError && error.code === 'rejected') return undefined;
    throw error;
  }
}
