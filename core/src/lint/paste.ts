import type { ParsedQuery } from '../pubmed/index.ts';
import { fix } from '../text/index.ts';
import { nodesOf, PRESS, textOf } from './family.ts';
import type { Report, RuleFamily } from './family.ts';

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
  checkQuery(query: ParsedQuery, report: Report): void {
    checkStart(query, report);
    checkEnd(query, report);
  },
} satisfies RuleFamily;

function checkStart(query: ParsedQuery, report: Report): void {
  const words = query.tokens.filter(({ kind }) => kind !== 'space' && kind !== 'comment');
  const first = words[0];
  const last = words.at(-1);
  if (first?.kind !== 'word' || last === undefined) return;
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
function checkEnd(query: ParsedQuery, report: Report): void {
  for (const node of nodesOf(query.root)) {
    if (node.kind !== 'term' || node.quoted || node.tag !== undefined) continue;
    // The label is short, and stands at the end.
    const from = Math.max(node.textRange.start, node.textRange.end - 200);
    const match = SUFFIX.exec(textOf(query, { start: from, end: node.textRange.end }));
    if (match === null || !match[0].includes(':')) continue;
    const range = { start: from + match.index, end: node.textRange.end };
    report(
      'pasted-text',
      range,
      `"${match[0].slice(0, 60)}" was copied along with the query; PubMed searches it as words. Remove it.`,
      [fix('Remove it', true, [range.start, range.end, ''])],
    );
  }
}
