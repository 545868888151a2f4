import type { CitationIndex } from '../../corpus/index.ts';
import { stopwords } from '../../pubmed/index.ts';
import type { Vocabulary } from '../deterministic/vocabulary.ts';
import { wordKey } from '../deterministic/wordForms.ts';
import type { WordSequence } from './wordSequences.ts';
import { wordSequences } from './wordSequences.ts';

/** An abbreviation and what it stands for, as the records define it. */
export interface Abbreviation {
  /** As the index has it, lower case: `copd`. */
  readonly short: string;
  /** Words with a space between: `chronic obstructive pulmonary disease`. */
  readonly long: string;
  /** Records that have both side by side, as in `long form (LF)`; of a sample where the abbreviation is frequent. */
  readonly definitions: number;
  /** Share of the records with the abbreviation (of the sample) that have the long form, 0..1. */
  readonly share: number;
}

/** Records that are read to find what an abbreviation stands for, or how a phrase is abbreviated. */
const sampled = 40;
const longestShort = 8;
/** Pairs that stand side by side once may do so by chance: no brackets are left in the index. */
const leastDefinitions = 2;
/**
 * An abbreviation is added to a search by itself only where nearly all records that define it mean this, and a good part of those that
 * have it have the long form too: acronyms are ambiguous across medicine (`PD`: Parkinson's disease, peritoneal dialysis, pharmacodynamics).
 */
const leastOfDefinitions = 0.75;
const leastShare = 0.2;
/** Where fewer of the records read define it, the long form must stand in half of the records that have it: `ms` is mostly milliseconds. */
const leastDefining = 0.1;
const leastShareOfRare = 0.5;

/** Whether a word can be an abbreviation: short, with a letter, no word of the language. */
export function mayBeAbbreviation(word: string): boolean {
  return (
    word.length >= 2 && word.length <= longestShort && /^[a-z][a-z0-9]*$/u.test(word) && !stopwords.has(word)
  );
}

/**
 * The unambiguous abbreviations of a phrase, most frequently defined first; at most `limit`. Found as Schwartz and Hearst do (Pacific
 * Symposium on Biocomputing 2003; 8: 451-462): a short form stands behind its long form, and each of its letters occurs in that in
 * order, the first at the start of a word. The index holds words without brackets, so a pair has to come twice at least.
 * @param keys the phrase's words as keys (`wordKey`), two or more
 */
export function abbreviationsOf(
  keys: readonly string[],
  vocabulary: Vocabulary,
  limit = 3,
): readonly Abbreviation[] {
  if (keys.length < 2) return [];
  return remembered(vocabulary, `${limit} ${keys.join(' ')}`, () =>
    findAbbreviations(keys, vocabulary, limit),
  );
}

function findAbbreviations(
  keys: readonly string[],
  vocabulary: Vocabulary,
  limit: number,
): readonly Abbreviation[] {
  const { index } = vocabulary;
  const { docs } = vocabulary.phrase(keys);
  if (docs.isEmpty()) return [];
  const forms = vocabulary
    .phrase(keys)
    .terms.map((term) => term.replace(/\[\w+\]$/u, '').replaceAll('"', ''));
  const candidates = new Set<string>();
  for (const doc of spread(docs.toArray(), sampled))
    for (const word of index.termsOf(doc).words)
      if (mayBeAbbreviation(word) && forms.some((form) => isShortFor(word, form.split(' '))))
        candidates.add(word);
  return [...candidates]
    .map((short): Abbreviation => {
      const counts = forms.map((form) => index.documentFrequency('tiab', `${form} ${short}`));
      const definitions = counts.reduce((sum, count) => sum + count, 0);
      const long = forms[counts.indexOf(Math.max(...counts))] ?? '';
      return { short, long, definitions, share: shareWith(index, short, docs) };
    })
    .filter(({ definitions, share }) => definitions >= leastDefinitions && share >= leastShare)
    .sort((a, b) => b.definitions - a.definitions || (a.short < b.short ? -1 : 1))
    .slice(0, limit)
    .filter(({ short }) => longFormsOf(short, vocabulary).some(({ long }) => meansSame(long, keys)));
}

/**
 * What an abbreviation stands for in these records: one answer, or none where it is ambiguous, hardly ever defined or mostly used for
 * something else. Forms of the same long form (plural, spelling) are one.
 */
export function longFormsOf(short: string, vocabulary: Vocabulary): readonly Abbreviation[] {
  if (!mayBeAbbreviation(short)) return [];
  return remembered(vocabulary, short, () => findLongForms(short, vocabulary));
}

