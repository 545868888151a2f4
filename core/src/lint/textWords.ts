import { hasShortStem } from '../pubmed/index.ts';
import type { TermNode } from '../pubmed/index.ts';

/** Fields that are searched word by word, each with those whose records it finds, too (User Guide, "Search field tags"). */
const WITHIN: Readonly<Record<string, readonly string[]>> = {
  ti: ['ti'],
  ot: ['ot'],
  tiab: ['tiab', 'ti', 'ot'],
  tw: ['tw', 'tiab', 'ti', 'ot'],
  all: ['all', 'tw', 'tiab', 'ti', 'ot'],
};

/** A longer term is no list of words that anybody compares. */
const MAXIMUM_WORDS = 40;

/** A term that is searched word by word, taken apart as PubMed does. */
export interface TextWords {
  /** `ti`, `ot`, `tiab`, `tw` or `all`; without a tag `all`. */
  readonly field: string;
  /** Lower case, without punctuation; a truncated word ends in `*`. */
  readonly words: readonly string[];
  /** A star that counts stands at the end of one of the words. */
  readonly truncated: boolean;
  /** PubMed searches the words as they stand: no term mapping. */
  readonly literal: boolean;
  /** A hyphen joins two of the words. */
  readonly hyphenated: boolean;
  /** N of `:~N`. */
  readonly proximity: number | undefined;
}

/** The words of a term, or undefined when it is searched otherwise, is too long, or has a star within a word. */
export function textWordsOf(term: TermNode): TextWords | undefined {
  let known = remembered.get(term);
  if (known === undefined) remembered.set(term, (known = { words: read(term) }));
  return known.words;
}

/** Several families of rules ask for the same terms. */
const remembered = new WeakMap<TermNode, { readonly words: TextWords | undefined }>();

function read(term: TermNode): TextWords | undefined {
  const field = term.tag === undefined ? 'all' : term.tag.field;
  if (field === undefined || !Object.hasOwn(WITHIN, field)) return undefined;
  if (term.text.length > 400) return undefined;
  const isShort = hasShortStem(term.text);
  const text = isShort ? term.text.replaceAll('*', ' ') : term.text.replace(/\*+/g, '*');
  const lower = text.toLowerCase();
  // Most terms are plain, and looking up the properties of characters takes its time.
  const isPlain = /^[ -~]*$/.test(lower);
  const words = lower.match(isPlain ? /[a-z0-9*]+/g : /[\p{L}\p{N}\p{M}*]+/gu) ?? [];
  if (words.length === 0 || words.length > MAXIMUM_WORDS) return undefined;
  if (words.some((word) => word.indexOf('*') !== -1 && word.indexOf('*') !== word.length - 1))
    return undefined;
  if ((words as readonly string[]).includes('*')) return undefined;
  const truncated = words.some((word) => word.endsWith('*'));
  return {
    field,
    words,
    truncated,
    literal: field !== 'all' || term.quoted || truncated,
    hyphenated: text.includes('-') && /[\p{L}\p{N}]-[\p{L}\p{N}]/u.test(text),
    proximity: term.tag?.proximity,
  };
}

/** Whether every record that a word finds in field `inner` is found by the same word in field `outer`. */
export function containsField(outer: string, inner: string): boolean {
  return WITHIN[outer]?.includes(inner) === true;
}

/** Fields whose records a search in `field` is part of, itself first. */
export function fieldsAround(field: string): readonly string[] {
  return [field, ...Object.keys(WITHIN).filter((outer) => outer !== field && containsField(outer, field))];
}

/** Whether `pattern`, with or without a star at its end, finds the word `word`, which may be truncated itself. */
export function findsWord(pattern: string, word: string): boolean {
  if (!pattern.endsWith('*')) return pattern === word;
  return word.startsWith(pattern.slice(0, -1));
}

/** Whether the words of `pattern` stand one behind the other in `words`. */
export function findsRun(pattern: readonly string[], words: readonly string[]): boolean {
  for (let at = 0; at + pattern.length <= words.length; at++)
    if (pattern.every((one, i) => findsWord(one, words[at + i] ?? ''))) return true;
  return false;
}
