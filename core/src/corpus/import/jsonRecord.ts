import type { CitationDetails, CitationRecord } from '../record.ts';
import { citationOf } from './facts.ts';
import { issnsWithin, pmcidsWithin } from './identifiers.ts';
import { cleanText, normaliseDoi, normaliseId, normaliseYear } from './normalise.ts';

type Json = Readonly<Record<string, unknown>>;

/** The names under which a fact is looked for, the first that is there wins. Among them are those of CSL-JSON, which Zotero writes. */
const NAMES = {
  id: ['pmid', 'PMID', 'id', 'uid'],
  title: ['title', 'Title'],
  abstract: ['abstract', 'Abstract', 'abstract_text'],
  mesh: ['mesh', 'mesh_terms', 'meshTerms', 'mesh_headings'],
  date: ['date', 'publication_date', 'pubdate', 'pub_date', 'issued'],
  year: ['year', 'publication_year'],
  journal: ['journal', 'journal_title', 'source', 'container-title'],
  journalAbbreviation: [
    'journal_abbreviation',
    'journalAbbreviation',
    'journal_abbrev',
    'iso_abbreviation',
    'container-title-short',
  ],
  authors: ['authors', 'author'],
  affiliations: ['affiliations', 'affiliation'],
  substances: ['substances', 'chemicals'],
  publicationTypes: ['pubtypes', 'publication_types', 'publicationTypes', 'pub_types'],
  languages: ['languages', 'language'],
  keywords: ['keywords', 'other_terms'],
  doi: ['doi', 'DOI'],
  volume: ['volume'],
  issue: ['issue', 'number'],
  pages: ['pages', 'pagination', 'page'],
} as const;

/** Details that are lists, and details that are texts, with the names of other sources beside our own. */
const DETAIL_LISTS = {
  fullAuthors: ['full_authors'],
  collectiveAuthors: ['collective_authors'],
  authorIds: ['author_ids', 'orcids'],
  editors: ['editor'],
  investigators: [],
  personalSubjects: ['personal_subjects'],
  transliteratedTitles: ['vernacular_title'],
  otherAbstracts: ['other_abstracts'],
  isbns: ['isbn', 'ISBN'],
  grants: [],
  databankIds: ['databank_ids'],
  subsets: [],
  links: [],
} as const satisfies Partial<Record<keyof CitationDetails, readonly string[]>>;
const DETAIL_TEXTS = {
  nlmId: ['nlm_id'],
  place: ['country', 'publisher-place'],
  publisher: [],
  bookTitle: ['book_title'],
  status: [],
  conflictStatement: ['conflict_statement'],
} as const satisfies Partial<Record<keyof CitationDetails, readonly string[]>>;

/** The record that a JSON object is, or what is wrong with it, continuing "line 12 ...". */
export function readJsonRecord(text: string): CitationRecord | string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    const cutOff = text.trimStart().startsWith('{') && !text.trimEnd().endsWith('}');
    return cutOff ? 'is cut off: the JSON object does not end' : 'is not valid JSON';
  }
  if (!isObject(json)) return 'is not a JSON object';
  const doi = normaliseDoi(textOf(json, NAMES.doi) ?? '');
  const id = NAMES.id.map((name) => normaliseId(json[name])).find((value) => value !== undefined);
  if (id === undefined && doi === undefined) return 'has neither "pmid" nor "id" nor "doi"';
  for (const name of [...NAMES.title, ...NAMES.abstract])
    if (isObject(json[name])) return `has no text under "${name}"`;
  const aText = (key: keyof typeof NAMES): string | undefined => textOf(json, NAMES[key]);
  const texts = (key: keyof typeof NAMES): readonly string[] => textsOf(json, NAMES[key]);
  return citationOf(id ?? `doi:${doi}`, {
    title: aText('title'),
    abstract: aText('abstract'),
    mesh: texts('mesh'),
    date: aText('date') ?? dateParts(json['issued']),
    year: normaliseYear(valueOf(json, NAMES.year)),
    journal: aText('journal'),
    journalAbbreviation: aText('journalAbbreviation'),
    authors: texts('authors'),
    affiliations: texts('affiliations'),
    substances: texts('substances'),
    publicationTypes: texts('publicationTypes'),
    languages: texts('languages'),
    keywords: texts('keywords'),
    doi,
    volume: aText('volume'),
    issue: aText('issue'),
    pages: aText('pages'),
    more: detailsOf(json),
  });
}

/** Details stand under `more`, as in our own records, or beside the other facts. */
function detailsOf(json: Json): CitationDetails {
  const inner = isObject(json['more']) ? json['more'] : {};
  const source: Json = { ...json, ...inner };
  const details: Record<string, unknown> = {};
  for (const [key, others] of Object.entries(DETAIL_LISTS)) details[key] = textsOf(source, [key, ...others]);
  for (const [key, others] of Object.entries(DETAIL_TEXTS)) details[key] = textOf(source, [key, ...others]);
  const days = isObject(source['days']) ? source['days'] : {};
  details['days'] = Object.fromEntries(
    ['epdat', 'ppdat', 'edat', 'crdt', 'mhda', 'dcom', 'lr'].map((day) => [day, textOf(days, [day])]),
  );
  details['issns'] = textsOf(source, ['issns', 'issn', 'ISSN']).flatMap(issnsWithin);
  details['articleIds'] = [
    ...textsOf(source, ['articleIds', 'article_ids']),
    ...pmcidsWithin([textOf(source, ['pmcid', 'PMCID', 'pmc']) ?? '']),
  ];
  return details;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `{"date-parts": [[2016, 9, 30]]}` of CSL-JSON. */
function dateParts(value: unknown): string | undefined {
  const parts = isObject(value) ? value['date-parts'] : undefined;
  const [first] = Array.isArray(parts) ? (parts as unknown[]) : [];
  return Array.isArray(first) ? first.map((part) => itemText(part)).join('-') : undefined;
}

function valueOf(source: Json, names: readonly string[]): unknown {
  for (const name of names) {
    const value = source[name];
    if (value !== undefined && value !== null && value !== '') return value;
  }
  return undefined;
}

/** A text or number; an array of texts (a structured abstract) is joined. Undefined when there is nothing to read. */
function textOf(source: Json, names: readonly string[]): string | undefined {
  const value = valueOf(source, names);
  if (typeof value === 'number') return String(value);
  const text = Array.isArray(value) ? value.map(itemText).join(' ') : typeof value === 'string' ? value : '';
  return cleanText(text) || undefined;
}

/** A list of texts; one text is a list with `;` between its items. */
function textsOf(source: Json, names: readonly string[]): readonly string[] {
  const value = valueOf(source, names);
  const items: readonly unknown[] = Array.isArray(value)
    ? value
    : typeof value === 'string'
      ? value.split(';')
      : [];
  return items.map((item) => cleanText(itemText(item))).filter((item) => item !== '');
}

/** Sources write authors and the like as texts or as objects with a name. */
function itemText(item: unknown): string {
  if (typeof item === 'string') return item;
  if (typeof item === 'number') return String(item);
  if (!isObject(item)) return '';
  const { name, lastName, last_name, family, foreName, fore_name, given, initials, literal, text } = item;
  const last = lastName ?? last_name ?? family;
  const first = foreName ?? fore_name ?? given ?? initials;
  if (typeof last === 'string') return typeof first === 'string' ? `${last}, ${first}` : last;
  return [name, literal, text].find((value): value is string => typeof value === 'string') ?? '';
}
