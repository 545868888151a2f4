import { doiKey } from '../recordFields.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** PubMed's oldest records are of 1781; books are older. Anything outside is a typing error. */
const FIRST_YEAR = 1400;
const LAST_YEAR = 2199;

/** A text on one line: control characters and runs of white space become one space, half surrogate pairs U+FFFD. */
export function cleanText(text: string): string {
  const repaired = HALF_PAIR.test(text) ? text.replace(HALF_PAIRS, '\ufffd') : text;
  return repaired.replace(CONTROL, ' ').replace(/\s+/g, ' ').trim();
}

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
 * A date as `yyyy`, `yyyy-mm` or `yyyy-mm-dd`, as precise as `text` says. Understood: ISO dates, `2016/09/30 06:00`, and what MEDLINE
 * has (`2016 Sep 30`, `2016 Sep-Oct`, `2016 Spring`, `2015-2016`, `1998 Dec-1999 Jan`: the first month or year counts).
 */
export function normaliseDate(text: string): string | undefined {
  const match = /^(\d{4})(?:[-/. ]+([A-Za-z]{3,9}\.?|\d{1,2})(?!\d))?(?:[-/. ,]+(\d{1,2})(?!\d))?/.exec(
    text.trim(),
  );
  if (match === null) return undefined;
  const year = normaliseYear(match[1]);
  if (year === undefined) return undefined;
  const month = monthNumber(match[2]);
  if (month === undefined) return String(year);
  const day = Number(match[3] ?? 0);
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
  const number = /^\d+$/.test(text) ? Number(text) : MONTHS.indexOf(text.slice(0, 3).toLowerCase()) + 1;
  return number >= 1 && number <= 12 ? number : undefined;
}
