import { anyKeyZone } from './fields.ts';
import type { Postings } from './postings.ts';

/** Term numbers by document: those of `doc` are `terms[starts[doc] .. starts[doc + 1]]`. */
interface Column {
  readonly starts: Uint32Array;
  readonly terms: Uint32Array;
}

/** The postings turned round: which terms a document has. */
export class ForwardView {
  readonly #text: Postings;
  readonly #keys: Postings;
  readonly #words: Column;
  readonly #headings: Column;

  constructor(text: Postings, keys: Postings, size: number) {
    this.#text = text;
    this.#keys = keys;
    this.#words = invert(text, 0, text.data.terms.length, size);
    const { from, to } = keys.prefixRange('mh:');
    this.#headings = invert(keys, from, to, size);
  }

  termsOf(doc: number): { readonly words: readonly string[]; readonly headings: readonly string[] } {
    const names = (column: Column, postings: Postings): string[] =>
      Array.from(column.terms.subarray(column.starts[doc], column.starts[doc + 1]), (term) =>
        postings.data.terms.at(term),
      );
    return {
      words: names(this.#words, this.#text),
      headings: names(this.#headings, this.#keys).map((key) => key.slice('mh:'.length)),
    };
  }
}

function invert(postings: Postings, from: number, to: number, size: number): Column {
  const counts = new Uint32Array(size + 2);
  const each = (visit: (doc: number, term: number) => void): void => {
    for (let term = from; term < to; term++) postings.forEachDoc(term, anyKeyZone, (doc) => visit(doc, term));
  };
  each((doc) => (counts[doc + 2] = (counts[doc + 2] ?? 0) + 1));
  for (let i = 2; i < counts.length; i++) counts[i] = (counts[i] ?? 0) + (counts[i - 1] ?? 0);
  const terms = new Uint32Array(counts[size + 1] ?? 0);
  each((doc, term) => {
    const at = counts[doc + 1] ?? 0;
    terms[at] = term;
    counts[doc + 1] = at + 1;
  });
  return { starts: counts.subarray(0, size + 1), terms };
}
