import type { CitationRecord, RecordDay } from '../record.ts';

/** Year, month and day, as far as they are known. */
export type Parts = readonly number[];

/** A date of a record, `2016`, `2016-09`, `2016-09-30`. */
function partsOf(text: string | undefined): Parts {
  return text === undefined ? [] : text.split(/[-/]/).map(Number);
}

export function publicationDate({ date, year }: CitationRecord): Parts {
  if (date !== undefined) return partsOf(date);
  return year === undefined || year <= 0 ? [] : [year];
}

function compare(a: Parts, b: Parts): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return (a[i] ?? 0) - (b[i] ?? 0);
  return 0;
}

/** Whether a range ends before it begins: it holds no day. */
export function isReversed(from: Parts, to: Parts): boolean {
  return compare(from, to) > 0;
}

function within(date: Parts, from: Parts, to: Parts): boolean {
  return date.length > 0 && compare(date, from) >= 0 && compare(date, to) <= 0;
}

/** Whether a record has a date of the field between two days. */
export function hasDate(
  record: CitationRecord,
  field: string,
  from: Parts,
  to: Parts,
  isSingle: boolean,
): boolean {
  const days = record.more?.days;
  if (field !== 'dp') return within(partsOf(days?.[field as RecordDay]), from, to);
  const main = publicationDate(record);
  const print = partsOf(days?.ppdat);
  const electronic = partsOf(days?.epdat);
  const known = main.length > 0 ? main : print;
  const comesLater = known.length > 0 && compare(electronic, known) > 0;
  return (
    within(main, from, to) ||
    within(print, from, to) ||
    (within(electronic, from, to) && !(isSingle && comesLater))
  );
}

/** Whether nothing says that the record is later than the day. */
export function isBy(record: CitationRecord, until: string): boolean {
  const { epdat, ppdat } = record.more?.days ?? {};
  if (publicationDate(record).length === 0 && epdat === undefined && ppdat === undefined) return true;
  return hasDate(record, 'dp', [0], partsOf(until), false);
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const seasons: Readonly<Record<string, number>> = { winter: 1, spring: 4, summer: 7, fall: 10, autumn: 10 };

/** A date of a query; undefined when there is no such date. */
export function queryDate(text: string): Parts | undefined {
  const trimmed = text.trim().toLowerCase();
  const named = /^(\d{4})\s([a-z]{3,9})\.?(?:\s(\d{1,2}))?$/.exec(trimmed);
  const numbers = /^(\d{4})(?:\s?([/.-])\s?(\d{1,2})(?:\s?\2\s?(\d{1,2}))?)?$/.exec(trimmed);
  let parts: (number | undefined)[];
  if (named !== null) {
    const name = named[2] ?? '';
    const month = seasons[name] ?? months.indexOf(name.slice(0, 3)) + 1;
    parts = [Number(named[1]), month, named[3] === undefined ? undefined : Number(named[3])];
  } else if (numbers !== null)
    parts = [numbers[1], numbers[3], numbers[4]].map((one) => (one === undefined ? undefined : Number(one)));
  else return undefined;
  const [year = 0, month, day] = parts;
  if (month !== undefined && (month < 1 || month > 12)) return undefined;
  if (day !== undefined && month !== undefined) {
    const real = new Date(Date.UTC(2000, month - 1, day));
    real.setUTCFullYear(year, month - 1, day);
    if (day < 1 || real.getUTCMonth() !== month - 1) return undefined;
  }
  return parts.filter((part) => part !== undefined);
}

/** `last 5 years` until `today`; undefined when the text is no such thing. */
export function lastDays(text: string, today: string): { from: Parts; to: Parts } | undefined {
  const relative = /^(?:the )?last (?:(\d{1,5}) )?(day|month|year)s?$/i.exec(
    text.trim().replace(/\s+/g, ' '),
  );
  const count = Number(relative?.[1] ?? 1);
  if (relative === null || count === 0) return undefined;
  const unit = relative[2]?.toLowerCase();
  const to = partsOf(today);
  const [year = 0, month = 1, day = 1] = to;
  const from = new Date(`${today}T00:00:00Z`);
  if (unit === 'day') from.setUTCDate(day - count);
  else {
    // The same day of the month, or its last one.
    const back = unit === 'month' ? count : 12 * count;
    from.setUTCFullYear(year, month - 1 - back + 1, 0);
    if (from.getUTCDate() > day) from.setUTCDate(day);
  }
  const start = from.getUTCFullYear();
  return { from: start < 1 ? [0] : [start, from.getUTCMonth() + 1, from.getUTCDate()], to };
}
