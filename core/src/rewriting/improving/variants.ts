import type { DocSet } from '../../corpus/index.ts';
import type { TermNode } from '../../pubmed/index.ts';
import { editDistance } from '../../text/index.ts';
import type { CitationSource } from '../deterministic/analysis.ts';
import { conceptFeature } from '../deterministic/concepts.ts';
import { mentionsIn } from '../deterministic/conceptMatching.ts';
import { wordsOf } from '../deterministic/topic.ts';
import { textTerm, Vocabulary } from '../deterministic/vocabulary.ts';
import { wordKey } from '../deterministic/wordForms.ts';
import { abbreviationsOf, longFormsOf, mayBeAbbreviation } from './abbreviations.ts';
import { truncationOf } from './truncation.ts';

/** Something that stands for the same as a term. */
export interface Variant {
  /** Search terms, joined by OR. */
  readonly terms: readonly string[];
  /**
   * `form`: number and spelling; `hyphen`: written as one word or two; `misspelling`: as some records misspell it; `abbreviation`: short or long
   * form; `truncation`; `heading`: MeSH's headings and entry terms.
   */
  readonly kind: 'form' | 'hyphen' | 'misspelling' | 'abbreviation' | 'truncation' | 'heading';
  /** What there is to tell beside the terms, for people: what a truncation stands for. */
  readonly note?: string;
}

/** Fields in which a term is words of a text. */
const textFields = new Set([undefined, 'tiab', 'ti', 'tw', 'all']);

/** First parts of words that are written with a hyphen, a space or neither: `post-traumatic`. */
const detachable =
  /^(?:anti|auto|bi|bio|cardio|co|counter|cyber|electro|extra|gastro|hyper|hypo|immuno|inter|intra|macro|mal|meta|micro|mid|mini|multi|musculo|neo|neuro|non|over|para|peri|photo|poly|post|pre|pro|pseudo|psycho|radio|re|retro|self|semi|sub|super|tele|thrombo|trans|tri|ultra|under|uni|vaso)/u;

const mostMisspellings = 2;
/** Letters of a word that can be misspelt and still be told from others. */
const leastLetters = 8;

/**
 * What a term lacks beside it, by kind, best known first: forms, hyphenation, abbreviations and long forms, headings and entry terms of the
 * concept that it names, a truncation, misspellings. Only what occurs in the records. None for other fields than those of text and headings,
 * for truncated terms and for proximity.
 * @param context records that the rest of the query finds: what a truncation adds has to be found there as well
 */
export function variantsOf(
  { text, tag }: Pick<TermNode, 'text' | 'tag'>,
  source: CitationSource,
  context?: DocSet,
): readonly Variant[] {
  const { thesaurus } = source;
  const vocabulary = Vocabulary.of(source.index);
  if (tag?.proximity !== undefined || text.includes('*')) return [];
  const isHeading = tag?.field === 'mh' || tag?.field === 'majr';
  if (!isHeading && !textFields.has(tag?.field)) return [];
  const found: Variant[] = [];
  const keys = wordsOf(text).map(({ word }) => wordKey(word));
  if (!isHeading) found.push(...ofWords(text, keys, vocabulary, context));
  const [mention, ...others] = thesaurus === undefined ? [] : mentionsIn(text, thesaurus);
  const descriptor = isHeading
    ? thesaurus?.byTerm(text)
    : mention?.words === keys.length && others.length === 0
      ? mention.descriptor
      : undefined;
  if (thesaurus !== undefined && descriptor !== undefined)
    for (const term of conceptFeature(descriptor, vocabulary, thesaurus, 'topic').terms)
      found.push({ kind: 'heading', terms: [term] });
  const narrow = tag?.field === 'ti';
  return found.map((variant) =>
    narrow ? { ...variant, terms: variant.terms.map((term) => term.replace('[tiab]', '[ti]')) } : variant,
  );
}

