import type { DocSet } from '../../corpus/index.ts';
import type { Thesaurus } from '../../mesh/index.ts';
import type { CitationSource } from '../deterministic/analysis.ts';
import { commonWords } from '../deterministic/commonWords.ts';
import { headingExpression } from '../deterministic/concepts.ts';
import { Vocabulary } from '../deterministic/vocabulary.ts';
import type { Expression } from '../deterministic/vocabulary.ts';
import { wordKey } from '../deterministic/wordForms.ts';
import { isGeneralHeading } from './generalHeadings.ts';
import { truncationOf } from './truncation.ts';
import { wordSequences } from './wordSequences.ts';

/** Something that known relevant records have and that could be searched for. */
export interface Candidate extends Expression {
  readonly kind: 'heading' | 'word' | 'phrase' | 'truncation';
  /** For people: the heading, the word, the phrase. */
  readonly name: string;
  /** The records that it was found in. */
  readonly support: number;
}

/** Terms of more than this share of all records tell little. */
const mostOfAll = 0.12;
/** Headings above those of the records, at most of this share of all: `Neoplasms` floods. */
const mostOfParents = 0.03;
/** Records that are read; more of the same topic bring hardly a new word. */
const mostRead = 40;
const longestPhrase = 4;
/** Phrases are looked up one by one. */
const mostPhrases = 500;
/** Words that stand side by side in fewer records do so by chance. */
const leastOfPhrase = 4;

/**
 * What the records `docs` could be found by: their words in all forms, phrases of their titles, phrases that several have or MeSH knows,
 * truncations, headings and the headings above. In no order of worth, the same every time.
 */
export function candidatesOf(docs: readonly number[], source: CitationSource): readonly Candidate[] {
  const { index, thesaurus } = source;
  const vocabulary = Vocabulary.of(index);
  const read = docs.slice(0, mostRead);
  const words = new Map<string, Set<number>>();
  const phrases = new Map<string, { readonly docs: Set<number>; isTelling: boolean }>();
  for (const [doc, sequence] of wordSequences(index, read)) {
    const title = sequence.indexOf('') < 0 ? sequence.length : sequence.indexOf('');
    sequence.forEach((word, at) => {
      if (!isTopical(word)) return;
      note(words, wordKey(word), doc);
      for (let size = 2; size <= longestPhrase && at + size <= sequence.length; size++) {
        const run = sequence.slice(at, at + size);
        if (run.includes('')) break;
        if (!isTopical(run.at(-1) ?? '')) continue;
        const text = run.join(' ');
        const isNamed = thesaurus?.byTerm(text) !== undefined;
        // `cancer a comparison` is no phrase; `quality of life` is one where MeSH has it.
        if (!isNamed && !run.every(isTopical)) continue;
        const isTelling = isNamed || (at + size <= title && size <= 3);
        const known = phrases.get(text) ?? { docs: new Set<number>(), isTelling: false };
        known.docs.add(doc);
        known.isTelling ||= isTelling;
        phrases.set(text, known);
      }
    });
  }
  const found: Candidate[] = [];
  const most = Math.max(30, mostOfAll * index.documentCount);
  const consider = (kind: Candidate['kind'], name: string, support: number, its: Expression): void => {
    if (its.count > 0 && its.count <= most && its.terms.length > 0)
      found.push({ kind, name, support, ...its });
  };
  for (const [key, its] of words) {
    const word = vocabulary.word(key);
    consider('word', vocabulary.forms(key)[0] ?? key, its.size, word);
    if (word.count > most) continue;
    const truncation = truncationOf(vocabulary.forms(key)[0] ?? key, vocabulary);
    if (truncation !== undefined)
      consider('truncation', truncation.term, its.size, {
        terms: [truncation.term],
        docs: truncation.docs,
        count: truncation.docs.count(),
      });
  }
  const telling = [...phrases]
    .filter(([, its]) => its.isTelling || its.docs.size > 1)
    .sort(([a, x], [b, y]) => y.docs.size - x.docs.size || (a < b ? -1 : 1))
    .slice(0, mostPhrases);
  for (const [text, its] of telling) {
    const phrase = vocabulary.phrase(text.split(' ').map(wordKey));
    if (phrase.count >= leastOfPhrase || thesaurus?.byTerm(text) !== undefined)
      consider('phrase', text, its.docs.size, phrase);
  }
  for (const candidate of headings(read, source)) found.push(candidate);
  return found;
}

function headings(docs: readonly number[], source: CitationSource): readonly Candidate[] {
  const { index, thesaurus } = source;
  const support = new Map<string, Set<number>>();
  for (const doc of docs)
    for (const key of index.termsOf(doc).headings) {
      if (isGeneralHeading(key)) continue;
      const name = thesaurus?.byTerm(key)?.name ?? key.charAt(0).toUpperCase() + key.slice(1);
      note(support, name, doc);
      for (const parent of parentsOf(name, thesaurus)) note(support, parent, doc);
    }
  return [...support].flatMap(([name, its]): Candidate[] => {
    if (isGeneralHeading(name)) return [];
    const expression = headingExpression(name, 'mh', index, thesaurus);
    const isOwn = docs.some((doc) => index.termsOf(doc).headings.includes(name.toLowerCase()));
    const most = (isOwn ? mostOfAll : mostOfParents) * index.documentCount;
    if (expression.count === 0 || expression.count > Math.max(30, most)) return [];
    return [{ kind: 'heading', name, support: its.size, ...expression }];
  });
}

function parentsOf(name: string, thesaurus: Thesaurus | undefined): readonly string[] {
  const descriptor = thesaurus?.byName(name);
  if (descriptor === undefined || thesaurus === undefined) return [];
  return thesaurus.broader(descriptor).map((parent) => parent.name);
}

function note(map: Map<string, Set<number>>, key: string, doc: number): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, new Set([doc]));
  else known.add(doc);
}

function isTopical(word: string): boolean {
  return word.length > 2 && !/^\d+$/u.test(word) && !commonWords.has(word);
}

/** Words that say how a study was made: what a filter for the kind of study may lack. Whether their records have them is for the reader to see. */
const designTerms =
  'randomized randomised randomly randomization placebo trial trials controlled groups double-blind single-blind cohort cohorts prospective ' +
  'prospectively retrospective retrospectively follow-up longitudinal observational case-control cross-sectional registry multicenter ' +
  'multicentre crossover meta-analysis review survey';

/** Candidates for a filter for the kind of study: words of its vocabulary that the records have. */
export function designCandidatesOf(docs: readonly number[], { index }: CitationSource): readonly Candidate[] {
  return designTerms.split(' ').flatMap((text): Candidate[] => {
    const its = index.docsOfTerm('tiab', text);
    const support = docs.filter((doc) => its.has(doc)).length;
    if (support === 0) return [];
    return [{ kind: 'word', name: text, support, terms: [`${text}[tiab]`], docs: its, count: its.count() }];
  });
}

/** How much more often records of `other` are among `docs` than among all; 1 is chance, 0 never. */
export function lift(docs: DocSet, other: DocSet): number {
  const expected = (docs.count() * other.count()) / Math.max(1, docs.size);
  return expected === 0 ? 0 : docs.countCommon(other) / expected;
}
