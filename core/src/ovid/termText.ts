import { findField, hasShortStem } from '../pubmed/index.ts';

/** What may stand without quotes in front of a tag. */
const PLAIN = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}'’*-]*$/u;
const OPERATOR = /^(?:and|or|not)$/i;

/**
 * Text that may stand between quotes in PubMed: no quotes, control characters, comment slashes or known tags inside. Signs that
 * PubMed turns into spaces stay as they are.
 */
export function cleanText(text: string): string {
  return (
    text
      .replace(/["“”„‟″＂]/g, ' ')
      .replace(
        /[\u0000-\u001f\u007f-\u009f\ufffd-\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
        ' ',
      )
      // Quotes of a word processor around a phrase; within a word they are apostrophes.
      .replace(/(^|\s)['`‘’‚‛]+|['`‘’‛]{1,3}(?=\s|$)/g, '$1')
      .replace(/\/{2,}/g, '/')
      .replace(/\[([^[\]]{0,80})\]?/g, (whole, name: string) =>
        findField(name) === undefined ? whole : ` ${name} `,
      )
      .replace(/[[\]](?=\s|$)/g, ' ')
      .replace(/(\*[\s*]*)+/g, (stars) => (/\s$/.test(stars) ? '* ' : '*'))
      .replace(/\s+/g, ' ')
      .trim()
  );
}

/** Whether PubMed would find a word in the text. */
export function hasWord(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

/** `text[tag]`, in quotes where they are needed or wished for; a star that PubMed would drop is taken off. */
export function tagged(text: string, tag: string, alwaysQuote = false): string {
  const clean = hasShortStem(text) ? text.replaceAll('*', '') : text;
  const bare = !alwaysQuote && PLAIN.test(clean) && !OPERATOR.test(clean);
  return `${bare ? clean : `"${clean}"`}[${tag}]`;
}