function ofWords(
  text: string,
  keys: readonly string[],
  vocabulary: Vocabulary,
  context: DocSet | undefined,
): readonly Variant[] {
  const found: Variant[] = vocabulary.phrase(keys).terms.map((term) => ({ kind: 'form', terms: [term] }));
  for (const terms of rehyphenated(keys, vocabulary)) found.push({ kind: 'hyphen', terms });
  for (const { short, long, definitions } of abbreviationsOf(keys, vocabulary))
    found.push({
      kind: 'abbreviation',
      terms: [textTerm(short)],
      note: `${long} (${short}), ${definitions} times`,
    });
  const [only] = keys;
  if (only === undefined || keys.length > 1) return found;
  const word = text.trim().toLowerCase();
  if (looksAbbreviated(text.trim()))
    for (const { long } of longFormsOf(word, vocabulary))
      found.push({
        kind: 'abbreviation',
        terms: vocabulary.phrase(long.split(' ').map(wordKey)).terms,
        note: `${long} (${word})`,
      });
  const truncation = truncationOf(word, vocabulary, context);
  if (truncation !== undefined)
    found.push({
      kind: 'truncation',
      terms: [truncation.term],
      note: `${truncation.term.replace('[tiab]', '')} stands for ${truncation.words.slice(0, 6).join(', ')}`,
    });
  for (const wrong of misspellingsOf(word, vocabulary))
    found.push({ kind: 'misspelling', terms: [textTerm(wrong)] });
  return found;
}

/**
 * Whether a word is written like an abbreviation: in capitals, with a digit, or short with letters that make no syllables. Looking up each
 * short word of a long strategy would take seconds, and hardly one has a long form.
 */
function looksAbbreviated(written: string): boolean {
  const word = written.toLowerCase();
  if (!mayBeAbbreviation(word)) return false;
  if (/^[A-Z][A-Z0-9]+s?$/u.test(written) || /\d/u.test(word)) return true;
  // `copd`, `ptsd`, `uti`, `ra`; not `blood` or `hip`.
  return (
    word.length <= 5 &&
    (/[^aeiouy]{2}$/u.test(word)
      ? !/[aeiouy][^aeiouy]{2}$/u.test(word) || word.length <= 4
      : word.length <= 3)
  );
}

/** The words with two of them joined, or one of them parted where its first part can stand alone; only what occurs. */
export function rehyphenated(
  keys: readonly string[],
  vocabulary: Vocabulary,
): readonly (readonly string[])[] {
  const found: (readonly string[])[] = [];
  const consider = (words: readonly string[]): void => {
    if (words.every((word) => vocabulary.forms(word).length > 0)) {
      const { terms, count } = vocabulary.phrase(words);
      if (count > 0) found.push(terms);
    }
  };
  keys.forEach((key, i) => {
    const next = keys[i + 1];
    if (next !== undefined) consider([...keys.slice(0, i), wordKey(`${key}${next}`), ...keys.slice(i + 2)]);
    const first = detachable.exec(key)?.[0];
    const rest = key.slice(first?.length ?? 0);
    if (first !== undefined && rest.length >= 4)
      consider([...keys.slice(0, i), first, rest, ...keys.slice(i + 1)]);
  });
  return found;
}

/**
 * Words of the records that are `word` with one letter wrong and much rarer, most frequent first: `hemorrage`. Not what is a form of it, and
 * only what stands beside words of the same records.
 */
export function misspellingsOf(word: string, vocabulary: Vocabulary): readonly string[] {
  if (word.length < leastLetters || !/^[a-z]+$/u.test(word)) return [];
  const { index } = vocabulary;
  const own = vocabulary.word(wordKey(word));
  if (own.count < 20) return [];
  return index
    .wordsWithPrefix(word.slice(0, 3), 4000)
    .filter(({ word: other, documents }) => {
      if (other === word || documents < 2 || documents > 0.02 * own.count) return false;
      if (Math.abs(other.length - word.length) > 1 || wordKey(other) === wordKey(word)) return false;
      // The end carries meaning (`-ine`, `-ide`), the middle mistakes.
      return other.endsWith(word.slice(-3)) && editDistance(word, other) === 1;
    })
    .filter(({ word: other }) => vocabulary.word(wordKey(other)).count < 0.05 * own.count)
    .sort((a, b) => b.documents - a.documents || (a.word < b.word ? -1 : 1))
    .slice(0, mostMisspellings)
    .map(({ word: other }) => other);
}
