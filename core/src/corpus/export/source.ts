import type { CitationRecord } from '../record.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `2016-09-30` -> `2016 Sep 30`, as far as it is known. */
export function publicationDate(date: string): string {
  const [year = '', month, day] = date.split('-');
  return [year, month === undefined ? '' : (MONTHS[Number(month) - 1] ?? ''), day?.replace(/^0/, '') ?? '']
    .filter((part) => part !== '')
    .join(' ');
}

/** `Lancet. 2016 Sep 30;388(10053):1201-9. doi: 10.1016/x.`, as PubMed cites; undefined where nothing of it is known. */
export function sourceOf(record: CitationRecord): string | undefined {
  const journal = record.journalAbbreviation ?? record.journal ?? record.more?.bookTitle;
  const date = record.date ?? (record.year === undefined ? undefined : String(record.year));
  const issue = record.issue === undefined ? '' : `(${record.issue})`;
  const pages = record.pages === undefined ? '' : `:${record.pages}`;
  const place = `${record.volume ?? ''}${issue}${pages}`;
  const when = date === undefined ? '' : publicationDate(date);
  const printed = [when, place].filter((part) => part !== '').join(';');
  const parts = [
    journal?.replace(/\.$/, ''),
    printed,
    record.doi === undefined ? undefined : `doi: ${record.doi}`,
  ].filter((part) => part !== undefined && part !== '');
  return parts.length === 0 ? undefined : `${parts.join('. ')}.`;
}

/** Address of a record at its source; undefined for ids of unknown sources. */
export function recordAddress(id: string): string | undefined {
  if (/^\d{1,9}$/.test(id)) return `https://pubmed.ncbi.nlm.nih.gov/${id}/`;
  if (/^NCT\d{8}$/.test(id)) return `https://clinicaltrials.gov/study/${id}`;
  return undefined;
}
