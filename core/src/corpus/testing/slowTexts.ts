import type { SlowRecord } from './slowRecord.ts';
import { places } from './slowRecord.ts';
import type { SlowText, WordNumbers, WordTest } from './slowText.ts';
import { hasRun, isNear, wildcard } from './slowText.ts';

/** For each record, whether it is found. */
export type Found = Uint8Array;

/** Words whose records are remembered. */
const mostRemembered = 20_000;

/** Looks for words in the texts of records, one record after the other. */
export class SlowTexts {
  readonly #records: readonly SlowRecord[];
  readonly #numbers: WordNumbers;
  readonly #holding = new Map<number, number[]>();

  constructor(records: readonly SlowRecord[], numbers: WordNumbers) {
    this.#records = records;
    this.#numbers = numbers;
  }

  /** The records with all the words near each other. */
  near(field: string, words: readonly string[], between: number): Found {
    const wanted = words.map((word) => this.#numbers.find(word));
    return this.#where(field, wanted, (text) => isNear(text, wanted, between));
  }

  /** The records with the words one behind the other. */
  phrase(field: string, words: readonly string[]): Found {
    const tests = words.map((word) => (word.includes('*') ? this.#fitting(word) : this.#numbers.find(word)));
    return this.#where(field, tests, (text) => hasRun(text, tests));
  }

  #where(field: string, tests: readonly WordTest[], test: (text: SlowText) => boolean): Found {
    const result = new Uint8Array(this.#records.length);
    const words = tests.filter((one) => typeof one === 'number');
    for (const i of this.#candidates(words)) {
      const record = this.#records[i] as SlowRecord;
      if (words.every((word) => record.words.has(word)) && hasText(record, field, test)) result[i] = 1;
    }
    return result;
  }

  /** The words of the records that a word with stars stands for. */
  #fitting(word: string): ReadonlySet<number> {
    const test = wildcard(word);
    const start = word.slice(0, word.indexOf('*'));
    const fitting = new Set<number>();
    this.#numbers.words.forEach((one, number) => {
      if (one.startsWith(start) && test.test(one)) fitting.add(number);
    });
    return fitting;
  }

  /** Numbers of records that may have all the words: the ones that have the rarest of them. */
  #candidates(words: readonly number[]): Iterable<number> {
    if (words.length === 0) return this.#records.keys();
    return words.map((word) => this.#holders(word)).reduce((a, b) => (a.length <= b.length ? a : b));
  }

  /** Numbers of the records that have the word somewhere; remembered, since words come again and again. */
  #holders(word: number): readonly number[] {
    let found = this.#holding.get(word);
    if (found === undefined) {
      found = [];
      for (let i = 0; i < this.#records.length; i++) if (this.#records[i]?.words.has(word)) found.push(i);
      if (this.#holding.size >= mostRemembered) this.#holding.clear();
      this.#holding.set(word, found);
    }
    return found;
  }
}

function hasText({ texts }: SlowRecord, field: string, test: (text: SlowText) => boolean): boolean {
  return (places[field] ?? []).some((place) => texts.get(place)?.some(test) === true);
}
