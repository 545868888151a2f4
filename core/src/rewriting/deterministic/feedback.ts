import { anyTextZone, PlaceList } from '../../corpus/index.ts';
import type { Thesaurus } from '../../mesh/index.ts';
import { commonWords } from './commonWords.ts';
import { headingExpression } from './concepts.ts';
import type { Feature } from './feature.ts';
import type { Vocabulary } from './vocabulary.ts';
import { wordKey } from './wordForms.ts';

/** A term that the records of a feedback set have more often than others. */
export interface FeedbackTerm {
  readonly feature: Feature;
  /** Share of the feedback set, by weight, that has it, 0..1. */
  readonly share: number;
}

/** A record that is taken to be relevant. */
export interface FeedbackRecord {
  readonly doc: number;
  /** 1 for a record of the ranking's head, more for a known relevant one. */
  readonly weight: number;
}

/** Least share of the feedback set that a term must have. */
const leastShare = 0.15;
/** Terms of more than this share of all records tell little. */
const mostOfAll = 0.18;

/**
 * The `limit` most over-represented terms of `records`: words, pairs of neighbouring words, headings. The measure is
 * p log(p / q), the term's part in the Kullback-Leibler divergence of the feedback set (share p) from all records (share q)
 * (Carpineto et al., ACM TOIS 2001; 19: 1-27). That a record has no MeSH is never a term.
 */
export function feedbackTerms(
  records: readonly FeedbackRecord[],
  vocabulary: Vocabulary,
  thesaurus: Thesaurus | undefined,
  limit: number,
): readonly FeedbackTerm[] {
  const total = records.reduce((sum, { weight }) => sum + weight, 0);
  const least = Math.max(leastShare * total, Math.min(2, total));
  const found: { term: FeedbackTerm; measure: number }[] = [];
  const consider = (weight: number, make: () => Feature): void => {
    if (weight < least - 1e-9) return;
    const feature = make();
    const share = weight / total;
    const ofAll = feature.count / vocabulary.index.documentCount;
    if (feature.count === 0 || ofAll > mostOfAll || share < 2 * ofAll) return;
    found.push({ term: { feature, share }, measure: share * Math.log(share / ofAll) });
  };
  const words = weigh(records, ({ doc }) => {
    const all = vocabulary.index.termsOf(doc).words;
    const known = new Set(all);
    return all.filter((word) => isTopical(word) && !isJoined(word, known)).map(wordKey);
  });
  for (const [key, weight] of words)
    consider(weight, () => feature('word', vocabulary.forms(key)[0] ?? key, vocabulary.word(key)));
  const frequent = new Set([...words].filter(([, weight]) => weight >= least - 1e-9).map(([key]) => key));
  for (const [pair, weight] of weigh(records, neighbours(records, vocabulary, frequent)))
    consider(weight, () => {
      const expression = vocabulary.phrase(pair.split(' '));
      return feature('phrase', nameOf(expression.terms[0] ?? pair), expression);
    });
  for (const [key, weight] of weigh(records, ({ doc }) => vocabulary.index.termsOf(doc).headings))
    consider(weight, () => {
      const name = thesaurus?.byTerm(key)?.name ?? key.charAt(0).toUpperCase() + key.slice(1);
      return feature('heading', name, headingExpression(name, 'mh', vocabulary.index, thesaurus));
    });
  return found
    .sort((a, b) => b.measure - a.measure || (a.term.feature.name < b.term.feature.name ? -1 : 1))
    .slice(0, limit)
    .map(({ term }) => term);
}

function feature(
  kind: Feature['kind'],
  name: string,
  expression: Omit<Feature, 'kind' | 'name' | 'source'>,
): Feature {
  return { kind, name, source: 'feedback', ...expression };
}

function nameOf(term: string): string {
  return term.replace(/\[\w+\]$/u, '').replaceAll('"', '');
}

function isTopical(word: string): boolean {
  return word.length > 2 && !/^\d+$/u.test(word) && !commonWords.has(word);
}

/**
 * Whether the index has the word only because a hyphen stands in it: `controlledrelease` beside `controlled` and `release` in the
 * same record. The two words are found on their own.
 */
function isJoined(word: string, known: ReadonlySet<string>): boolean {
  for (let at = 1; at <= word.length - 3; at++)
    if (word.slice(0, at) !== 'a' && known.has(word.slice(0, at)) && known.has(word.slice(at))) return true;
  return false;
}

/** Sum of the weights of the records that have a term. */
function weigh(
  records: readonly FeedbackRecord[],
  termsOf: (record: FeedbackRecord) => Iterable<string>,
): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const record of records)
    for (const term of new Set(termsOf(record))) weights.set(term, (weights.get(term) ?? 0) + record.weight);
  return weights;
}

/** For each record the pairs of neighbouring words, both of `keys`, as keys with a space between. */
function neighbours(
  records: readonly FeedbackRecord[],
  vocabulary: Vocabulary,
  keys: ReadonlySet<string>,
): (record: FeedbackRecord) => Iterable<string> {
  const { text } = vocabulary.index;
  const docs = Uint32Array.from(new Set(records.map(({ doc }) => doc))).sort();
  const wordAt = new Map(Array.from(docs, (doc) => [doc, new Map<number, string>()]));
  for (const key of keys)
    for (const form of vocabulary.forms(key)) {
      const term = text.find(form);
      if (term < 0) continue;
      const found = new PlaceList();
      text.collectPlaces(term, anyTextZone, docs, found);
      for (let i = 0; i < found.length; i++) {
        const words = wordAt.get(docs[found.ranks[i] ?? 0] ?? 0);
        const place = found.places[i] ?? 0;
        // A hyphenated word stands at the place of its last part: the part counts.
        if (words !== undefined && (words.get(place)?.length ?? Infinity) > key.length) words.set(place, key);
      }
    }
  return ({ doc }) => {
    const words = wordAt.get(doc) ?? new Map<number, string>();
    const pairs: string[] = [];
    for (const [place, first] of words) {
      const second = words.get(place + 1);
      if (second !== undefined && second !== first && !isItsAcronym(first, second))
        pairs.push(`${first} ${second}`);
    }
    return pairs;
  };
}

/** `lavage bal`: the second word is the acronym that follows in brackets, since its last letter is the first word's initial. */
function isItsAcronym(first: string, second: string): boolean {
  return second.length <= 5 && second.at(-1) === first.charAt(0);
}
