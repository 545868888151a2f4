import { AT_START, DOUBLED_L, FAMILIES, INSIDE, IZE, UNCHANGED, YZE } from './spellingTable.ts';

/** Endings of verbs in -ise or -ize. */
const IZE_ENDINGS = 'e es ed er ers ing ation ations ational able ability'.split(' ');
/** Endings before which Britain doubles the l. */
const L_ENDINGS = 'ed ing ings er ers or ors'.split(' ');

type Pair = readonly [british: string, american: string];

function rows(table: string): string[][] {
  return table
    .trim()
    .split(/[|\n]/)
    .map((row) => row.trim().split(/\s+/));
}

function pairs(table: string): Pair[] {
  return (
    rows(table)
      .map(([british = '', american = '']): Pair => [british, american])
      .filter(([british, american]) => british !== american)
      // The longer first: `leucaemi` before `caemi`.
      .sort((a, b) => b[0].length - a[0].length)
  );
}

/** Whole words, both ways. */
function wholeWords(): { toAmerican: Map<string, string>; toBritish: Map<string, string> } {
  const toAmerican = new Map<string, string>();
  const toBritish = new Map<string, string>();
  const add = (british: string, american: string): void => {
    if (british === american) return;
    if (!toAmerican.has(british)) toAmerican.set(british, american);
    if (!toBritish.has(american)) toBritish.set(american, british);
  };
  for (const [british = '', american = '', ...endings] of rows(FAMILIES)) {
    for (const ending of endings) {
      const suffix = ending === '-' ? '' : ending;
      add(british + suffix, american + suffix);
    }
  }
  for (const stem of IZE.trim().split(/\s+/))
    for (const ending of IZE_ENDINGS) add(`${stem}is${ending}`, `${stem}iz${ending}`);
  for (const stem of YZE.trim().split(/\s+/)) {
    const americanStem = stem.replace('haemo', 'hemo');
    for (const ending of ['e', 'ed', 'er', 'ers', 'ing'])
      add(`${stem}ys${ending}`, `${americanStem}yz${ending}`);
  }
  for (const stem of DOUBLED_L.trim().split(/\s+/))
    for (const ending of L_ENDINGS) add(`${stem}l${ending}`, stem + ending);
  return { toAmerican, toBritish };
}

const inside = pairs(INSIDE);
const atStart = pairs(AT_START);

/** Letters that the parts of a word are looked up by; no part is shorter. */
const BEGINNING = 4;
/** All parts by their first letters, by which most words are known to have none. */
const parts = new Map<number, string[]>();
for (const part of [...inside, ...atStart].flat()) {
  const beginning = beginningAt(part, 0);
  parts.set(beginning, [...(parts.get(beginning) ?? []), part]);
}

/** The letters from `at` on as a number. */
function beginningAt(text: string, at: number): number {
  let number = 0;
  for (let i = at; i < at + BEGINNING; i++) number = Math.imul(number, 0x101) + text.charCodeAt(i);
  return number | 0;
}

/** Whether a word may have a part that has two spellings. */
function mayHavePart(word: string): boolean {
  for (let at = 0; at + BEGINNING <= word.length; at++)
    if (parts.get(beginningAt(word, at))?.some((part) => word.startsWith(part, at)) === true) return true;
  return false;
}
const words = wholeWords();

/** One spelling for every part of a word that has two. */
function respell(word: string, into: 'american' | 'british'): string {
  const whole = into === 'american' ? words.toAmerican : words.toBritish;
  const known = whole.get(word);
  if (known !== undefined) return known;
  if (!mayHavePart(word) || UNCHANGED.test(word)) return word;
  let result = word;
  for (const pair of inside) {
    const [from, to] = into === 'american' ? pair : [pair[1], pair[0]];
    // Esophagus stands in oesophagus too.
    const isDone = to.includes(from) && result.includes(to);
    if (!isDone && result.includes(from)) result = result.replaceAll(from, to);
  }
  for (const pair of atStart) {
    const [from, to] = into === 'american' ? pair : [pair[1], pair[0]];
    if (result.startsWith(from)) result = to + result.slice(from.length);
  }
  // What the parts made may be a whole word of the other table: colourised, haemolysed.
  return whole.get(result) ?? result;
}

function respellParts(word: string, into: 'american' | 'british'): string {
  const whole = (into === 'american' ? words.toAmerican : words.toBritish).get(word);
  return (
    whole ??
    word
      .split('-')
      .map((part) => respell(part, into))
      .join('-')
  );
}

/** Whether a word may have two spellings: most have one, and working that out part by part takes its time. */
function mayVary(word: string): boolean {
  return mayHavePart(word) || words.toAmerican.has(word) || words.toBritish.has(word) || word.includes('-');
}

/**
 * The British and American spellings of a single word, lower case, without the word as it is given: `tumour` gives `tumor`, `randomized`
 * gives `randomised`. A hyphenated word varies part by part. Empty where both write the same, and for phrases.
 */
export function spellingVariants(word: string): readonly string[] {
  const given = word.trim().toLowerCase();
  if (given === '' || given.length > 60 || !mayVary(given) || /\s/.test(given)) return [];
  const found = new Set([respellParts(given, 'american'), respellParts(given, 'british')]);
  found.delete(given);
  return [...found];
}

/** `text` as it is spelt in America, lower case, which is how MeSH spells: `oesophageal tumours` gives `esophageal tumors`. */
export function americanSpelling(text: string): string {
  return text.toLowerCase().replace(/\p{L}+/gu, (word) => respell(word, 'american'));
}
