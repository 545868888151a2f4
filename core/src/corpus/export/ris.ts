import { cleanText } from '../import/normalise.ts';
import type { CitationRecord } from '../record.ts';
import { recordAddress } from './source.ts';

/**
 * A record as RIS, with the tags that EndNote, Zotero, Mendeley, Covidence and Rayyan read alike
 * (https://en.wikipedia.org/wiki/RIS_(file_format), specification of 2011). RIS has no place for MeSH: headings are written as keywords
 * behind the authors' own.
 */
export function risText(record: CitationRecord): string {
  const more = record.more ?? {};
  const type = typeOf(record);
  const isBook = type !== 'JOUR' && type !== 'GEN';
  const date = record.date;
  const year = date?.slice(0, 4) ?? (record.year === undefined ? undefined : String(record.year));
  const [start, end] = pagesOf(record.pages);
  const isPmid = /^\d{1,9}$/.test(record.id);
  const isTrial = /^NCT\d{8}$/.test(record.id);
  const lines = [
    `TY  - ${type}`,
    ...fields('AU', record.authors),
    ...field('TI', record.title),
    ...fields('TT', more.transliteratedTitles),
    ...field('T2', isBook ? undefined : record.journal),
    ...field('J2', isBook ? undefined : record.journalAbbreviation),
    ...field('BT', type === 'CHAP' ? more.bookTitle : undefined),
    ...fields(isBook ? 'A2' : 'ED', more.editors),
    ...field('PY', year),
    ...field('DA', date === undefined ? undefined : slashed(date)),
    ...field('VL', record.volume),
    ...field('IS', record.issue),
    ...field('SP', start),
    ...field('EP', end),
    ...fields('SN', more.issns),
    ...fields('SN', more.isbns),
    ...field('PB', more.publisher),
    ...field('CY', more.place),
    ...field('DO', record.doi),
    ...field('AB', record.abstract),
    ...fields('KW', [...new Set([...record.keywords, ...record.mesh.map(unstarred)])]),
    ...field('M3', record.publicationTypes.join('; ')),
    ...field('LA', record.languages.join('; ')),
    ...fields('AD', record.affiliations),
    ...fields(
      'C2',
      more.articleIds?.filter((id) => /^PMC\d+$/.test(id)),
    ),
    ...field('AN', isPmid || isTrial ? record.id : undefined),
    ...field('DB', isPmid ? 'PubMed' : isTrial ? 'ClinicalTrials.gov' : undefined),
    ...field('UR', recordAddress(record.id)),
    'ER  - ',
  ];
  // RIS asks for carriage return and line feed.
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function field(tag: string, value: string | undefined): readonly string[] {
  const text = cleanText(value ?? '');
  return text === '' ? [] : [`${tag}  - ${text}`];
}

function fields(tag: string, values: readonly string[] | undefined): readonly string[] {
  return (values ?? []).flatMap((value) => field(tag, value));
}

/** Stars mark major topics, which keywords do not have. */
function unstarred(heading: string): string {
  return heading.replaceAll('*', '');
}

/** A chapter has a book with a title of its own; a book is its own. */
function typeOf({ title, journal, journalAbbreviation, more }: CitationRecord): string {
  if (more?.bookTitle !== undefined) return more.bookTitle === title ? 'BOOK' : 'CHAP';
  if (journal !== undefined || journalAbbreviation !== undefined) return 'JOUR';
  return (more?.isbns ?? []).length > 0 ? 'BOOK' : 'GEN';
}

/** `2016/09/30/`, with what is not known left empty. */
function slashed(date: string): string {
  const [year = '', month = '', day = ''] = date.split('-');
  return `${year}/${month}/${day}/`;
}

/** First and last page; anything else than two of them stands whole as the first. */
function pagesOf(pages: string | undefined): readonly [string?, string?] {
  const match = /^([^\s,;–-]+)-([^\s,;–-]+)$/.exec(cleanText(pages ?? ''));
  return match === null || match[1] === match[2] ? [pages] : [match[1], match[2]];
}
