/** Words as a reader counts them, for the slow evaluator; shares nothing with the index's tokeniser. */

/** One text: its words in order, and the joined forms of hyphenated words by the place of their last part. */
export interface SlowText {
  readonly words: readonly string[];
  readonly joined: ReadonlyMap<number, string> | undefined;
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

export function readText(text: string): SlowText {
  const words: string[] = [];
  let joined: Map<number, string> | undefined;
  for (const run of plain(text).split(/[^\p{L}\p{N}\-\u2010]+/u))
    for (const chain of run.split(/[-\u2010]{2,}/u)) {
      const parts = chain.split(/[-\u2010]/u).filter((part) => part !== '');
      words.push(...parts);
      if (parts.length > 1) (joined ??= new Map<number, string>()).set(words.length - 1, parts.join(''));
    }
  return { words, joined };
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

/** What a word of a search stands for. */
export type WordTest = (word: string) => boolean;

export function hasRun({ words, joined }: SlowText, tests: readonly WordTest[]): boolean {
  const fits = (at: number, test: WordTest): boolean => {
    if (at >= words.length) return false;
    if (test(words[at] as string)) return true;
    const other = joined?.get(at);
    return other !== undefined && test(other);
  };
  for (let at = 0; at < words.length; at++) if (tests.every((test, i) => fits(at + i, test))) return true;
  return false;
}

/** Tries every way to give each word a position of its own within the window. */
export function isNear({ words, joined }: SlowText, wanted: readonly string[], between: number): boolean {
  const places = wanted.map((word) =>
    [...words.keys()].filter((at) => words[at] === word || joined?.get(at) === word),
  );
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
