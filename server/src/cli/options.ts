import { InvalidArgumentError, Option } from 'commander';

/** A whole number that is not negative, for `--limit` and the like. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, 0 or more.');
  return Number(text);
}

/** A whole number that is at least 1. */
export function atLeastOne(text: string): number {
  if (wholeNumber(text) === 0) throw new InvalidArgumentError('It must be a whole number, 1 or more.');
  return Number(text);
}

/** A whole number from 0 to `most`. */
export function upTo(most: number): (text: string) => number {
  return (text) => {
    if (wholeNumber(text) > most)
      throw new InvalidArgumentError(`It must be a whole number from 0 to ${most}.`);
    return Number(text);
  };
}

/** A share from 0 to 1, also written in percent: `0.9`, `90%`. */
export function shareOfOne(text: string): number {
  const match = /^(\d{1,3}(?:\.\d+)?|\.\d+)\s*(%?)$/.exec(text.trim());
  const share = match === null ? NaN : Number(match[1]) / (match[2] === '%' ? 100 : 1);
  if (!(share >= 0 && share <= 1))
    throw new InvalidArgumentError('It must be a share from 0 to 1, such as 0.9 or 90%.');
  return share;
}

/** A day as `yyyy-mm-dd`; `yyyy` and `yyyy-mm` mean their last day. */
export function day(text: string): string {
  const match = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$/.exec(text.trim());
  if (match === null)
    throw new InvalidArgumentError('It must be a date such as 2016-09-30, 2016-09 or 2016.');
  const [, year, month = '12', dayOfMonth] = match;
  const last = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  const date = Number(dayOfMonth ?? last);
  if (Number(month) < 1 || Number(month) > 12 || date < 1 || date > last)
    throw new InvalidArgumentError(`There is no such day as ${text}.`);
  return `${year}-${month}-${String(date).padStart(2, '0')}`;
}

/** `--headings-as-text`, for commands that ask a library. */
export function headingsAsTextOption(): Option {
  return new Option(
    '--headings-as-text',
    'match [mh] and [majr] by the terms of the heading in title, abstract and keywords where a record has no MeSH',
  );
}
