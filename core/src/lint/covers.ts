import { isHyphenated } from './blocks.ts';
import type { Leaf } from './blocks.ts';
import { Has } from './has.ts';
import { containsField, fieldsAround } from './textFields.ts';
import { findsRun, stemOf } from './wordRuns.ts';
import { BEGINNING } from './words.ts';
import type { Word } from './words.ts';

/** Phrases that begin with the same word and are compared with one term; more are no strategy that a person wrote. */
const MAXIMUM_CANDIDATES = 50;

/** Finds for a term of an OR group the term that makes it superfluous, by look-ups of its words, so that a block takes linear time. */
export class Covers {
  /** The first term of a single word, a star included. */
  readonly #words = new Map<Word, Leaf>();
  /** `field word` to terms of single words that are there in other fields, too. */
  readonly #inOtherFields = new Map<string, Leaf>();
  /** The truncated ones among single words, by how they begin. */
  readonly #stems = new Map<number, Word[]>();
  /** A stem is shorter than what it is looked up by. */
  #hasShortStems = false;
  /** `field word word`, sorted, to the term with the widest proximity. */
  readonly #near = new Map<string, Leaf>();
  /** First word of a phrase to the phrases. */
  readonly #phrases = new Map<Word, Leaf[]>();

  /** @param entries terms that are searched word by word, each once */
  constructor(entries: readonly Leaf[]) {
    for (const entry of entries) {
      const [word] = entry.words;
      if (word === undefined) continue;
      if (entry.term.tag?.proximity !== undefined) this.#addNear(entry);
      else if (entry.words.length > 1) this.#addPhrase(entry, word);
      else if (!word.isStopword) this.#addWord(entry, word);
    }
  }

