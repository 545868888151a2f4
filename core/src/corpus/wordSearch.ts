import type { TermNode } from '../pubmed/index.ts';
import { findField, MINIMUM_STEM, stopwords } from '../pubmed/index.ts';
import type { DocSet } from './docSet.ts';
import type { Evaluation, Part } from './evaluation.ts';
import type { CoveredField, RareWordField, WordField } from './fields.ts';
import { isWordField } from './fields.ts';
import { docsWithRareWords } from './rareWords.ts';
import type { SearchWords, Slot } from './tokenize.ts';
import { searchWords } from './tokenize.ts';

/** Fields in which PubMed allows `:~N`. */
const proximityFields: readonly string[] = ['ti', 'tiab', 'ad'];
/** PubMed's User Guide shows 1000 as the distance that covers a whole affiliation; more says nothing else. */
const mostBetween = 1000;

/** What the fields of words are called where a library lacks them. */
const names: Readonly<Partial<Record<CoveredField, string>>> = {
  ad: 'affiliations [ad]',
  ot: 'author keywords [ot]',
  tt: 'transliterated titles [tt]',
  cois: 'conflict of interest statements [cois]',
  cn: 'corporate authors [cn]',
  gr: 'grants [gr]',
  si: 'databank numbers [si]',
  book: 'titles of books [book]',
  pubn: 'publishers [pubn]',
};

/** `"text"[Long Field Name]`, as PubMed writes its translations. */
export function translated(text: string, field: string): string {
  return `"${text}"[${findField(field)?.name ?? field}]`;
}

/** Cuts a term into words and warns when its stars are too early. Undefined, with a warning, when no word is left. */
export function readWords(run: Evaluation, node: TermNode): SearchWords | undefined {
  const words = searchWords(node.text);
  if (words.tooShort) warnShortStem(run, node);
  if (words.slots.length > 0) return words;
  run.warn('ignored', `"${node.text}" holds no letters or digits to search for and was ignored.`);
  return undefined;
}

/** A term tagged with a field that is searched word by word. */
export function searchTaggedWords(run: Evaluation, node: TermNode, field: WordField | RareWordField): Part {
  const words = readWords(run, node);
  if (words === undefined) return { docs: undefined, text: node.text };
  const name = (names as Readonly<Record<string, string>>)[field];
  if (name !== undefined) run.noteCoverage(field as CoveredField, name);
  const between = node.tag?.proximity;
  if (between !== undefined) {
    const reason = proximityFault(node, field, words);
    if (reason === undefined && isWordField(field)) {
      const docs = run.index.docsNear(field, words.slots, Math.min(between, mostBetween), run.checkAborted);
      return { docs, text: `"${words.slots.join(' ')}"[${findField(field)?.name ?? field}:~${between}]` };
    }
    run.warn('ignored', `The proximity :~${between} of "${node.text}" was ignored: ${reason}.`);
  }
  return searchPhrase(run, words, field);
}

function proximityFault(node: TermNode, field: string, words: SearchWords): string | undefined {
  if (!proximityFields.includes(field)) return 'it works in [ti], [tiab] and [ad] only';
  if (!node.quoted) return 'the words must be in double quotes';
  if (words.truncated) return 'it does not go together with *';
  return words.slots.length < 2 ? 'it needs at least two words' : undefined;
}

/** The records with the words one behind the other in a field. */
function docsWithWords(run: Evaluation, field: WordField | RareWordField, slots: readonly Slot[]): DocSet {
  return isWordField(field)
    ? run.index.docsWithWords(field, slots, run.checkAborted)
    : docsWithRareWords(run.index, field, slots, run.checkAborted);
}

/**
 * The words as a phrase. PubMed looks phrases up in an index of known phrases and ANDs the words of one that it does not know, stop
 * words aside; here a phrase is unknown when no record has it. Hyphenated pieces and truncated phrases are never taken apart.
 */
function searchPhrase(run: Evaluation, words: SearchWords, field: WordField | RareWordField): Part {
  const phrase = words.slots.join(' ');
  const docs = docsWithWords(run, field, words.slots);
  if (words.pieces.length < 2 || words.truncated || run.phrasesAreKnown || !docs.isEmpty())
    return { docs, text: translated(phrase, field) };
  run.warn(
    'phrase-not-found',
    `No record has the phrase "${phrase}" in ${findField(field)?.name ?? field}, so its words were combined with AND.`,
  );
  const spoken = words.pieces.filter((piece) => piece.length > 1 || !stopwords.has(piece[0] ?? ''));
  const pieces = spoken.length > 0 ? spoken : words.pieces;
  const texts = pieces.map((piece) => translated(piece.join(' '), field));
  // By its pieces: `heart-lung transplant` is taken apart in another place than `heart lung transplant`.
  const all = run.index.cached(`&|${field}|${pieces.map((piece) => piece.join('-')).join(' ')}`, () => {
    const [first, ...rest] = pieces.map((piece) => docsWithWords(run, field, piece));
    const common = first?.clone() ?? docs;
    for (const other of rest) common.keepAll(other);
    return common;
  });
  return { docs: all, text: texts.length > 1 ? `(${texts.join(' AND ')})` : texts.join('') };
}

/** Says that PubMed ignores a star of the term. */
export function warnShortStem(run: Evaluation, { text }: TermNode): void {
  run.warn(
    'truncation-too-short',
    `"${text}" has fewer than ${MINIMUM_STEM} characters before *, so PubMed ignores the * there. Write at least ${MINIMUM_STEM}.`,
  );
}

/** Says once that MeSH is missing. */
export function warnNoThesaurus(run: Evaluation): void {
  run.warn(
    'no-thesaurus',
    'MeSH is not loaded, so headings are searched without those below them and entry terms are not known. Name a MeSH file.',
  );
}
