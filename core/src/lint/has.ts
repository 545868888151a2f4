/** What the text of a term has, as bits: one test decides whether a rule has to look at the term at all. */
export const Has = {
  letter: 1,
  digit: 1 << 1,
  star: 1 << 2,
  space: 1 << 3,
  hyphen: 1 << 4,
  slash: 1 << 5,
  colon: 1 << 6,
  dot: 1 << 7,
  comma: 1 << 8,
  /** `?`, `$` or `#`. */
  pseudoWildcard: 1 << 9,
  capital: 1 << 10,
  /** Any other ASCII character. */
  other: 1 << 11,
  /** A character beyond ASCII. */
  special: 1 << 12,
  /** AND, OR or NOT as a word, in any case. */
  operatorWord: 1 << 13,
  /** A word of another platform's proximity. */
  proximityWord: 1 << 14,
  /** A star that counts stands at the end of a word. */
  truncation: 1 << 15,
  /** The first star has too few characters before it, so that all are dropped. */
  shortStem: 1 << 16,
  /** A star within a word, or on its own. */
  brokenWord: 1 << 17,
} as const;
