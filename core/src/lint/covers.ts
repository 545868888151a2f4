import { stopwords } from '../pubmed/index.ts';
import type { Leaf } from './blocks.ts';
import { containsField, fieldsAround, findsRun } from './textWords.ts';
import type { TextWords } from './textWords.ts';

/** Phrases that begin with the same word and are compared with one term; more are no strategy that a person wrote. */
const MAXIMUM_CANDIDATES = 50;

/** A term of an OR group. */
export interface Entry {
  readonly leaf: Leaf;
  readonly order: number;
  readonly text: TextWords;
}

/** Finds for a term the term that makes it superfluous, by look-ups of its words, so that a block takes linear time. */
export class Covers {
  /** `field word`, the star included, to the first term of that single word. */
  readonly #words = new Map<string, Entry>();
  /** `field word word`, sorted, to the term with the widest proximity. */
  readonly #near = new Map<string, Entry>();
  /** First word of a phrase to the phrases. */
  readonly #phrases = new Map<string, Entry[]>();
  /** Longest stem of a truncated word. */
  #longestStem = 0;

  constructor(entries: readonly Entry[]) {
    for (const entry of entries) {
      const { field, words, proximity } = entry.text;
      const [word = ''] = words;
      if (proximity !== undefined) this.#addNear(entry);
      else if (words.length > 1) this.#addPhrase(entry, word);
      else if (!stopwords.has(word)) {
        const key = `${field} ${word}`;
        const known = this.#words.get(key);
        if (known === undefined || isBefore(entry, known)) this.#words.set(key, entry);
        if (word.endsWith('*')) this.#longestStem = Math.max(this.#longestStem, word.length - 1);
      }
    }
  }

  #addNear(entry: Entry): void {
    const key = nearKey(entry.text);
    const known = this.#near.get(key);
    if ((known?.text.proximity ?? -1) < (entry.text.proximity ?? 0)) this.#near.set(key, entry);
  }

  #addPhrase(entry: Entry, word: string): void {
    const list = this.#phrases.get(word);
    if (list === undefined) this.#phrases.set(word, [entry]);
    else if (list.length < MAXIMUM_CANDIDATES) list.push(entry);
  }

  /** A term that finds all that `entry` finds, by the letter of the rules. */
  certain(entry: Entry): Entry | undefined {
    const { text } = entry;
    // In all fields a phrase that PubMed does not know is mapped to headings, too.
    if (text.field === 'all' && text.words.length > 1 && !text.truncated) return undefined;
    if (text.proximity !== undefined) {
      const wider = this.#near.get(nearKey(text));
      if (wider !== undefined && (wider.text.proximity ?? 0) > text.proximity) return wider;
    }
    return this.#byWord(entry) ?? this.#byPhrase(entry, true);
  }

  /** A phrase within a longer phrase: true of every record that has the longer one as a phrase. */
  likely(entry: Entry): Entry | undefined {
    return entry.text.proximity === undefined
      ? (this.#byPhrase(entry, false) ?? this.#byWord(entry))
      : undefined;
  }

  /** The same phrase with spaces for hyphens. */
  spaced({ text: { field, words, proximity } }: Entry): Entry | undefined {
    if (proximity !== undefined || words.length < 2) return undefined;
    const phrases = this.#phrases.get(words[0] ?? '') ?? [];
    return phrases.find(
      ({ text }) => !text.hyphenated && text.field === field && text.words.join(' ') === words.join(' '),
    );
  }

  #byWord(entry: Entry): Entry | undefined {
    const { field, words, hyphenated } = entry.text;
    for (const outer of fieldsAround(field)) {
      for (const [at, word] of words.entries()) {
        // How PubMed searches parts of a hyphenated word is not documented; that a stem finds its own beginning is certain.
        if (!hyphenated) {
          const found = this.#words.get(`${outer} ${word}`);
          if (found !== undefined && this.#isWider(found, entry)) return found;
        }
        if (hyphenated && at > 0) break;
        const stem = word.endsWith('*') ? word.slice(0, -1) : word;
        for (let end = Math.min(stem.length, this.#longestStem); end > 0; end--) {
          const found = this.#words.get(`${outer} ${stem.slice(0, end)}*`);
          if (found !== undefined && this.#isWider(found, entry)) return found;
        }
      }
    }
    return undefined;
  }

  /** Of two terms that find the same one stays. */
  #isWider(found: Entry, entry: Entry): boolean {
    if (found === entry) return false;
    const isSame =
      found.text.field === entry.text.field &&
      found.text.words.length === entry.text.words.length &&
      found.text.words.every((word, i) => word === entry.text.words[i]);
    return !isSame || isBefore(found, entry);
  }

  #byPhrase(entry: Entry, isCertain: boolean): Entry | undefined {
    const { field, words, truncated, proximity, hyphenated } = entry.text;
    if (words.length < 2 || proximity !== undefined || hyphenated) return undefined;
    for (const word of words)
      for (const found of this.#phrases.get(word) ?? []) {
        if (found === entry || found.text.hyphenated || !containsField(found.text.field, field)) continue;
        if (!findsRun(found.text.words, words) || !this.#isWider(found, entry)) continue;
        // A phrase that PubMed does not know is taken apart, and finds more than the shorter one; a truncated one never is.
        const isSame = found.text.field === field && found.text.words.join(' ') === words.join(' ');
        if (truncated || isSame || !isCertain) return found;
      }
    return undefined;
  }
}

function nearKey({ field, words }: TextWords): string {
  return `${field} ${[...words].sort().join(' ')}`;
}

/** Of two equal terms the unquoted one stays, whose reading is certain, or else the first. */
function isBefore(a: Entry, b: Entry): boolean {
  if (a.leaf.term.quoted !== b.leaf.term.quoted) return b.leaf.term.quoted;
  return a.order < b.order;
}
