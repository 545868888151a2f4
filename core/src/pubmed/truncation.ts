/** Characters that PubMed wants before the first star of a term (NLM Technical Bulletin, May-June 2024). */
export const MINIMUM_STEM = 4;

/** Whether fewer characters than that, spaces not counted, precede the first star of `text`, so that PubMed drops it silently. */
export function hasShortStem(text: string): boolean {
  const star = text.indexOf('*');
  if (star < 0) return false;
  const stem = text.slice(0, star).replace(/[\s"()]+/g, '');
  return [...stem].length < MINIMUM_STEM;
}
