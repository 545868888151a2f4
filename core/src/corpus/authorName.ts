import { nameKey } from './characters.ts';

/** An author's name in the forms that searches use. */
export interface AuthorName {
  /** `smith ja`; `who working group` where the name has no initials. */
  readonly key: string;
  /** `smith john a` and `john a smith`; empty when only initials are known. */
  readonly full: readonly string[];
}

const suffix = /[\s,]+(?:jr|sr|ii|iii|iv|1st|2nd|3rd|4th)\.?$/i;
const capitalsOnly = /^\p{Lu}{1,3}$/u;
const particle = /^\p{Ll}/u;

/** First letters of given names; a short run of capitals counts as initials already (`JA`). */
function initialsOf(given: readonly string[]): string {
  return given.map((word) => (capitalsOnly.test(word) ? word : (/\p{L}/u.exec(word)?.[0] ?? ''))).join('');
}

/**
 * Reads a name as `Last, First M.`, `Last FM` or `First M. Last`, whichever its punctuation and capitals say; suffixes such as
 * `Jr` are left out, and particles in lower case (`van den`) belong to the last name.
 */
export function readAuthor(text: string): AuthorName {
  const name = text.trim().replace(suffix, '');
  const comma = name.indexOf(',');
  let last: string;
  let given: string[];
  const wordsOf = (part: string) => part.split(/[\s.\-‐]+/u).filter((word) => /\p{L}/u.test(word));
  if (comma >= 0) {
    last = name.slice(0, comma);
    given = wordsOf(name.slice(comma + 1));
  } else {
    const words = name.split(/\s+/u).filter((word) => word !== '');
    const final = words.at(-1) ?? '';
    if (words.length > 1 && capitalsOnly.test(final.replace(/[.\-]/g, ''))) {
      last = words.slice(0, -1).join(' ');
      given = [final.replace(/[.\-]/g, '')];
    } else {
      let start = Math.max(0, words.length - 1);
      while (start > 1 && particle.test(words[start - 1] ?? '')) start--;
      last = words.slice(start).join(' ');
      given = wordsOf(words.slice(0, start).join(' '));
    }
  }
  const lastKey = nameKey(last);
  const initials = nameKey(initialsOf(given)).replaceAll(' ', '');
  const key = [lastKey, initials].filter((part) => part !== '').join(' ');
  const isFull = given.some((word) => [...word].length > 1 && !capitalsOnly.test(word));
  if (!isFull || lastKey === '') return { key, full: [] };
  const givenKey = nameKey(given.join(' '));
  return { key, full: [`${lastKey} ${givenKey}`, `${givenKey} ${lastKey}`] };
}
