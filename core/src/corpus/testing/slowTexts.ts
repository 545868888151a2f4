import type { SlowRecord } from './slowRecord.ts';
import { places } from './slowRecord.ts';
import type { SlowText, WordTest } from './slowText.ts';
import { hasRun, isNear, wildcard } from './slowText.ts';

/** For each record, whether it is found. */
export type Found = Uint8Array;

/** Words whose records are remembered. */
const mostRemembered = 20_000;

/** Looks for words in the texts of records, one record after the other. */
export class SlowTexts {
  readonly #records: readonly SlowRecord[];
  readonly #vocabulary: readonly string[];
  readonly #holding = new Map<string, number[]>();

  constructor(records: readonly SlowRecord[]) {
    this.#records = records;
    this.#vocabulary = [...new Set(records.flatMap(({ words }) => [...words]))];
  }

  /** The records with all the words near each other. */
  near(field: string, words: readonly string[], between: number): Found {
    const result = new Uint8Array(this.#records.length);
    for (const i of this.#holdersOfAll(words)) {
      const record = this.#records[i] as SlowRecord;
      if (
        words.every((word) => record.words.has(word)) &&
        textsOf(record, field).some((text) => isNear(text, words, between))
      )
        result[i] = 1;
    }
    return result;
  }

  /** The records with the words one behind the other. */
  phrase(field: string, words: readonly string[]): Found {
    const tests = words.map((word): WordTest => {
      if (!word.includes('*')) return (other) => other === word;
      const fitting = this.#fitting(word);
      return (other) => fitting.has(other);
    });
    const result = new Uint8Array(this.#records.length);
    for (const i of this.#holdersOfAll(words))
      if (textsOf(this.#records[i] as SlowRecord, field).some((text) => hasRun(text, tests))) result[i] = 1;
    return result;
  }

  /** The words of the records that a word with stars stands for. */
  #fitting(word: string): ReadonlySet<string> {
    const test = wildcard(word);
    const start = word.slice(0, word.indexOf('*'));
    return new Set(this.#vocabulary.filter((one) => one.startsWith(start) && test.test(one)));
  }

  /** Numbers of the records that have the word somewhere; remembered, since words come again and again. */
  #holders(word: string): readonly number[] {
    let found = this.#holding.get(word);
    if (found === undefined) {
      found = [];
      for (let i = 0; i < this.#records.length; i++) if (this.#records[i]?.words.has(word)) found.push(i);
      if (this.#holding.size >= mostRemembered) this.#holding.clear();
      this.#holding.set(word, found);
    }
    return found;
  }

  /** Numbers of records that may have all the words: the ones that have the rarest of those without a star. */
  #holdersOfAll(words: readonly string[]): Iterable<number> {
    const lists = words.filter((word) => !word.includes('*')).map((word) => this.#holders(word));
    if (lists.length === 0) return this.#records.keys();
    return lists.reduce((a, b) => (a.length <= b.length ? a : b));
  }
}

function textsOf({ texts }: SlowRecord, field: string): readonly SlowText[] {
  return (places[field] ?? []).flatMap((place) => texts.get(place) ?? []);
}
