/** Words as a reader counts them, for the slow evaluator; shares nothing with the index's tokeniser. */

/** Numbers for words, so that a reader of many texts compares numbers. */
export class WordNumbers {
  readonly words: string[] = [];
  readonly #numbers = new Map<string, number>();

  /** The number of a word, a new one where it has none. */
  add(word: string): number {
    let number = this.#numbers.get(word);
    if (number === undefined) {
      number = this.words.push(word) - 1;
      this.#numbers.set(word, number);
    }
    return number;
  }

  /** The number of a word; -1 where no text has it. */
  find(word: string): number {
    return this.#numbers.get(word) ?? -1;
  }
}

/** One text: its words in order, by number, and the joined forms of hyphenated words by the place of their last part. */
export interface SlowText {
  readonly words: Uint32Array;
  readonly joined: ReadonlyMap<number, number> | undefined;
}

const special: Readonly<Record<string, string>> = {
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
};

/** Lower case, without diacritics. */
export function plain(text: string): string {
  if (/^[ -~]*$/.test(text)) return text.toLowerCase();
  let result = '';
  for (const character of text.normalize('NFKD')) {
    if (/\p{M}|\u00ad/u.test(character)) continue;
    const lower = character.toLowerCase();
    result += special[lower] ?? lower;
  }
  return result;
}

/** Letters and digits, everything else a space. */
export function simple(text: string): string {
  return plain(text)
    .split(/[^\p{L}\p{N}]+/u)
    .join(' ')
    .trim();
}

/** The same, stars kept. */
export function simplePattern(text: string): string {
  return plain(text)
    .replace(/[^\p{L}\p{N}*]+/gu, ' ')
    .trim();
}

/** Whether a text has any letter or digit. */
export function hasWords(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(plain(text));
}

export function readText(text: string, numbers: WordNumbers): SlowText {
  const words: number[] = [];
  let joined: Map<number, number> | undefined;
  for (const run of plain(text).split(/[^\p{L}\p{N}\-\u2010]+/u))
    for (const chain of run.split(/[-\u2010]{2,}/u)) {
      const parts = chain.split(/[-\u2010]/u).filter((part) => part !== '');
      for (const part of parts) words.push(numbers.add(part));
      if (parts.length > 1)
        (joined ??= new Map<number, number>()).set(words.length - 1, numbers.add(parts.join('')));
    }
  return { words: Uint32Array.from(words), joined };
}

/** Words of a search term, grouped by the spaces between them; a star that comes too early is a space. */
export function pieces(text: string): string[][] {
  let wanted = plain(text);
  if (hasEarlyStar(text)) wanted = wanted.split('*').join(' ');
  return wanted
    .split(/\s+/u)
    .map((piece) =>
      piece
        .split(/[^\p{L}\p{N}*]+/u)
        .filter((word) => word.split('*').join('') !== '')
        .map((word) => word.replace(/\*+/g, '*')),
    )
    .filter((words) => words.length > 0);
}

/** Fewer than four characters, spaces aside, before the first star. */
export function hasEarlyStar(text: string): boolean {
  const star = text.indexOf('*');
  return star >= 0 && Array.from(text.slice(0, star).replace(/[\s"()]/gu, '')).length < 4;
}

/** A pattern with stars as an expression for the whole of a value. */
export function wildcard(pattern: string): RegExp {
  return new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replace(/[\\^$.|?+()[\]{}/]/g, '\\$&'))
      .join('.*')}$`,
    'su',
  );
}

/** What a word of a search stands for: a word by its number, or any of several. */
export type WordTest = number | ReadonlySet<number>;

function fits(word: number, test: WordTest): boolean {
  return typeof test === 'number' ? word === test : test.has(word);
}

function fitsAt({ words, joined }: SlowText, at: number, test: WordTest): boolean {
  if (at >= words.length) return false;
  if (fits(words[at] as number, test)) return true;
  const other = joined?.get(at);
  return other !== undefined && fits(other, test);
}

/** Whether the words stand one behind the other. */
export function hasRun(text: SlowText, tests: readonly WordTest[]): boolean {
  const [first] = tests;
  // Without hyphens the next place to try is the next one of the first word.
  const jumps = typeof first === 'number' && text.joined === undefined;
  for (let at = 0; at + tests.length <= text.words.length; at++) {
    if (jumps) at = text.words.indexOf(first, at);
    if (at < 0) return false;
    let fitting = 0;
    while (fitting < tests.length && fitsAt(text, at + fitting, tests[fitting] as WordTest)) fitting++;
    if (fitting === tests.length) return true;
  }
  return false;
}

/** Tries every way to give each word a position of its own within the window. */
export function isNear(text: SlowText, wanted: readonly number[], between: number): boolean {
  const places = wanted.map((word) => {
    const found: number[] = [];
    for (let at = 0; at < text.words.length; at++) if (fitsAt(text, at, word)) found.push(at);
    return found;
  });
  const pick = (i: number, chosen: readonly number[]): boolean => {
    const list = places[i];
    if (list === undefined) return Math.max(...chosen) - Math.min(...chosen) + 1 - wanted.length <= between;
    return list.some(
      (at) =>
        !chosen.includes(at) &&
        chosen.every((other) => Math.abs(other - at) < wanted.length + between) &&
        pick(i + 1, [...chosen, at]),
    );
  };
  return places.every((list) => list.length > 0) && pick(0, []);
}