  #addWord(entry: Leaf, word: Word): void {
    const known = this.#words.get(word);
    if (known === undefined || known.field === entry.field) {
      if (known === undefined || isBefore(entry, known)) this.#words.set(word, entry);
      if (known !== undefined || !word.isTruncated) return;
      if (word.text.length <= BEGINNING) this.#hasShortStems = true;
      const list = this.#stems.get(word.beginning);
      if (list === undefined) this.#stems.set(word.beginning, [word]);
      else list.push(word);
      return;
    }
    const key = `${entry.field ?? ''} ${word.text}`;
    const other = this.#inOtherFields.get(key);
    if (other === undefined || isBefore(entry, other)) this.#inOtherFields.set(key, entry);
  }

  #addNear(entry: Leaf): void {
    const key = nearKey(entry);
    const known = this.#near.get(key);
    if ((known?.term.tag?.proximity ?? -1) < (entry.term.tag?.proximity ?? 0)) this.#near.set(key, entry);
  }

  #addPhrase(entry: Leaf, word: Word): void {
    const list = this.#phrases.get(word);
    if (list === undefined) this.#phrases.set(word, [entry]);
    else if (list.length < MAXIMUM_CANDIDATES) list.push(entry);
  }

  /** A term that finds all that `entry` finds, by the letter of the rules. */
  certain(entry: Leaf): Leaf | undefined {
    if (isMapped(entry)) return undefined;
    const proximity = entry.term.tag?.proximity;
    if (proximity !== undefined) {
      const wider = this.#near.get(nearKey(entry));
      if (wider !== undefined && (wider.term.tag?.proximity ?? 0) > proximity) return wider;
    }
    return this.#byWord(entry) ?? this.#byPhrase(entry, true);
  }

  /** A phrase within a longer phrase: true of every record that has the longer one as a phrase. Asked where nothing is certain. */
  likely(entry: Leaf): Leaf | undefined {
    if (entry.term.tag?.proximity !== undefined) return undefined;
    return this.#byPhrase(entry, false) ?? (isMapped(entry) ? this.#byWord(entry) : undefined);
  }

  /** The same phrase with spaces for hyphens. */
  spaced(entry: Leaf): Leaf | undefined {
    const [first] = entry.words;
    if (first === undefined || entry.words.length < 2 || (entry.has & Has.hyphen) === 0) return undefined;
    if (entry.term.tag?.proximity !== undefined || !isHyphenated(entry)) return undefined;
    return this.#phrases
      .get(first)
      ?.find((found) => found.field === entry.field && hasSameWords(found, entry) && !isHyphenated(found));
  }

  #byWord(entry: Leaf): Leaf | undefined {
    if (!this.#hasShortStems && !entry.words.some((word) => this.#isKnown(word, entry))) return undefined;
    const hyphenated = isHyphenated(entry);
    for (const outer of fieldsAround(entry.field ?? '')) {
      for (const [at, word] of entry.words.entries()) {
        // How PubMed searches parts of a hyphenated word is not documented; that a stem finds its own beginning is certain.
        if (!hyphenated) {
          const found = this.#inField(word, outer);
          if (found !== undefined && isWider(found, entry)) return found;
        }
        if (hyphenated && at > 0) break;
        for (const stem of this.#stemsOf(word)) {
          const found = this.#inField(stem, outer);
          if (found !== undefined && isWider(found, entry)) return found;
        }
      }
    }
    return undefined;
  }

  /** Whether any other term may find the word: most words of most terms stand there alone. */
  #isKnown(word: Word, entry: Leaf): boolean {
    const found = this.#words.get(word);
    if (found !== undefined && (found !== entry || this.#inOtherFields.size > 0)) return true;
    const stems = this.#stems.size > 0 ? this.#stems.get(word.beginning) : undefined;
    return stems !== undefined && (stems.length > 1 || stems[0] !== word || found !== entry);
  }

  #inField(word: Word, field: string): Leaf | undefined {
    const found = this.#words.get(word);
    if (found === undefined || found.field === field) return found;
    return this.#inOtherFields.size > 0 ? this.#inOtherFields.get(`${field} ${word.text}`) : undefined;
  }

  /** The stems that find the word, the longest first. */
  #stemsOf(word: Word): readonly Word[] {
    const text = stemOf(word);
    const lists = this.#hasShortStems ? [...this.#stems.values()] : [this.#stems.get(word.beginning) ?? []];
    return lists
      .flatMap((list) => list.filter((stem) => text.startsWith(stemOf(stem))))
      .sort((a, b) => b.text.length - a.text.length);
  }

  #byPhrase(entry: Leaf, isCertain: boolean): Leaf | undefined {
    const { words, field = '' } = entry;
    if (words.length < 2 || this.#phrases.size === 0 || entry.term.tag?.proximity !== undefined)
      return undefined;
    if (isHyphenated(entry)) return undefined;
    const truncated = (entry.has & Has.truncation) !== 0;
    for (const word of words) {
      const list = this.#phrases.get(word);
      if (list === undefined) continue;
      for (const found of list) {
        if (found === entry || found.words.length > words.length || !containsField(found.field ?? '', field))
          continue;
        if (!findsRun(found.words, words) || isHyphenated(found) || !isWider(found, entry)) continue;
        // A phrase that PubMed does not know is taken apart, and finds more than the shorter one; a truncated one never is.
        if (truncated || !isCertain || (found.field === field && hasSameWords(found, entry))) return found;
      }
    }
    return undefined;
  }
}

/** In all fields a phrase that PubMed does not know is mapped to headings, too. */
function isMapped({ field, words, has }: Leaf): boolean {
  return field === 'all' && words.length > 1 && (has & Has.truncation) === 0;
}

/** Of two terms that find the same one stays. */
function isWider(found: Leaf, entry: Leaf): boolean {
  if (found === entry) return false;
  return found.field !== entry.field || !hasSameWords(found, entry) || isBefore(found, entry);
}

function hasSameWords(a: Leaf, b: Leaf): boolean {
  return a.words.length === b.words.length && a.words.every((word, i) => word === b.words[i]);
}

function nearKey({ field, words }: Leaf): string {
  return `${field ?? ''} ${words
    .map(({ text }) => text)
    .sort()
    .join(' ')}`;
}

/** Of two equal terms the unquoted one stays, whose reading is certain, or else the first. */
function isBefore(a: Leaf, b: Leaf): boolean {
  if (a.term.quoted !== b.term.quoted) return b.term.quoted;
  return a.at < b.at;
}
