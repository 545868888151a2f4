/**
 * Characters that PubMed reads as a space: User Guide, "How PubMed treats special characters". `*`, `#` and `-` have
 * meanings in some places; the functions here say which they keep.
 */
const TO_SPACE = /[!#$%+.,;<>=?\\^_{}~'’‘`]/g;

/** The stem that PubMed wants before the first star: with fewer characters the star is read as a space. */
export const MINIMUM_STEM = 4;

/**
 * The text of a term as PubMed looks it up: converted characters become single spaces, in lower case; curly apostrophes
 * count as straight ones. Stars stay, and so do hyphens and slashes, which callers treat by field:
 * `/ - ,` are significant in MeSH fields, elsewhere a hyphen separates words.
 * @param mesh keep the comma, which is part of inverted headings
 */
export function convertCharacters(text: string, mesh = false): string {
  const kept = mesh ? text.replace(/[,.'’‘]/g, (c) => (c === '’' || c === '‘' ? "'" : c)) : text;
  const pattern = mesh ? /[!#$%+;<>=?\\^_{}~`]/g : TO_SPACE;
  return kept.replace(pattern, ' ').replace(/\s+/g, ' ').trim().toLowerCase();
}

/** Whether fewer than four characters (spaces not counted) precede the first star of `text`, so that PubMed drops it silently. */
export function hasShortStem(text: string): boolean {
  const star = text.indexOf('*');
  if (star < 0) return false;
  const stem = text.slice(0, star).replace(/[\s"()]+/g, '');
  return stem.length < MINIMUM_STEM;
}
