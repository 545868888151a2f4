/**
 * Dates in PubMed's date fields. Source: NLM, PubMed User Guide, "Searching by date": yyyy/mm/dd, month and day optional;
 * "last N days", "last N months", "last N years", "last year".
 */

/** A year, a month or a day of the Gregorian calendar. */
export interface CalendarDate {
  readonly kind: 'date';
  /** Four digits; 3000 stands for "no end". */
  readonly year: number;
  /** 1 to 12. */
  readonly month?: number;
  /** 1 to 31. */
  readonly day?: number;
  /** The documented form, `2020/03/01`; undefined when it was written so, or with one digit for month or day. */
  readonly standard?: string;
}

/** `last 5 years`: counted back from the day of the search. */
interface RelativeDate {
  readonly kind: 'relative';
  /** 1 or more. */
  readonly amount: number;
  readonly unit: 'day' | 'month' | 'year';
}

/** Digits like those of a date, but no day of the calendar. */
interface ImpossibleDate {
  readonly kind: 'impossible';
  /** What is wrong, for people: "There is no month 13." */
  readonly reason: string;
}

/** Text that is no date in a form that PubMed documents. */
interface NoDate {
  readonly kind: 'none';
  readonly reason: string;
}

export type DateReading = CalendarDate | RelativeDate | ImpossibleDate | NoDate;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** NLM stores the seasons of issues as months (User Guide, "Publication date"). */
const SEASONS: Readonly<Record<string, number>> = { winter: 1, spring: 4, summer: 7, fall: 10, autumn: 10 };
const UNITS: Readonly<Record<string, 'day' | 'month' | 'year'>> = {
  day: 'day',
  month: 'month',
  year: 'year',
};
const FORM = 'Write yyyy, yyyy/mm or yyyy/mm/dd, or "last 5 years".';

/** Reads the text of a date without quotes and tag. */
export function parseDate(text: string): DateReading {
  const trimmed = text.trim().toLowerCase();
  if (trimmed.length > 40) return { kind: 'none', reason: `This is no date. ${FORM}` };
  const relative = /^(?:the )?last (?:(\d{1,5}) )?(day|month|year)s?$/.exec(trimmed.replace(/\s+/g, ' '));
  const unit = UNITS[relative?.[2] ?? ''];
  if (relative !== null && unit !== undefined) return relativeDate(Number(relative[1] ?? 1), unit);
  const numbers = /^(\d{4})(?:\s?([/.-])\s?(\d{1,2})(?:\s?\2\s?(\d{1,2}))?)?$/.exec(trimmed);
  if (numbers !== null) {
    const [, year, separator = '/', month, day] = numbers;
    return calendarDate(
      Number(year),
      toNumber(month),
      toNumber(day),
      separator !== '/' || /\s/.test(trimmed),
    );
  }
  return namedDate(trimmed) ?? { kind: 'none', reason: noDateReason(trimmed) };
}

const toNumber = (digits: string | undefined): number | undefined =>
  digits === undefined ? undefined : Number(digits);

function relativeDate(amount: number, unit: 'day' | 'month' | 'year'): DateReading {
  return amount === 0
    ? { kind: 'impossible', reason: `"last 0 ${unit}s" covers no time. Write 1 or more.` }
    : { kind: 'relative', amount, unit };
}

/** `2010 Mar 4`, `2010 March`, `2010 spring`. */
function namedDate(text: string): DateReading | undefined {
  const match = /^(\d{4})\s([a-z]{3,9})\.?(?:\s(\d{1,2}))?$/.exec(text);
  if (match === null) return undefined;
  const [, year, name = '', day] = match;
  const index = MONTHS.indexOf(name.slice(0, 3));
  const month = Object.hasOwn(SEASONS, name) ? SEASONS[name] : index < 0 ? undefined : index + 1;
  return month === undefined ? undefined : calendarDate(Number(year), month, toNumber(day), true);
}

function calendarDate(
  year: number,
  month: number | undefined,
  day: number | undefined,
  isOtherForm: boolean,
): DateReading {
  if (month !== undefined && (month < 1 || month > 12))
    return { kind: 'impossible', reason: `There is no month ${month}; months are 01 to 12.` };
  if (month !== undefined && day !== undefined) {
    const days = daysOf(year, month);
    if (day < 1 || day > days)
      return {
        kind: 'impossible',
        reason: `${year}/${twoDigits(month)} has ${days} days; there is no day ${day}.`,
      };
  }
  const date = {
    kind: 'date' as const,
    year,
    ...(month === undefined ? {} : { month }),
    ...(day === undefined ? {} : { day }),
  };
  if (!isOtherForm) return date;
  const parts = [String(year), ...[month, day].filter((part) => part !== undefined).map(twoDigits)];
  return { ...date, standard: parts.join('/') };
}

const twoDigits = (number: number): string => String(number).padStart(2, '0');

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function noDateReason(text: string): string {
  const dayFirst = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(text);
  if (dayFirst !== null) return `PubMed's dates begin with the year. ${FORM}`;
  if (/^\d{1,3}$/.test(text)) return `A year has four digits. ${FORM}`;
  if (/\bweeks?$/.test(text)) return 'PubMed counts days, months and years: "last 14 days".';
  return `"${text}" is no date that PubMed knows. ${FORM}`;
}

/** The first day and the last day that a calendar date covers, as numbers yyyymmdd that can be compared. */
export function dateSpan(date: CalendarDate): { readonly first: number; readonly last: number } {
  const { year, month, day } = date;
  return {
    first: year * 10_000 + (month ?? 1) * 100 + (day ?? 1),
    last: year * 10_000 + (month ?? 12) * 100 + (day ?? 31),
  };
}
