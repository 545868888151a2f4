import type { CitationRecord, RecordDay } from './record.ts';

/** A date as the number yyyymmdd; month and day are 00 where unknown. 0 means no date. */
export type DateNumber = number;

const pattern = /^\s*(\d{4})(?:[-/. ](\d{1,2}))?(?:[-/. ](\d{1,2}))?\s*$/;

/** Reads `yyyy`, `yyyy/mm`, `yyyy/mm/dd` (also with `-`); undefined when the text is no date. */
function readDate(text: string): DateNumber | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)];
  if (month > 12 || day > 31 || year === 0) return undefined;
  if ((match[2] !== undefined && month === 0) || (match[3] !== undefined && day === 0)) return undefined;
  return year * 10_000 + month * 100 + day;
}

/** Publication date of a record, as precise as it is known; 0 when it is not. */
export function dateOf(record: CitationRecord): DateNumber {
  const date = record.date === undefined ? undefined : readDate(record.date);
  return date ?? (record.year !== undefined && record.year > 0 ? record.year * 10_000 : 0);
}

/** Another date of a record; 0 when it is not known. */
export function dayOf(record: CitationRecord, day: RecordDay): DateNumber {
  const date = record.more?.days?.[day];
  return date === undefined ? 0 : (readDate(date) ?? 0);
}

/** The other dates that records can have. */
export const recordDays = [
  'epdat',
  'ppdat',
  'edat',
  'crdt',
  'mhda',
  'dcom',
  'lr',
] as const satisfies readonly RecordDay[];

/** Days `from` to `to`, both included, as complete yyyymmdd numbers (00 and 99 where an end is open to all months or days). */
export interface DateRange {
  readonly from: DateNumber;
  readonly to: DateNumber;
}

/** The latest day that `date` can mean. */
function latest(date: DateNumber): DateNumber {
  if (date % 10_000 === 0) return date + 9999;
  return date % 100 === 0 ? date + 99 : date;
}

/** The range between two dates as written; undefined when one of them is no date. */
export function dateRange(from: string, to: string): DateRange | undefined {
  const start = readDate(from);
  const end = readDate(to);
  return start === undefined || end === undefined ? undefined : { from: start, to: latest(end) };
}

/**
 * The range that `last 5 years`, `last 90 days`, `last year` means on the day `today` (yyyy-mm-dd): from so long ago until
 * today. Undefined when the text is no such thing.
 */
export function relativeRange(text: string, today: string): DateRange | undefined {
  const match = /^\s*last\s+(?:(\d{1,5})\s+)?(day|week|month|year)s?\s*$/i.exec(text);
  if (match === null) return undefined;
  const count = Number(match[1] ?? 1);
  const start = new Date(`${today}T00:00:00Z`);
  switch (match[2]?.toLowerCase()) {
    case 'day':
      start.setUTCDate(start.getUTCDate() - count);
      break;
    case 'week':
      start.setUTCDate(start.getUTCDate() - 7 * count);
      break;
    case 'month':
      start.setUTCMonth(start.getUTCMonth() - count);
      break;
    default:
      start.setUTCFullYear(start.getUTCFullYear() - count);
  }
  const from = start.getUTCFullYear() * 10_000 + (start.getUTCMonth() + 1) * 100 + start.getUTCDate();
  return { from: Math.max(from, 0), to: readDate(today) ?? 0 };
}

/**
 * Whether a record of that date lies in the range. Compared as precisely as the record's date is known: a record of which only
 * the year is known lies in every range that touches this year. A record without a date lies in none.
 */
export function isInRange(date: DateNumber, { from, to }: DateRange): boolean {
  if (date === 0) return false;
  const unit = date % 10_000 === 0 ? 10_000 : date % 100 === 0 ? 100 : 1;
  const value = Math.floor(date / unit);
  return Math.floor(from / unit) <= value && value <= Math.floor(to / unit);
}
