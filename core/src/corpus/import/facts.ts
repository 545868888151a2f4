import { readAuthor } from '../authorName.ts';
import { nameKey } from '../characters.ts';
import type { CitationDetails, CitationRecord, RecordDay } from '../record.ts';
import { cleanText, dateFacts, normaliseDate, normaliseDoi } from './normalise.ts';

/** What a source tells of a citation, as it tells it: not yet clean, perhaps empty or said twice. Dates as in the source. */
export type CitationFacts = Partial<Omit<CitationRecord, 'id'>>;

type Texts = readonly string[];

/**
 * A record of the facts: clean, without empty ones and without repetitions. Two authors may well share a name and are not taken for one.
 * @param id PMID or another stable id, see {@link stableId}.
 */
export function citationOf(id: string, facts: CitationFacts): CitationRecord {
  const doi = facts.doi === undefined ? undefined : normaliseDoi(facts.doi);
  const more = detailsOf(facts.more ?? {});
  return {
    id,
    title: cleanText(facts.title ?? ''),
    abstract: cleanText(facts.abstract ?? ''),
    mesh: distinct(facts.mesh),
    ...dateFacts(normaliseDate(facts.date ?? ''), facts.year),
    ...one('journal', facts.journal),
    ...one('journalAbbreviation', facts.journalAbbreviation),
    authors: cleaned(facts.authors),
    affiliations: distinct(facts.affiliations),
    substances: distinct(facts.substances),
    publicationTypes: distinct(facts.publicationTypes),
    languages: distinct(facts.languages),
    keywords: distinct(facts.keywords?.map((keyword) => keyword.replace(/^\*/, ''))),
    ...(doi === undefined ? {} : { doi }),
    ...one('volume', facts.volume),
    ...one('issue', facts.issue),
    ...one('pages', facts.pages),
    ...(more === undefined ? {} : { more }),
  };
}

/** Details by the kind of their value. Authors in full are in the order of the authors, so nothing is taken out of them. */
const LISTS = [
  'collectiveAuthors',
  'authorIds',
  'editors',
  'investigators',
  'personalSubjects',
  'transliteratedTitles',
  'otherAbstracts',
  'issns',
  'isbns',
  'grants',
  'databankIds',
  'articleIds',
  'subsets',
  'links',
] as const;
const TEXTS = ['nlmId', 'place', 'publisher', 'bookTitle', 'status', 'conflictStatement'] as const;

function detailsOf(source: CitationDetails): CitationDetails | undefined {
  const details: Record<string, unknown> = {};
  const days: Partial<Record<RecordDay, string>> = {};
  for (const [day, written] of Object.entries(source.days ?? {}) as [RecordDay, string | undefined][]) {
    const date = normaliseDate(written ?? '');
    if (date !== undefined) days[day] = date;
  }
  if (Object.keys(days).length > 0) details['days'] = days;
  const fullAuthors = cleaned(source.fullAuthors);
  if (fullAuthors.length > 0) details['fullAuthors'] = fullAuthors;
  for (const name of LISTS) {
    const values = distinct(source[name]);
    if (values.length > 0) details[name] = values;
  }
  for (const name of TEXTS) {
    const value = cleanText(source[name] ?? '');
    if (value !== '') details[name] = value;
  }
  return Object.keys(details).length > 0 ? details : undefined;
}

function one(key: keyof CitationRecord, value: string | undefined): Partial<CitationRecord> {
  const text = cleanText(value ?? '');
  return text === '' ? {} : { [key]: text };
}

function cleaned(values: Texts | undefined): Texts {
  return values === undefined ? [] : values.map(cleanText).filter((value) => value !== '');
}

function distinct(values: Texts | undefined): Texts {
  const texts = cleaned(values);
  return texts.length < 2 ? texts : [...new Set(texts)];
}

/**
 * The id of a citation, the same at every import: its PMID, else its DOI, else a hash of title, year and first author. Undefined when
 * there is not even a title.
 */
export function stableId(pmid: string | undefined, facts: CitationFacts): string | undefined {
  if (pmid !== undefined) return pmid;
  const doi = normaliseDoi(facts.doi ?? '');
  if (doi !== undefined) return `doi:${doi}`;
  const title = nameKey(facts.title ?? '');
  if (title === '') return undefined;
  const year = normaliseDate(facts.date ?? '')?.slice(0, 4) ?? facts.year ?? '';
  return `title:${hash(`${title}|${year}|${lastName(facts.authors?.[0] ?? '')}`)}`;
}

/** Exports write initials or full names of the same person; the last name is what they agree in. */
function lastName(author: string): string {
  const { key } = readAuthor(author.slice(0, 300));
  return key.replace(/ \S{1,4}$/, '');
}

/** 64 bits as hexadecimal digits: FNV-1a over UTF-16 units in two lanes with different offsets. */
function hash(text: string): string {
  let one = 0x811c9dc5;
  let two = 0xcbf29ce4;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    one = Math.imul(one ^ unit, 0x01000193);
    two = Math.imul(two ^ unit, 0x01000193) + i;
  }
  return [one, two].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
}
