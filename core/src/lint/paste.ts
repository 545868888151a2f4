import { findLanguage, findPublicationType } from '../pubmed/index.ts';
import type { ParsedQuery, TermNode, Token } from '../pubmed/index.ts';
import { fix } from '../text/index.ts';
import type { QueryFacts } from './facts.ts';
import { PRESS, textOf } from './family.ts';
import type { Report, RuleFamily } from './family.ts';
import { Has } from './has.ts';

/** A label in front of a query: "Search:", "PubMed search strategy:". */
export const PASTED_PREFIX =
  /^(?:search(?:\s+(?:strategy|query|string|terms))?|query|(?:pubmed|medline)(?:\s+(?:search|query|with no restrictions))?)\s*:/i;
/** The filters of PubMed's sidebar, as its history and its "Share" write them behind a query, perhaps with the order behind. */
const FILTERS = /(?:^|\s)(Filters?(?: applied)?:\s*([^\n\r[\]"()]*?))(?:\s*\bSort(?:ed)? by:?[^\n\r]*)?\s*$/i;
/** Characters at the end of a query in which filters are looked for. */
const LONGEST_SUFFIX = 600;
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
    const filtersAt = checkFilters(query, report);
    for (const { term, has } of leaves)
      if (
        term.textRange.end <= filtersAt &&
        !term.quoted &&
        term.tag === undefined &&
        ((has & Has.colon) !== 0 || !isPlain(term))
      )
        checkEnd(query, term, report);
  },
} satisfies RuleFamily;

/** Checks the end for "Filters: English, Humans", and gives where they begin; Infinity without. */
function checkFilters(query: ParsedQuery, report: Report): number {
  const { text, offset } = query;
  const from = Math.max(0, text.length - LONGEST_SUFFIX);
  const match = /filters?(?: applied)?:/i.test(text.slice(from)) ? FILTERS.exec(text.slice(from)) : null;
  if (match === null) return Infinity;
  const [whole, label = '', list = ''] = match;
  const start = from + match.index + whole.indexOf(label);
  const range = { start: offset + start, end: offset + from + match.index + whole.trimEnd().length };
  if (query.tokens.some((token) => token.kind === 'comment' && token.end > range.start)) return Infinity;
  const limits = limitsOf(list);
  const asLimits = limits === undefined ? undefined : `AND ${limits}`;
  report(
    'pasted-text',
    range,
    `"${label.slice(0, 80)}" was copied along with the query; PubMed searches it as words. The filters are a part of that search, and are not applied unless you write them as limits, such as ${asLimits ?? 'AND english[la]'}.`,
    [
      ...(asLimits === undefined
        ? []
        : [fix(`Write ${asLimits}`, false, [range.start, range.end, asLimits])]),
      fix('Remove it: the filters are not applied', false, [range.start, range.end, '']),
    ],
  );
  return range.start;
}

/** Filters as terms, those of one kind ORed as PubMed does; undefined when one of them is not known. */
function limitsOf(list: string): string | undefined {
  const kinds = new Map<string, string[]>();
  for (const name of list.split(',').map((one) => one.trim())) {
    const type = findPublicationType(name);
    const [kind, term] =
      findLanguage(name) !== undefined
        ? ['la', `${name.toLowerCase()}[la]`]
        : /^(?:humans|female|male|animals)$/i.test(name)
          ? [/^(?:fe)?male$/i.test(name) ? 'sex' : 'species', `"${name.toLowerCase()}"[mh]`]
          : type !== undefined && type.retired === undefined
            ? ['pt', `"${type.name}"[pt]`]
            : ['', ''];
    if (kind === '') return undefined;
    kinds.set(kind, [...(kinds.get(kind) ?? []), term]);
  }
  return [...kinds.values()]
    .map((terms) => (terms.length === 1 ? (terms[0] ?? '') : `(${terms.join(' OR ')})`))
    .join(' AND ');
}

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
