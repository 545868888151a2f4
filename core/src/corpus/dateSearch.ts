import type { RangeNode, TermNode } from '../pubmed/index.ts';
import { findField, parseDate, printRange, printTerm } from '../pubmed/index.ts';
import { checkDay } from '../search/index.ts';
import { formatCount } from '../text/index.ts';
import type { CitationIndex } from './citationIndex.ts';
import type { DateRange } from './dates.ts';
import { dateRange, isInRange, isLater, rangeOf, relativeRange } from './dates.ts';
import { DocSet } from './docSet.ts';
import type { Evaluation, Part } from './evaluation.ts';
import type { RecordDay } from './record.ts';

/** Date fields whose days a record may tell; `p1dat` is PubMed's own. */
export type DateField = 'dp' | RecordDay;

const what: Readonly<Record<DateField, string>> = {
  dp: 'a date of publication [dp]',
  epdat: 'a date of electronic publication [epdat]',
  ppdat: 'a date of print publication [ppdat]',
  edat: 'an entry date [edat]',
  crdt: 'a create date [crdt]',
  mhda: 'a MeSH date [mhda]',
  dcom: 'a completion date [dcom]',
  lr: 'a modification date [lr]',
};

/** Whether `field` is a date that records can have. */
export function isDateField(field: string | undefined): field is DateField {
  return field !== undefined && Object.hasOwn(what, field);
}

/** `2016[dp]`, `2016/09[edat]`, `"last 5 years"[crdt]`. */
export function searchDate(run: Evaluation, node: TermNode, field: DateField): Part {
  const date = parseDate(node.text);
  switch (date.kind) {
    case 'date':
      return inRange(run, field, rangeOf(date), printTerm(node), true);
    case 'relative':
      return inRange(
        run,
        field,
        relativeRange(date.amount, date.unit, run.today),
        `"${node.text.replace(/\s+/g, ' ').trim().toLowerCase()}"[${findField(field)?.name ?? field}]`,
        false,
      );
    default:
      return run.drop('ignored', `${printTerm(node)} was left out. ${date.reason}`, node.text);
  }
}

/** `2010:2016[dp]`. */
export function searchDateRange(run: Evaluation, node: RangeNode, field: DateField): Part {
  const text = printRange(node);
  const [from, to] = [parseDate(node.from), parseDate(node.to)];
  for (const end of [from, to])
    if (end.kind === 'none' || end.kind === 'impossible')
      return run.drop('ignored', `${text} is no range of dates and was left out. ${end.reason}`, text);
  if (from.kind !== 'date' || to.kind !== 'date')
    return run.drop(
      'ignored',
      `${text} is no range of dates and was left out: "last ..." is a range already. Write it on its own.`,
      text,
    );
  const range = rangeOf(from, to);
  if (range.from > range.to) {
    run.warn('reversed-range', `${text} ends before it begins, so it finds nothing. Exchange its two dates.`);
    return run.nothing(text);
  }
  return inRange(run, field, range, text, false);
}

/** The records of the last so many years. */
export function docsOfSpan(run: Evaluation, years: number): DocSet {
  run.noteCoverage('dp', what.dp);
  return docsInRange(run.index, 'dp', relativeRange(years, 'year', run.today), false);
}

function inRange(run: Evaluation, field: DateField, range: DateRange, text: string, isSingle: boolean): Part {
  run.noteCoverage(field, what[field]);
  return { docs: docsInRange(run.index, field, range, isSingle), text };
}

/**
 * The records of a date. `[dp]` looks at print and electronic dates; a single date does not find an electronic one that is later than
 * the print date (User Guide, "Publication date").
 */
function docsInRange(index: CitationIndex, field: DateField, range: DateRange, isSingle: boolean): DocSet {
  return index.cached(`d|${field}|${range.from}|${range.to}|${isSingle}`, () => {
    const docs = new DocSet(index.documentCount);
    const { dates, days } = index.parts;
    if (field !== 'dp') {
      days[field]?.forEach((date, doc) => {
        if (isInRange(date, range)) docs.add(doc);
      });
      return docs;
    }
    const { epdat, ppdat } = days;
    dates.forEach((date, doc) => {
      const print = ppdat?.[doc] ?? 0;
      const electronic = epdat?.[doc] ?? 0;
      const known = date > 0 ? date : print;
      const isHidden = isSingle && known > 0 && isLater(electronic, known);
      if (isInRange(date, range) || isInRange(print, range) || (!isHidden && isInRange(electronic, range)))
        docs.add(doc);
    });
    return docs;
  });
}

/**
 * Keeps what was published by the day `until`, and what has no date.
 * @throws SearchError `rejected` when `until` is no day: without the limit the number would be another one.
 */
export function limitTo(run: Evaluation, docs: DocSet, until: string): DocSet {
  checkDay(until);
  const range = dateRange('0001', until);
  if (range === undefined) return docs;
  const { index } = run;
  const undated = index.cached('undated', () => {
    const found = new DocSet(index.documentCount);
    const { epdat, ppdat } = index.parts.days;
    index.parts.dates.forEach((date, doc) => {
      if (date === 0 && (epdat?.[doc] ?? 0) === 0 && (ppdat?.[doc] ?? 0) === 0) found.add(doc);
    });
    return found;
  });
  const kept = docs.countCommon(undated);
  if (kept > 0)
    run.warn(
      'undated-records',
      `${formatCount(kept)} of the records found have no date; they are counted although the search ends on ${until}.`,
    );
  return docs.and(docsInRange(index, 'dp', range, false).or(undated));
}
