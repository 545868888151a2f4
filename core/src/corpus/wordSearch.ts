import type { TermNode } from '../pubmed/index.ts';
import { findField, MINIMUM_STEM, stopwords } from '../pubmed/index.ts';
import type { DocSet } from './docSet.ts';
import type { Evaluation, Part } from './evaluation.ts';
import type { WordField } from './fields.ts';
import { findDescriptor, searchHeading } from './meshSearch.ts';
import type { SearchWords } from './tokenize.ts';
import { searchWords } from './tokenize.ts';

/** Fields in which PubMed allows `:~N`. */
const proximityFields: readonly WordField[] = ['ti', 'tiab', 'ad'];
/** PubMed's User Guide shows 1000 as the distance that covers a whole affiliation; more says nothing else. */
const mostBetween = 1000;
/** Most words that are looked up as one heading. */
const longestTerm = 12;

/** `"text"[Long Field Name]`, as PubMed writes its translations. */
export function translated(text: string, field: string): string {
  return `"${text}"[${findField(field)?.name ?? field}]`;
}

/** Cuts a term into words and warns when its stars are too early. Undefined, with a warning, when no word is left. */
function readWords(run: Evaluation, node: TermNode): SearchWords | undefined {
  const words = searchWords(node.text);
  if (words.tooShort) warnShortStem(run, node);
  if (words.slots.length === 0) {
    run.warn('ignored', `"${node.text}" holds no letters or digits to search for and was ignored.`);
    return undefined;
  }
  return words;
}

/** A term tagged with a field that is searched word by word. */
export function searchTaggedWords(run: Evaluation, node: TermNode, field: WordField): Part {
  const words = readWords(run, node);
  if (words === undefined) return { docs: undefined, text: node.text };
  const between = node.tag?.proximity;
  if (between !== undefined) {
    const reason = proximityFault(node, field, words);
    if (reason === undefined) {
      const docs = run.index.docsNear(field, words.slots, Math.min(between, mostBetween), run.checkAborted);
      return { docs, text: `"${words.slots.join(' ')}"[${findField(field)?.name ?? field}:~${between}]` };
    }
    run.warn('ignored', `The proximity :~${between} of "${node.text}" was ignored: ${reason}.`);
  }
  return searchPhrase(run, words, field);
}

function proximityFault(node: TermNode, field: WordField, words: SearchWords): string | undefined {
  if (!proximityFields.includes(field)) return 'it works in [ti], [tiab] and [ad] only';
  if (!node.quoted) return 'the words must be in double quotes';
  if (words.truncated) return 'it does not go together with *';
  return words.slots.length < 2 ? 'it needs at least two words' : undefined;
}

/**
 * The words as a phrase. PubMed looks phrases up in an index of known phrases and ANDs the words of one that it does not know;
 * here a phrase is unknown when no record has it. Hyphenated pieces and truncated phrases are never taken apart.
 */
function searchPhrase(run: Evaluation, words: SearchWords, field: WordField): Part {
  const { index } = run;
  const phrase = words.slots.join(' ');
  const docs = index.docsWithWords(field, words.slots, run.checkAborted);
  if (words.pieces.length < 2 || words.truncated || !docs.isEmpty())
    return { docs, text: translated(phrase, field) };
  run.warn(
    'phrase-not-found',
    `No record has the phrase "${phrase}" in ${findField(field)?.name ?? field}, so its words were combined with AND.`,
  );
  return allOf(
    run,
    words.pieces.map((piece) => ({
      docs: index.docsWithWords(field, piece, run.checkAborted),
      text: translated(piece.join(' '), field),
    })),
  );
}

function allOf(run: Evaluation, parts: readonly { readonly docs: DocSet; readonly text: string }[]): Part {
  const [first, ...rest] = parts;
  if (first === undefined) return { docs: undefined, text: '' };
  if (rest.length === 0) return first;
  const docs = first.docs.clone();
  for (const part of rest) docs.keepAll(part.docs);
  run.checkAborted();
  return { docs, text: `(${parts.map(({ text }) => text).join(' AND ')})` };
}

/**
 * A term without a tag (or with `[all]`): automatic term mapping, the light form. Quoted or truncated terms are searched in all
 * fields. Otherwise the longest runs of words that name a heading or entry term become `heading[mh] OR (its words AND-ed in all
 * fields)`, other words are searched in all fields, stop words among them are left out, and everything is AND-ed.
 * PubMed also maps journals, authors, substances and word variants; they are found here through their words.
 */
export function searchUntagged(run: Evaluation, node: TermNode): Part {
  const words = readWords(run, node);
  if (words === undefined) return { docs: undefined, text: node.text };
  if (words.truncated) return searchPhrase(run, words, 'all');
  if (node.quoted) {
    const docs = run.index.docsWithWords('all', words.slots, run.checkAborted);
    if (words.pieces.length < 2 || !docs.isEmpty())
      return { docs, text: translated(words.slots.join(' '), 'all') };
    run.warn(
      'phrase-not-found',
      `No record has the phrase "${node.text}", so it was searched without the quotes.`,
    );
  }
  return mapTerms(run, node.text);
}

function mapTerms(run: Evaluation, text: string): Part {
  const { thesaurus } = run.options;
  if (thesaurus === undefined) warnNoThesaurus(run);
  const tokens = text.replaceAll('*', ' ').trim().split(/\s+/u);
  const parts: { docs: DocSet; text: string }[] = [];
  const skipped: { docs: DocSet; text: string }[] = [];
  for (let at = 0; at < tokens.length;) {
    const length = thesaurus === undefined ? 0 : mappedLength(run, tokens, at);
    const chunk = tokens.slice(at, at + Math.max(1, length)).join(' ');
    at += Math.max(1, length);
    const words = wordsInAllFields(run, chunk);
    if (words === undefined) continue;
    if (length === 0) {
      (stopwords.has(chunk.toLowerCase()) ? skipped : parts).push(words);
      continue;
    }
    const heading = searchHeading(run.index, chunk, {
      thesaurus,
      major: false,
      explode: true,
      headingsAsText: run.options.headingsAsText === true,
    });
    parts.push({
      docs: heading.docs.or(words.docs),
      text: `(${translated(heading.name, 'mh')} OR ${words.text})`,
    });
  }
  return allOf(run, parts.length > 0 ? parts : skipped);
}

/** How many words from `at` on name a heading, the longest run first; 0 when none do. A stop word alone names none. */
function mappedLength(run: Evaluation, tokens: readonly string[], at: number): number {
  const { thesaurus } = run.options;
  if (thesaurus === undefined) return 0;
  for (let length = Math.min(longestTerm, tokens.length - at); length > 0; length--) {
    const chunk = tokens.slice(at, at + length).join(' ');
    if (length === 1 && stopwords.has(chunk.toLowerCase())) return 0;
    if (findDescriptor(thesaurus, chunk) !== undefined) return length;
  }
  return 0;
}

function wordsInAllFields(run: Evaluation, chunk: string): { docs: DocSet; text: string } | undefined {
  const { pieces } = searchWords(chunk);
  const kept = pieces.filter((piece) => piece.length > 1 || !stopwords.has(piece[0] ?? ''));
  const part = allOf(
    run,
    (kept.length > 0 ? kept : pieces).map((piece) => ({
      docs: run.index.docsWithWords('all', piece, run.checkAborted),
      text: translated(piece.join(' '), 'all'),
    })),
  );
  return part.docs === undefined ? undefined : { docs: part.docs, text: part.text };
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
