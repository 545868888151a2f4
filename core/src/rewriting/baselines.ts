import type { CitationIndex } from '../corpus/index.ts';
import { stopwords } from '../pubmed/index.ts';
import { topicOf, wordsOf } from './deterministic/index.ts';

/**
 * What people type first: the words of the title, all of them wanted; stop words are left out, and so are the parts that name only
 * the kind of article. The rewriter `original` of evaluations. Undefined when the title has no words.
 */
export function titleWordsQuery(title: string): string | undefined {
  const words = distinctWords(title).map((word) => `${word}[tiab]`);
  return words.length === 0 ? undefined : words.join(' AND ');
}

/** The three rarest words of the title that `index` has, joined by OR: the rewriter `rarest` of evaluations. */
export function rarestWordsQuery(title: string, index: CitationIndex): string | undefined {
  const rarest = distinctWords(title)
    .map((word) => ({ word, count: index.documentFrequency('tiab', word) }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => a.count - b.count || (a.word < b.word ? -1 : 1))
    .slice(0, 3);
  return rarest.length === 0 ? undefined : rarest.map(({ word }) => `${word}[tiab]`).join(' OR ');
}

/** Words that PubMed reads as operators wherever they stand: `or[tiab]` is an error. */
const operators: ReadonlySet<string> = new Set(['and', 'or', 'not']);

function distinctWords(title: string): readonly string[] {
  const words = wordsOf(topicOf({ title, seeds: [] }).title)
    .map(({ word }) => word)
    .filter((word) => !operators.has(word));
  const telling = words.filter((word) => word.length > 1 && !stopwords.has(word));
  return [...new Set(telling.length > 0 ? telling : words)];
}
