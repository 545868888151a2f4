import { dateSpan, findField, parseDate } from '../pubmed/index.ts';
import type { CalendarDate, DateReading, ParsedQuery, RangeNode, TermNode } from '../pubmed/index.ts';
import { fix } from '../text/index.ts';
import type { Range } from '../text/index.ts';
import type { QueryFacts } from './facts.ts';
import { PRESS, textOf } from './family.ts';
import type { LintContext, Report, RuleFamily } from './family.ts';
import { Has } from './has.ts';

/** PubMed holds nothing older: OLDMEDLINE begins in the 1780s. */
const FIRST_YEAR = 1700;
/** Years from here on mean "no end", as in 2020:3000. */
const NO_END = 2200;

/** Dates and ranges of dates. */
export const dateRules = {
  rules: [
    {
      id: 'impossible-date',
      level: 'error',
      category: 'limits',
      press: PRESS.limits,
      reason: 'A date that no calendar has, or in a form that PubMed does not know, finds nothing.',
    },
    {
      id: 'reversed-range',
      level: 'error',
      category: 'limits',
      press: PRESS.limits,
      reason: 'A range that ends before it begins finds nothing.',
    },
    {
      id: 'future-date',
      level: 'warning',
      category: 'limits',
      press: PRESS.limits,
      reason: 'Records from after the day of the search cannot have been found; often a digit is wrong.',
    },
    {
      id: 'update-by-publication-date',
      level: 'hint',
      category: 'limits',
      press: PRESS.limits,
      reason: 'Publication dates do not say what is new in PubMed: an update needs the entry or create date.',
    },
    {
      id: 'untagged-number',
      level: 'warning',
      category: 'limits',
      press: PRESS.syntax,
      reason: 'A year or a line number without a tag or # is searched as a word in all fields.',
    },
  ],
  checkQuery({ query, leaves, valued, ranges, has }: QueryFacts, report: Report, context: LintContext): void {
    if ((has & Has.digit) !== 0)
      for (const leaf of leaves)
        if (leaf.has === Has.digit && leaf.term.tag === undefined) checkUntagged(leaf.term, report);
    for (const { term } of valued) checkTerm(term, report, context);
    for (const node of ranges) checkRange(query, node, report, context);
  },
} satisfies RuleFamily;

function checkTerm(term: TermNode, report: Report, context: LintContext): void {
  if (findField(term.tag?.field ?? '')?.date !== true || term.text.includes('*')) return;
  const date = checkDate(parseDate(term.text), term.text, term.textRange, report);
  if (date !== undefined) checkFuture(date, term.textRange, report, context);
}

/** The calendar date, if it is one; what it cannot be is reported. */
function checkDate(
  date: DateReading,
  written: string,
  range: Range,
  report: Report,
): CalendarDate | undefined {
  if (date.kind === 'impossible' || date.kind === 'none') {
    report('impossible-date', range, `${date.reason} As written, "${written.slice(0, 40)}" finds nothing.`);
    return undefined;
  }
  return date.kind === 'date' ? date : undefined;
}

function checkFuture(date: CalendarDate, range: Range, report: Report, { searchDate }: LintContext): void {
  const last = searchDate ?? new Date().toISOString().slice(0, 10);
  const today = Number(last.replaceAll('-', ''));
  // Issues are dated ahead, but not by more than a year.
  if (dateSpan(date).first <= today + 10_000 || date.year >= NO_END) return;
  const day = searchDate === undefined ? 'today' : `the search date, ${searchDate}`;
  report('future-date', range, `${date.year} is after ${day}. Is a digit wrong?`);
}

function checkRange(query: ParsedQuery, node: RangeNode, report: Report, context: LintContext): void {
  const field = findField(node.tag?.field ?? '');
  if (node.tag === undefined) {
    if (!isYear(node.from) || !isYear(node.to)) return;
    const { end } = node.range;
    report(
      'untagged-number',
      node.range,
      'This range has no field. Years of publication are written 2010:2015[dp].',
      isPlain(query, node.range) ? [fix('Add [dp]', true, [end, end, '[dp]'])] : [],
    );
    return;
  }
  if (field?.date !== true) return;
  const from = checkDate(parseDate(node.from), node.from, node.range, report);
  const to = checkDate(parseDate(node.to), node.to, node.range, report);
  if (from === undefined || to === undefined) return;
  if (dateSpan(from).first > dateSpan(to).last) {
    report(
      'reversed-range',
      node.range,
      `This range ends (${node.to}) before it begins (${node.from}), so it finds nothing. Swap the two.`,
      swap(query, node),
    );
    return;
  }
  checkFuture(from, node.range, report, context);
  const isUpdate = field.tag === 'dp' && from.month !== undefined && to.year >= NO_END;
  if (isUpdate)
    report(
      'update-by-publication-date',
      node.range,
      'This looks like an update search by publication date. Records enter PubMed before and long after that day; [crdt] or [edat] says when they came in.',
    );
}

/** Exchanges the two values where both are written plainly: `2015:2010[dp]`. */
function swap(query: ParsedQuery, node: RangeNode): ReturnType<typeof fix>[] {
  const written = textOf(query, node.range);
  const match = /^("?)([\d/]+)\1((?:\s*\[[^\]]*\])?\s*:\s*)("?)([\d/]+)\4/.exec(written);
  if (match === null) return [];
  const [, quote = '', from = '', , secondQuote = '', to = ''] = match;
  const { start } = node.range;
  const second = start + match[0].length - secondQuote.length - to.length;
  const first = start + quote.length;
  return [fix('Swap the dates', true, [first, first + from.length, to], [second, second + to.length, from])];
}

const isYear = (text: string): boolean => {
  const year = /^\d{4}$/.test(text) ? Number(text) : 0;
  return year >= FIRST_YEAR && year <= 2100;
};

const isPlain = (query: ParsedQuery, range: Range): boolean => !/[\n\r]/.test(textOf(query, range));

function checkUntagged(term: TermNode, report: Report): void {
  if (term.quoted || !/^\d{1,4}$/.test(term.text)) return;
  const { end } = term.range;
  if (isYear(term.text))
    report(
      'untagged-number',
      term.range,
      `Without a tag ${term.text} is searched as a word in all fields. The year of publication is ${term.text}[dp].`,
      [fix('Add [dp]', false, [end, end, '[dp]'])],
    );
  else if (term.text.length < 4)
    report(
      'untagged-number',
      term.range,
      `${term.text} is searched as a word in all fields. A line of the strategy is #${term.text}.`,
    );
}
