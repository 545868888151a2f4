import type { Descriptor } from './descriptor.ts';
import { normaliseTerm } from './normalise.ts';

/** Descriptors that are indexed between two pauses: some 10 ms. */
const DESCRIPTORS_AT_ONCE = 1_000;

/** The words of `text`, lower case: runs of letters and digits. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Names and entry terms of all headings, numbered, and the words that they are made of; what suggestions and completion look up. */
export class TermIndex {
  readonly descriptors: readonly Descriptor[];
  /** Distinct words, in the order in which they were met. */
  readonly words: string[] = [];
  /** Word -> terms that hold it, ascending. */
  readonly postings: number[][] = [];
  /** Term -> its descriptor. */
  readonly owners: number[] = [];
  /** Term -> its text in the form of {@link normaliseTerm}. */
  readonly texts: string[] = [];
  readonly #firstTerms: number[] = [];
  readonly #wordIds = new Map<string, number>();

  constructor(descriptors: readonly Descriptor[]) {
    this.descriptors = descriptors;
  }

  /** Fills the index, in steps. */
  *build(): Generator<void> {
    for (const [owner, descriptor] of this.descriptors.entries()) {
      if (owner % DESCRIPTORS_AT_ONCE === DESCRIPTORS_AT_ONCE - 1) yield;
      this.#firstTerms.push(this.owners.length);
      this.#add(descriptor.name, owner);
      for (const term of descriptor.entryTerms) this.#add(term, owner);
    }
  }

  /** The number of a word of MeSH. */
  wordId(word: string): number | undefined {
    return this.#wordIds.get(word);
  }

  /** Whether `term` is the preferred name of its heading. */
  isName(term: number): boolean {
    return this.#firstTerms[this.owners[term] ?? 0] === term;
  }

  /** The term as the source writes it. */
  written(term: number): string {
    const owner = this.owners[term] ?? 0;
    const descriptor = this.descriptors[owner];
    const position = term - (this.#firstTerms[owner] ?? 0);
    return (position === 0 ? descriptor?.name : descriptor?.entryTerms[position - 1]) ?? '';
  }

  #add(text: string, owner: number): void {
    const term = this.owners.push(owner) - 1;
    const normalised = normaliseTerm(text);
    this.texts.push(normalised);
    for (const word of wordsOf(normalised)) {
      let id = this.#wordIds.get(word);
      if (id === undefined) {
        id = this.words.push(word) - 1;
        this.#wordIds.set(word, id);
        this.postings.push([]);
      }
      const terms = this.postings[id];
      // A word that a term holds twice is told once.
      if (terms && terms.at(-1) !== term) terms.push(term);
    }
  }
}
