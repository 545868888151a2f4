import { doiKey } from '../recordFields.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** The month that PubMed takes a season for (User Guide, "Publication date"). */
const SEASONS: Readonly<Record<string, number>> = { win: 1, spr: 4, sum: 7, fal: 10, aut: 10 };
/** PubMed's oldest records are of 1781; books are older. Anything outside is a typing error. */
const FIRST_YEAR = 1400;
const LAST_YEAR = 2199;

/** A text on one line: control characters and runs of white space become one space, half surrogate pairs U+FFFD. */
export function cleanText(text: string): string {
  if (!UNCLEAN.test(text)) return text;
  const repaired = HALF_PAIR.test(text) ? text.replace(HALF_PAIRS, '\ufffd') : text;
  return repaired.replace(CONTROL, ' ').replace(/\s+/g, ' ').trim();
}

/** A text whose lines stay apart: blanks at their ends go, those within become one space. Makes splitting it linear. */
export function cleanLines(text: string): string {
  return text
    .replace(/[^\S\n\r]+/g, ' ')
    .replace(/ ?[\r\n]\s*/g, '\n')
    .trim();
}

/** Most texts are clean, and looking is cheaper than replacing. */
const UNCLEAN = /[\u0000-\u001f\u007f\ud800-\udfff]|[^\S ]|  |^ | $/;
const HALF_PAIR = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const HALF_PAIRS = new RegExp(HALF_PAIR, 'g');
const CONTROL = /[\u0000-\u001f\u007f]+/g;

/** A DOI as `10.1016/x` in lower case (DOIs ignore case: ISO 26324), or undefined when `text` is none. */
export function normaliseDoi(text: string): string | undefined {
  const bare = doiKey(text);
  return /^10\.\d{4,9}\/\S+$/.test(bare) ? bare : undefined;
}

/** An id as stored: digits lose leading zeros and a `PMID:` before them. Undefined when nothing is left; -5 and 1.5 are no ids. */
export function normaliseId(value: unknown): string | undefined {
  if (typeof value !== 'string' && !(Number.isSafeInteger(value) && Number(value) > 0)) return undefined;
  const text = cleanText(String(value)).replace(/^pmid:\s*/i, '');
  if (/^\d+$/.test(text)) return text.replace(/^0+/, '') || undefined;
  return text === '' || text.length > 200 ? undefined : text;
}

/**
 * A date as `yyyy`, `yyyy-mm` or `yyyy-mm-dd`, as precise as `text` says. Understood: ISO dates, `2016/09/30 06:00`, `20160930`, what
 * MEDLINE has (`2016 Sep 30`, `2016 Sep-Oct`, `2016 Spring`, `2015-2016`, `1998 Dec-1999 Jan`: the first month or year counts), and dates
 * with the year last (`30 Sep 2016`, `Sep 30, 2016`, `30.09.2016`). Of `05/06/2016`, which may be of May or June, the year is taken.
 */
export function normaliseDate(text: string): string | undefined {
  const written = text.trim();
  const yearFirst =
    /^(\d{4})(\d{2})(\d{2})(?!\d)/.exec(written) ??
    /^(\d{4})(?:[-/. ]+([A-Za-z]{3,9}\.?|\d{1,2})(?![\da-z]))?(?:[-/. ,]+(\d{1,2})(?!\d))?/.exec(written);
  if (yearFirst !== null) return dateOf(yearFirst[1], yearFirst[2], yearFirst[3]);
  const named =
    /^(?:(\d{1,2})(?:st|nd|rd|th)?[ .-]+)?([A-Za-z]{3,9})\.?(?:[-/ ][A-Za-z]{3,9}\.?)?(?:[ -]+(\d{1,2})(?:st|nd|rd|th)?)?[ ,-]+(\d{4})(?!\d)/.exec(
      written,
    );
  if (named !== null)
    return monthNumber(named[2]) === undefined ? undefined : dateOf(named[4], named[2], named[1] ?? named[3]);
  const numeric = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)/.exec(written);
  if (numeric === null) return undefined;
  const [, first = '', separator, second = '', year] = numeric;
  if (separator === '.' || Number(first) > 12) return dateOf(year, second, first);
  return Number(second) > 12 ? dateOf(year, first, second) : dateOf(year);
}

function dateOf(yearText: string | undefined, monthText?: string, dayText?: string): string | undefined {
  const year = normaliseYear(yearText);
  if (year === undefined) return undefined;
  const month = monthNumber(monthText);
  if (month === undefined) return String(year);
  const day = Number(dayText ?? 0);
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const start = `${year}-${String(month).padStart(2, '0')}`;
  return day >= 1 && day <= days ? `${start}-${String(day).padStart(2, '0')}` : start;
}

/** A plausible year, or undefined. */
export function normaliseYear(value: unknown): number | undefined {
  const year = typeof value === 'string' && /^\s*\d{4}\s*$/.test(value) ? Number(value) : value;
  return typeof year === 'number' && Number.isInteger(year) && year >= FIRST_YEAR && year <= LAST_YEAR
    ? year
    : undefined;
}

/** `date` and `year` of a record as far as known; the date's own year goes before a year given beside it. */
export function dateFacts(date: string | undefined, year?: number): { date?: string; year?: number } {
  if (date !== undefined) return { date, year: Number(date.slice(0, 4)) };
  return year === undefined ? {} : { year };
}

function monthNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const start = text.slice(0, 3).toLowerCase();
  const number = /^\d+$/.test(text) ? Number(text) : (SEASONS[start] ?? MONTHS.indexOf(start) + 1);
  return number >= 1 && number <= 12 ? number : undefined;
}
