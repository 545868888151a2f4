/** Parts that articles and books of PubMed's XML have in common. */
import type { CitationRecord } from '@querent/core/corpus';
import { element, escapeXml, listElement, textElement } from '../xml.ts';
import { abstractParts } from './abstractParts.ts';
import { dateParts, writtenDate } from './days.ts';

/** The number of the record. */
export function pmidXml({ id }: CitationRecord): string {
  return element('PMID', escapeXml(id), { Version: '1' });
}

/** The date of publication in parts; a month by its name. */
export function pubDate({ date, year }: CitationRecord): readonly string[] {
  const known = date ?? (year === undefined ? undefined : String(year));
  if (known === undefined) return [element('MedlineDate', '')];
  const [written, month, day] = dateParts(known);
  return [
    ...textElement('Year', written),
    ...textElement('Month', month === undefined ? undefined : writtenDate(known).split(' ')[1]),
    ...textElement('Day', day),
  ];
}

/** A day in parts, digits as they are stored; nothing when it is not known. */
export function dayXml(
  name: string,
  date: string | undefined,
  attributes: Readonly<Record<string, string>> = {},
): readonly string[] {
  if (date === undefined) return [];
  const [year, month, day] = dateParts(date);
  const parts = [...textElement('Year', year), ...textElement('Month', month), ...textElement('Day', day)];
  return [element(name, parts, attributes)];
}

/** The parts of an abstract with their labels. */
export function abstractTexts(abstract: string): readonly string[] {
  return abstractParts(abstract).map(({ label, text }) =>
    element('AbstractText', escapeXml(text), label === '' ? {} : { Label: label }),
  );
}

/** What the authors gave. */
export function keywords({ keywords: words }: CitationRecord): readonly string[] {
  return words.flatMap((word) => textElement('Keyword', word, { MajorTopicYN: 'N' }));
}

/** `R01 HL1/HL/NHLBI NIH HHS/United States`: number, acronym, agency, country; fewer when fewer are known. */
export function grantXml(grant: string): string {
  const parts = grant.split('/');
  const country = parts.length > 1 ? parts.pop() : undefined;
  const agency = parts.pop();
  const acronym = parts.length > 1 ? parts.pop() : undefined;
  return element('Grant', [
    ...textElement('GrantID', parts.join('/')),
    ...textElement('Acronym', acronym),
    ...textElement('Agency', agency),
    ...textElement('Country', country),
  ]);
}

const HISTORY = [
  ['pubmed', 'edat'],
  ['medline', 'mhda'],
  ['entrez', 'crdt'],
] as const;

/** The days of a record's life that a library keeps, as PubMed's history of it. */
export function historyXml({ more }: CitationRecord): readonly string[] {
  return listElement(
    'History',
    HISTORY.flatMap(([status, day]) => dayXml('PubMedPubDate', more?.days?.[day], { PubStatus: status })),
  );
}
