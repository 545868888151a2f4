import type { ParsedQuery, TermNode, Token } from '../pubmed/index.ts';
import { fix } from '../text/index.ts';
import type { QueryFacts } from './facts.ts';
import { PRESS, textOf } from './family.ts';
import type { Report, RuleFamily } from './family.ts';
import { Has } from './has.ts';

/** A label in front of a query: "Search:", "PubMed search strategy:". */
export const PASTED_PREFIX =
  /^(?:search(?:\s+(?:strategy|query|string|terms))?|query|(?:pubmed|medline)(?:\s+(?:search|query|with no restrictions))?)\s*:/i;
const SUFFIX = /\bsort(?:ed)?\s+by\s*:?.*$/i;

/** Labels that came along with a copied query. */
export const pasteRules = {
  rules: [
    {
      id: 'pasted-text',
      level: 'error',
      category: 'dialect',
      press: PRESS.syntax,
      reason: 'Labels that were copied with the query are searched as words.',
    },
  ],
  checkQuery({ query, leaves }: QueryFacts, report: Report): void {
    if (!query.text.includes(':')) return;
    checkStart(query, report);
    for (const { term, has } of leaves)
      if (!term.quoted && term.tag === undefined && ((has & Has.colon) !== 0 || !isPlain(term)))
        checkEnd(query, term, report);
  },
} satisfies RuleFamily;

/** Nothing but words is written there, no comment between them. */
const isPlain = ({ text, textRange }: TermNode): boolean => textRange.end - textRange.start === text.length;

function checkStart(query: ParsedQuery, report: Report): void {
  const isWritten = ({ kind }: Token): boolean => kind !== 'space' && kind !== 'comment';
  const first = query.tokens.find(isWritten);
  if (first?.kind !== 'word') return;
  const last = query.tokens.findLast(isWritten) ?? first;
  const text = textOf(query, { start: first.start, end: last.end });
  const prefix = PASTED_PREFIX.exec(text.slice(0, 200));
  if (prefix !== null) {
    const end = first.start + prefix[0].length;
    const spaces = /^\s*/.exec(text.slice(prefix[0].length))?.[0].length ?? 0;
    report(
      'pasted-text',
      { start: first.start, end },
      `"${prefix[0]}" is a label, not part of the query; PubMed searches it as words. Remove it.`,
      [fix('Remove the label', true, [first.start, end + spaces, ''])],
    );
  }
}

/** Checks the end of a query for "Sort by: ..." of PubMed's search details. */
function checkEnd(query: ParsedQuery, { textRange }: TermNode, report: Report): void {
  // The label is short, and stands at the end.
  const from = Math.max(textRange.start, textRange.end - 200);
  const match = SUFFIX.exec(textOf(query, { start: from, end: textRange.end }));
  if (match === null || !match[0].includes(':')) return;
  const range = { start: from + match.index, end: textRange.end };
  report(
    'pasted-text',
    range,
    `"${match[0].slice(0, 60)}" was copied along with the query; PubMed searches it as words. Remove it.`,
    [fix('Remove it', true, [range.start, range.end, ''])],
  );
}
