import type { CalendarDate } from '../pubmed/index.ts';
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

/** The days that a calendar date covers, open to all months or days where it does not say. */
export function rangeOf(from: CalendarDate, to: CalendarDate = from): DateRange {
  return { from: numberOf(from), to: latest(numberOf(to)) };
}

function numberOf({ year, month = 0, day = 0 }: CalendarDate): DateNumber {
  return year * 10_000 + month * 100 + day;
}

/** The range between two days as `yyyy`, `yyyy-mm` or `yyyy-mm-dd`; undefined when one of them is no date. */
export function dateRange(from: string, to: string): DateRange | undefined {
  const start = readDate(from);
  const end = readDate(to);
  return start === undefined || end === undefined ? undefined : { from: start, to: latest(end) };
}

/** The days from so long ago until `today` (yyyy-mm-dd). A month that has no such day ends on its last one. */
export function relativeRange(amount: number, unit: 'day' | 'month' | 'year', today: string): DateRange {
  const [year = 0, month = 1, day = 1] = today.split('-').map(Number);
  const to = year * 10_000 + month * 100 + day;
  if (unit === 'day') {
    const start = new Date(Date.UTC(year, month - 1, day - amount));
    return {
      from: Math.max(
        0,
        start.getUTCFullYear() * 10_000 + (start.getUTCMonth() + 1) * 100 + start.getUTCDate(),
      ),
      to,
    };
  }
  const months = year * 12 + (month - 1) - (unit === 'month' ? amount : 12 * amount);
  if (months < 12) return { from: 0, to };
  const [startYear, startMonth] = [Math.floor(months / 12), months % 12];
  const lastDay = new Date(Date.UTC(startYear, startMonth + 1, 0)).getUTCDate();
  return { from: startYear * 10_000 + (startMonth + 1) * 100 + Math.min(day, lastDay), to };
}

/**
 * Whether a record of that date lies in the range. Compared as precisely as the record's date is known: a record of which only
 * the year is known lies in every range that touches this year. A record without a date lies in none.
 */
export function isInRange(date: DateNumber, { from, to }: DateRange): boolean {
  if (date === 0) return false;
  const unit = precision(date);
  const value = Math.floor(date / unit);
  return Math.floor(from / unit) <= value && value <= Math.floor(to / unit);
}

/**
 * Whether a day is later than another, as far as the less precise of them tells: a record of September 2016 is not later than one of
 * 2016.
 */
export function isLater(date: DateNumber, than: DateNumber): boolean {
  const unit = Math.max(precision(date), precision(than));
  return Math.floor(date / unit) > Math.floor(than / unit);
}

/** The number that a date is exact to. */
function precision(date: DateNumber): number {
  return date % 10_000 === 0 ? 10_000 : date % 100 === 0 ? 100 : 1;
}
