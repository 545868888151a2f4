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
    terms.range(0, terms.length).forEach((word, i) => {
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
          worthWriting(forms, (form) => frequency.get(form) ?? 0),
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
      const counts = new Map(texts.map((text) => [text, this.index.documentFrequency('tiab', text)]));
      const found = texts.filter((text) => (counts.get(text) ?? 0) > 0);
      return this.#expression(worthWriting(found, (text) => counts.get(text) ?? 0));
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

/**
 * The most frequent forms first, without slips of the pen such as `orals`: beside the most frequent one, a form counts that has a
 * tenth of its records or, in a large library, a handful.
 */
function worthWriting(forms: readonly string[], count: (form: string) => number): string[] {
  const sorted = [...forms].sort((a, b) => count(b) - count(a) || (a < b ? -1 : 1));
  const most = count(sorted[0] ?? '');
  return sorted
    .filter((form) => count(form) >= 0.1 * most || (count(form) >= 5 && count(form) >= 0.01 * most))
    .slice(0, mostForms);
}

/** `text` as a title or abstract search term; phrases are quoted. */
export function textTerm(text: string): string {
  return fieldTerm(text, 'tiab');
}

/** `text` as a search term of `field`; phrases are quoted. */
export function fieldTerm(text: string, field: 'tiab' | 'ti'): string {
  return /\s/u.test(text) ? `"${text}"[${field}]` : `${text}[${field}]`;
}

function remembered(map: Map<string, Expression>, key: string, make: () => Expression): Expression {
  let known = map.get(key);
  if (known === undefined) {
    if (map.size > 4000) map.clear();
    map.set(key, (known = make()));
  }
  return known;
}
