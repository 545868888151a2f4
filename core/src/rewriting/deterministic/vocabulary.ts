import { DocSet } from '../../corpus/index.ts';
import type { CitationIndex } from '../../corpus/index.ts';
import { wordKey } from './wordForms.ts';

/** A set of documents and the search terms that, joined by OR, find exactly it. */
export interface Expression {
  readonly terms: readonly string[];
  readonly docs: DocSet;
  /** Number of documents in `docs`. */
  readonly count: number;
}

/** Most forms of one word or phrase that are written into a query. */
const mostForms = 6;

/** The words of a citation index, with the forms of a word (plural, British spelling) brought together under one key. */
export class Vocabulary {
  readonly index: CitationIndex;
  readonly #forms = new Map<string, string[]>();
  readonly #words = new Map<string, Expression>();
  readonly #phrases = new Map<string, Expression>();

  private constructor(index: CitationIndex) {
    this.index = index;
    const { terms, documentFrequencies } = index.text.data;
    const frequency = new Map<string, number>();
    terms.forEach((word, i) => {
      const key = wordKey(word);
      frequency.set(word, documentFrequencies[i] ?? 0);
      const forms = this.#forms.get(key);
      if (forms === undefined) this.#forms.set(key, [word]);
      else forms.push(word);
    });
    for (const [key, forms] of this.#forms)
      if (forms.length > 1)
        this.#forms.set(
          key,
          forms
            .sort((a, b) => (frequency.get(b) ?? 0) - (frequency.get(a) ?? 0) || (a < b ? -1 : 1))
            .slice(0, mostForms),
        );
  }

  static readonly #known = new WeakMap<CitationIndex, Vocabulary>();

  /** The vocabulary of an index; made once (tenths of a second for 60,000 records). */
  static of(index: CitationIndex): Vocabulary {
    let vocabulary = Vocabulary.#known.get(index);
    if (vocabulary === undefined) Vocabulary.#known.set(index, (vocabulary = new Vocabulary(index)));
    return vocabulary;
  }

  /** The forms of a key that occur, most frequent first. */
  forms(key: string): readonly string[] {
    return this.#forms.get(key) ?? [];
  }

  /** The documents that have a form of the word in title, abstract or keywords. */
  word(key: string): Expression {
    return remembered(this.#words, key, () => this.#expression(this.forms(key)));
  }

  /** The documents that have the words one behind the other, each in any of its forms; none without words. */
  phrase(keys: readonly string[]): Expression {
    const [only] = keys;
    if (only === undefined) return this.#expression([]);
    if (keys.length === 1) return this.word(only);
    return remembered(this.#phrases, keys.join(' '), () => {
      let texts = [''];
      for (const [i, key] of keys.entries()) {
        // The last word carries the plural of a phrase; of the others the two most frequent forms are enough.
        const forms = this.forms(key).slice(0, i === keys.length - 1 ? 4 : 2);
        texts = texts.flatMap((text) => forms.map((form) => (text === '' ? form : `${text} ${form}`)));
        if (texts.length > 32) texts.length = 32;
      }
      const found = texts
        .map((text) => ({ text, count: this.index.documentFrequency('tiab', text) }))
        .filter(({ count }) => count > 0)
        .sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1));
      return this.#expression(found.slice(0, mostForms).map(({ text }) => text));
    });
  }

  #expression(texts: readonly string[]): Expression {
    const terms: string[] = [];
    const docs = new DocSet(this.index.documentCount);
    let count = 0;
    for (const text of texts) {
      docs.addAll(this.index.docsOfTerm('tiab', text));
      const now = docs.count();
      if (now > count) terms.push(textTerm(text));
      count = now;
    }
    return { terms, docs, count };
  }
}

/** `text` as a title or abstract search term; phrases are quoted. */
export function textTerm(text: string): string {
  return /\s/u.test(text) ? `"${text}"[tiab]` : `${text}[tiab]`;
}

function remembered(map: Map<string, Expression>, key: string, make: () => Expression): Expression {
  let known = map.get(key);
  if (known === undefined) {
    if (map.size > 4000) map.clear();
    map.set(key, (known = make()));
  }
  return known;
}
