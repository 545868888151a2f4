import { DocSet } from '../../corpus/index.ts';
import { MINIMUM_STEM } from '../../pubmed/index.ts';
import type { Vocabulary } from '../deterministic/vocabulary.ts';
import { wordKey } from '../deterministic/wordForms.ts';

/** A truncated word that finds more than the word's own forms, and what it stands for here. */
export interface Truncation {
  /** `randomi*[tiab]`. */
  readonly term: string;
  /** The words of the records that it stands for, most frequent first. */
  readonly words: readonly string[];
  readonly docs: DocSet;
  /** Records that it finds and the forms of the word do not; how many of them are of words that have nothing to do with it. */
  readonly adds: number;
  readonly unrelated: number;
}

/** A stem that begins more words than this is a syllable. */
const mostWords = 120;
/** The part of the word that a stem keeps: `hypert*` is no stem of `hypertension`. */
const leastPart = 0.54;
/** Of stems that add nearly the same, the longest is read best: `surgi*` for `surgical`, not `surg*`. */
const nearly = 0.95;
/** A word is related when it stands in records with the word itself so many times as often as chance has it. */
const leastLift = 4;
/** Records of unrelated words, for each of a related one. */
const mostUnrelated = 0.2;

/**
 * The truncation of a word that adds most and does not flood: at least four characters before the star (PubMed ignores it
 * otherwise), and the words that it stands for occur beside the word, or with `context`, as often as the word does. Undefined when none.
 * @param word as it is written in a query
 * @param context the records that the rest of the query, or the topic, finds
 */
export function truncationOf(word: string, vocabulary: Vocabulary, context?: DocSet): Truncation | undefined {
  const lower = word.toLowerCase();
  if (!/^[a-z]+$/u.test(lower)) return undefined;
  const { index } = vocabulary;
  const key = wordKey(lower);
  const own = vocabulary.word(key);
  if (own.count === 0) return undefined;
  const least = Math.max(MINIMUM_STEM, Math.ceil(leastPart * lower.length));
  const all: Judged[] = [];
  for (let length = least; length < lower.length; length++) {
    const stem = lower.slice(0, length);
    const found = index.wordsWithPrefix(stem, mostWords + 1);
    const judged = found.length > mostWords ? undefined : judge(stem, found, key, vocabulary, context);
    if (judged !== undefined) all.push(judged);
  }
  const best = Math.max(0, ...all.map(({ useful }) => useful));
  return all.findLast(({ useful }) => useful >= nearly * best)?.truncation;
}

interface Judged {
  readonly truncation: Truncation;
  /** Records that it adds by related words, of the context where there is one. */
  readonly useful: number;
}

function judge(
  stem: string,
  found: readonly { readonly word: string; readonly documents: number }[],
  key: string,
  vocabulary: Vocabulary,
  context: DocSet | undefined,
): Judged | undefined {
  const { index } = vocabulary;
  const own = vocabulary.word(key);
  const related = own.docs.clone();
  const unrelated = new DocSet(index.documentCount);
  for (const { word } of found) {
    if (wordKey(word) === key) continue;
    const docs = index.docsOfTerm('tiab', word);
    (isRelated(docs, own.docs, context) ? related : unrelated).addAll(docs);
  }
  const docs = index.docsOfTerm('tiab', `${stem}*`);
  const adds = docs.andNot(own.docs).count();
  const stray = unrelated.andNot(related).count();
  const wanted = related.andNot(own.docs);
  const useful = context === undefined ? wanted.count() : wanted.countCommon(context);
  if (useful === 0 || stray > mostUnrelated * (adds - stray)) return undefined;
  const words = [...found].sort((a, b) => b.documents - a.documents).map(({ word }) => word);
  return { truncation: { term: `${stem}*[tiab]`, words, docs, adds, unrelated: stray }, useful };
}

/** Whether records with a word are about what records with the other word are about. */
function isRelated(docs: DocSet, own: DocSet, context: DocSet | undefined): boolean {
  const count = docs.count();
  const expected = (count * own.count()) / docs.size;
  if (docs.countCommon(own) >= Math.max(1, leastLift * expected)) return true;
  if (context === undefined) return false;
  const share = own.countCommon(context) / own.count();
  return share > 0 && docs.countCommon(context) >= 0.5 * share * count;
}
