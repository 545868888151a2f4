import type { Random } from '../fuzz/random.ts';

/** The text as somebody else may have typed it: other case, spaces, hyphens, apostrophes, plurals, punctuation. Often unchanged. */
export function spellOddly(text: string, random: Random): string {
  if (random.next() < 0.6) return text;
  return random.pick(CHANGES)(text);
}

const CHANGES: readonly ((text: string) => string)[] = [
  (text) => text.toUpperCase().replace(/\b(AND|OR|NOT)\b/g, 'and'),
  (text) => text.replaceAll(' ', '  '),
  (text) => text.replaceAll(' ', '-'),
  (text) => text.replaceAll('-', ' '),
  (text) => text.replaceAll('-', ''),
  (text) => text.replace(/s\b/, "'s"),
  (text) => text.replaceAll("'", '’'),
  (text) => `${text}s`,
  (text) => text.replace(/s$/, ''),
  (text) => text.replaceAll(' ', ', '),
  (text) => `${text}.`,
  (text) => text.replace(/[aeo]/, (letter) => ({ a: 'ä', e: 'é', o: 'ö' })[letter] ?? letter),
  (text) => text.replaceAll('-', '\u2010'),
  (text) => text.replace('or', 'our').replace('ize', 'ise'),
  (text) => text.replace(' ', '/'),
];