function findLongForms(short: string, vocabulary: Vocabulary): readonly Abbreviation[] {
  const { index } = vocabulary;
  const { docs } = index.postings('tiab', short);
  if (docs.length < leastDefinitions) return [];
  const counts = new Map<string, { definitions: number; long: string }>();
  const read = wordSequences(index, spread(docs, sampled));
  for (const sequence of read.values()) {
    const found = new Map<string, string>();
    sequence.forEach((word, at) => {
      if (word !== short) return;
      const long = longFormBefore(sequence, at) ?? longFormBehind(sequence, at);
      if (long !== undefined) found.set(long.map(wordKey).join(' '), long.join(' '));
    });
    for (const [key, long] of found) {
      const known = counts.get(key);
      counts.set(key, { definitions: (known?.definitions ?? 0) + 1, long: known?.long ?? long });
    }
  }
  const all = [...counts.values()].reduce((sum, { definitions }) => sum + definitions, 0);
  return [...counts]
    .filter(([, { definitions }]) => definitions >= Math.max(leastDefinitions, leastOfDefinitions * all))
    .map(([key, { definitions, long }]) => {
      const share = shareWith(index, short, vocabulary.phrase(key.split(' ')).docs);
      return { short, long, definitions, share };
    })
    .filter(
      ({ share, definitions }) =>
        share >= (definitions >= leastDefining * read.size ? leastShare : leastShareOfRare),
    );
}

/** What was found: the same query is rewritten again with seeds held back, and in rounds. */
const known = new WeakMap<Vocabulary, Map<string, readonly Abbreviation[]>>();
const mostRemembered = 5000;

function remembered(
  vocabulary: Vocabulary,
  key: string,
  find: () => readonly Abbreviation[],
): readonly Abbreviation[] {
  let all = known.get(vocabulary);
  if (all === undefined) known.set(vocabulary, (all = new Map<string, readonly Abbreviation[]>()));
  let found = all.get(key);
  if (found === undefined) {
    if (all.size >= mostRemembered) all.clear();
    all.set(key, (found = find()));
  }
  return found;
}

/**
 * Whether `short` may abbreviate `words`: its letters occur in them in order, and every word gives its first letter, and perhaps more,
 * but small words such as `of`. Stricter than the paper, which has brackets to go by. All lower case.
 */
export function isAbbreviationOf(short: string, words: readonly string[]): boolean {
  if (words.length < 2 || words.includes(short) || words.some((word) => word === '')) return false;
  const [first = '', last = ''] = [words[0], words.at(-1)];
  if (stopwords.has(first) || stopwords.has(last)) return false;
  const fits = (letter: number, at: number): boolean => {
    const word = words[at];
    if (word === undefined) return letter === short.length;
    if (stopwords.has(word) && fits(letter, at + 1)) return true;
    if (word.charAt(0) !== short.charAt(letter)) return false;
    let place = 0;
    let next = letter + 1;
    for (;;) {
      if (fits(next, at + 1)) return true;
      place = word.indexOf(short.charAt(next), place + 1);
      if (next >= short.length || place < 0) return false;
      next++;
    }
  };
  return fits(0, 0);
}

/** The same, also for a plural: `ppis`. */
function isShortFor(short: string, words: readonly string[]): boolean {
  return (
    isAbbreviationOf(short, words) || (short.endsWith('s') && isAbbreviationOf(short.slice(0, -1), words))
  );
}

/** Whether a long form is the phrase in some form. */
function meansSame(long: string, keys: readonly string[]): boolean {
  // `posttraumatic` and `post traumatic` are one.
  return long.split(' ').map(wordKey).join('') === keys.join('');
}

/** `chronic obstructive pulmonary disease (COPD)`: the shortest run in front that fits. */
function longFormBefore(sequence: WordSequence, at: number): WordSequence | undefined {
  const short = sequence[at] ?? '';
  // The bound of the paper: min(|A| + 5, 2 |A|) words.
  const most = Math.min(short.length + 5, 2 * short.length);
  const runs: WordSequence[] = [];
  for (let size = 2; size <= most && size <= at; size++) {
    const words = sequence.slice(at - size, at);
    if (words.includes('')) break;
    if (isShortFor(short, words)) runs.push(words);
  }
  // `pump inhibitor` fits PPI too, but its initials do not.
  return runs.find((words) => isInitials(short, words)) ?? runs[0];
}

/** `COPD (chronic obstructive pulmonary disease)`: initials only, for nothing says where such a long form ends. */
function longFormBehind(sequence: WordSequence, at: number): WordSequence | undefined {
  const short = sequence[at] ?? '';
  const words = sequence.slice(at + 1, at + 1 + short.length);
  const initials = words.map((word) => word.charAt(0)).join('');
  return short.length >= 3 && initials === short ? words : undefined;
}

function isInitials(short: string, words: readonly string[]): boolean {
  const initials = words.map((word) => word.charAt(0)).join('');
  return initials === short || `${initials}s` === short;
}

function shareWith(index: CitationIndex, short: string, docs: { has(doc: number): boolean }): number {
  const all = index.postings('tiab', short).docs;
  return all.length === 0 ? 0 : all.filter((doc) => docs.has(doc)).length / all.length;
}

/** `limit` of the documents, evenly over all, so that no decade or source decides alone. */
function spread(docs: Uint32Array, limit: number): readonly number[] {
  if (docs.length <= limit) return [...docs];
  return Array.from({ length: limit }, (_, i) => docs[Math.floor((i * docs.length) / limit)] ?? 0);
}
