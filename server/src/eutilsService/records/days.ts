/** Dates of records (`2016`, `2016-09`, `2016-09-30`) in the forms of MEDLINE and PubMed. */

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Year, month and day as far as they are known, digits as they are stored. */
export function dateParts(date: string): readonly [year: string, month?: string, day?: string] {
  const [year = '', month, day] = date.split('-');
  return month === undefined ? [year] : day === undefined ? [year, month] : [year, month, day];
}

/** `2016 Sep 30` */
export function writtenDate(date: string | undefined): string {
  if (date === undefined) return '';
  const [year, month, day] = dateParts(date);
  const name = month === undefined ? undefined : MONTHS[Number(month) - 1];
  return [year, name, day === undefined ? undefined : String(Number(day))]
    .filter((part) => part !== undefined)
    .join(' ');
}

/** `2016/09/30 00:00`, what is not known as 01; empty for no date. */
export function stampedDate(date: string | undefined): string {
  if (date === undefined) return '';
  const [year, month = '01', day = '01'] = dateParts(date);
  return `${year}/${month}/${day} 00:00`;
}
