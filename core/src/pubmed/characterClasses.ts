/**
 * What a UTF-16 unit is to the scanner. The classes up to `LAST_IN_WORD` are part of a word wherever they stand in one; `#` and `/`
 * may begin something else. Colons, opening brackets and halves of surrogate pairs depend on what surrounds them.
 */
export const WORD = 0;
export const NUMBER_SIGN = 1;
export const SLASH = 2;
export const LAST_IN_WORD = 2;
export const COLON = 3;
export const BRACKET = 4;
export const SURROGATE = 5;
export const SPACE = 6;
export const QUOTE = 7;
export const OPEN = 8;
export const CLOSE = 9;
export const BAR = 10;
export const AMPERSAND = 11;
/** A closing bracket, or one of East Asian width, which PubMed does not read as one. */
export const STRAY_BRACKET = 12;
/** Control characters, and U+FFFD, which decoders put for bytes that are no text. */
export const INVALID = 13;

/** First and last unit of each class; all others are words'. */
const UNITS: readonly (readonly [number, readonly (number | readonly [number, number])[]])[] = [
  [NUMBER_SIGN, [0x23]],
  [SLASH, [0x2f]],
  [COLON, [0x3a]],
  [BRACKET, [0x5b]],
  [SURROGATE, [[0xd800, 0xdfff]]],
  [
    INVALID,
    [
      [0, 8],
      [0xe, 0x1f],
      [0x7f, 0x9f],
      [0xfffd, 0xffff],
    ],
  ],
  // White space, and the invisible marks that web pages leave in copied text (zero-width space, direction marks, word joiner).
  [SPACE, [[9, 13], 32, 0xa0, 0x1680, [0x2000, 0x200b], 0x200e, 0x200f]],
  [SPACE, [0x2028, 0x2029, 0x202f, 0x205f, 0x2060, 0x3000, 0xfeff]],
  // " “ ” „ ‟ ″ ＂
  [QUOTE, [0x22, [0x201c, 0x201f], 0x2033, 0xff02]],
  [OPEN, [0x28]],
  [CLOSE, [0x29]],
  [BAR, [0x7c]],
  [AMPERSAND, [0x26]],
  [STRAY_BRACKET, [0x5d, 0xff08, 0xff09, 0xff3b, 0xff3d]],
];

/** The class of every UTF-16 unit: one look instead of a chain of comparisons, for most of the work on a query is asking this. */
export const CLASSES = new Uint8Array(0x10000);
for (const [kind, units] of UNITS)
  for (const unit of units)
    if (typeof unit === 'number') CLASSES[unit] = kind;
    else CLASSES.fill(kind, unit[0], unit[1] + 1);

/** The class of the unit at `at`; that of invalid units outside the text. */
export function classAt(text: string, at: number): number {
  return CLASSES[text.charCodeAt(at)] ?? INVALID;
}

/** Whether `character` is a double quote, straight or curly. */
export function isQuote(character: string): boolean {
  return classAt(character, 0) === QUOTE;
}

/** Whether half a surrogate pair at `at` lacks the other half. */
export function isLonelySurrogate(text: string, at: number): boolean {
  const isFirst = text.charCodeAt(at) < 0xdc00;
  const other = text.charCodeAt(isFirst ? at + 1 : at - 1);
  return isFirst ? !(other >= 0xdc00 && other <= 0xdfff) : !(other >= 0xd800 && other <= 0xdbff);
}

/** Whether the unit is a letter or digit of ASCII. */
export function isAlphanumeric(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57);
}

export function isLineBreak(code: number): boolean {
  return code === 10 || code === 13;
}
