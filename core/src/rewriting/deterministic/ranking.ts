import type { Vocabulary } from './vocabulary.ts';
import { commonWords } from './commonWords.ts';
import { idf } from './feature.ts';
import type { Topic } from './topic.ts';
import { wordsOf } from './topic.ts';
import { wordKey } from './wordForms.ts';

/** Parameters of BM25 as the literature has them (Robertson & Zaragoza 2009). */
const k1 = 1.2;
const b = 0.75;

/** How much a word of the PICO counts beside one of the title. */
const detailsWeight = 0.3;

/** Keys of the words that carry a text's topic, each once, in the order of the text. Numbers alone are no topic. */
export function topicKeys(text: string): readonly string[] {
  const keys = new Set<string>();
  for (const { word, isNegated } of wordsOf(text))
    if (word.length > 1 && !commonWords.has(word) && !isNegated) keys.add(wordKey(word));
  return [...keys].some((key) => !/^\d+$/u.test(key)) ? [...keys] : [];
}

/** BM25 of every document for the words of the title and, with less weight, of the details. Forms of a word count as one. */
export function bm25(vocabulary: Vocabulary, topic: Topic): Float64Array {
  const { index } = vocabulary;
  const weights = new Map<string, number>();
  for (const key of topicKeys(topic.title)) weights.set(key, 1);
  for (const key of topicKeys(topic.details)) weights.set(key, (weights.get(key) ?? 0) + detailsWeight);
  const scores = new Float64Array(index.documentCount);
  const average = Math.max(1, index.averageDocumentLength);
  for (const [key, weight] of weights) {
    const { count } = vocabulary.word(key);
    if (count === 0) continue;
    const gain = weight * idf(count, index.documentCount) * (k1 + 1);
    for (const [doc, frequency] of frequencies(vocabulary, key)) {
      const length = k1 * (1 - b + (b * index.documentLength(doc)) / average);
      scores[doc] = (scores[doc] ?? 0) + (gain * frequency) / (frequency + length);
    }
  }
  return scores;
}

function frequencies(vocabulary: Vocabulary, key: string): Iterable<readonly [number, number]> {
  const total = new Map<number, number>();
  for (const form of vocabulary.forms(key)) {
    const { docs, frequencies } = vocabulary.index.postings('tiab', form);
    docs.forEach((doc, i) => total.set(doc, (total.get(doc) ?? 0) + (frequencies[i] ?? 0)));
  }
  return total;
}
