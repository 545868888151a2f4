/** Letters that Unicode decomposition leaves alone but that people type without their stroke or ligature. */
const undecomposed: Readonly<Record<string, string>> = {
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

const nonAscii = /[^\0-\x7f]/;

/**
 * Lower case without diacritics, ligatures and typographic variants (Unicode compatibility decomposition), soft hyphens
 * removed. Greek letters stay what they are. Indexing and searching fold alike, so `Börsch` and `borsch` are one word.
 */
export function fold(text: string): string {
  if (!nonAscii.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKD')
    .replace(/[\p{M}\u00ad]+/gu, '')
    .toLowerCase()
    .replace(/[øłđðþßæœı]/g, (letter) => undecomposed[letter] ?? letter);
}

const letterOrDigit = /^[\p{L}\p{N}]$/u;

/** Whether the folded code unit at `at` belongs to a word; returns the number of code units of that character, else 0. */
export function wordCharacterAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code < 128) return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) ? 1 : 0;
  const isPair = code >= 0xd800 && code < 0xdc00 && at + 1 < text.length;
  const character = isPair ? text.slice(at, at + 2) : text.charAt(at);
  return letterOrDigit.test(character) ? character.length : 0;
}

/** Hyphens that join the parts of one word: hyphen-minus and U+2010 (into which the non-breaking hyphen decomposes). */
export function isHyphen(code: number): boolean {
  return code === 0x2d || code === 0x2010;
}

/**
 * A name as a look-up key: folded, every run of other characters than letters and digits one space. Journals, authors,
 * publication types and substances are compared in this form.
 */
export function nameKey(text: string): string {
  return fold(text)
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/**
 * A value with stars as the pattern of its key: each part between stars by `key`, with a space where the text has something else than
 * letters and digits beside the star, so that `smith j*` and `smith *` say what they look like.
 */
export function keyPattern(
  text: string,
  key: (text: string) => string,
  separator: RegExp = /[^\p{L}\p{N}]/u,
): string {
  if (!text.includes('*')) return key(text);
  const parts = text.split('*');
  return parts
    .map((part, i) => {
      const inner = key(part);
      if (inner === '') return '';
      const before = i > 0 && separator.test(part.charAt(0)) ? ' ' : '';
      const after = i < parts.length - 1 && separator.test(part.charAt(part.length - 1)) ? ' ' : '';
      return before + inner + after;
    })
    .join('*');
}

/**
 * A MeSH heading as a look-up key. In MeSH fields hyphen and comma keep their meaning (User Guide, "Special characters");
 * parentheses and the rest become spaces, so `benzo a pyrene` is `Benzo(a)pyrene`. `&` and `and` are one, since subheadings are
 * written both ways.
 */
export function headingKey(text: string): string {
  return fold(text)
    .replace(/&/g, ' and ')
    .replace(/[^\p{L}\p{N},-]+/gu, ' ')
    .replace(/ ?, ?/g, ', ')
    .trim();
}
