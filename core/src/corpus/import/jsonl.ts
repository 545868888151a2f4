import type { CitationRecord } from '../record.ts';
import type { ImportItem } from './item.ts';
import type { Line } from './lines.ts';
import {
  cleanText,
  dateFacts,
  normaliseDate,
  normaliseDoi,
  normaliseId,
  normaliseYear,
} from './normalise.ts';

type Json = Readonly<Record<string, unknown>>;

/** The names under which a fact is looked for, the first that is there wins. */
const NAMES = {
  id: ['pmid', 'PMID', 'id', 'uid'],
  title: ['title', 'Title'],
  abstract: ['abstract', 'Abstract', 'abstract_text'],
  mesh: ['mesh', 'mesh_terms', 'meshTerms', 'mesh_headings'],
  date: ['date', 'publication_date', 'pubdate', 'pub_date'],
  year: ['year', 'publication_year'],
  journal: ['journal', 'journal_title', 'source'],
  journalAbbreviation: ['journal_abbreviation', 'journalAbbreviation', 'journal_abbrev', 'iso_abbreviation'],
  authors: ['authors', 'author'],
  affiliations: ['affiliations', 'affiliation'],
  substances: ['substances', 'chemicals'],
  publicationTypes: ['pubtypes', 'publication_types', 'publicationTypes', 'pub_types'],
  languages: ['languages', 'language'],
  keywords: ['keywords', 'other_terms'],
  doi: ['doi', 'DOI'],
  volume: ['volume'],
  issue: ['issue', 'number'],
  pages: ['pages', 'pagination'],
} as const;

/** Reads JSON lines: one JSON object a line. Empty lines are passed over. */
export async function* readJsonl(batches: AsyncIterable<readonly Line[]>): AsyncGenerator<ImportItem> {
  for await (const lines of batches) {
    for (const line of lines) {
      if (line.problem !== undefined) yield { kind: 'rejected', line: line.number, reason: line.problem };
      else if (line.text.trim() !== '') yield readLine(line.text, line.number);
    }
  }
}

function readLine(text: string, line: number): ImportItem {
  const result = readRecord(text);
  return typeof result === 'string'
    ? { kind: 'rejected', line, reason: result }
    : { kind: 'record', line, record: result };
}

function readRecord(text: string): CitationRecord | string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    const cutOff = text.trimStart().startsWith('{') && !text.trimEnd().endsWith('}');
    return cutOff ? 'is cut off: the JSON object does not end' : 'is not valid JSON';
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return 'is not a JSON object';
  const source = json as Json;
  const doi = normaliseDoi(textOf(source, NAMES.doi) ?? '');
  const id = NAMES.id.map((name) => normaliseId(source[name])).find((value) => value !== undefined);
  if (id === undefined && doi === undefined) return 'has neither "pmid" nor "id" nor "doi"';
  for (const name of [...NAMES.title, ...NAMES.abstract])
    if (typeof source[name] === 'object' && source[name] !== null && !Array.isArray(source[name]))
      return `has no text under "${name}"`;
  const date = normaliseDate(textOf(source, NAMES.date) ?? '');
  const optional = (
    key: 'journal' | 'journalAbbreviation' | 'volume' | 'issue' | 'pages',
  ): Partial<CitationRecord> => {
    const value = textOf(source, NAMES[key]);
    return value === undefined ? {} : { [key]: value };
  };
  return {
    id: id ?? `doi:${doi}`,
    title: textOf(source, NAMES.title) ?? '',
    abstract: textOf(source, NAMES.abstract) ?? '',
    mesh: textsOf(source, NAMES.mesh),
    ...dateFacts(date, normaliseYear(valueOf(source, NAMES.year))),
    ...optional('journal'),
    ...optional('journalAbbreviation'),
    authors: textsOf(source, NAMES.authors),
    affiliations: textsOf(source, NAMES.affiliations),
    substances: textsOf(source, NAMES.substances),
    publicationTypes: textsOf(source, NAMES.publicationTypes),
    languages: textsOf(source, NAMES.languages),
    keywords: textsOf(source, NAMES.keywords),
    ...(doi === undefined ? {} : { doi }),
    ...optional('volume'),
    ...optional('issue'),
    ...optional('pages'),
  };
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
  if (typeof item !== 'object' || item === null) return '';
  const { name, lastName, last_name, foreName, fore_name, initials, text } = item as Json;
  const last = lastName ?? last_name;
  const first = foreName ?? fore_name ?? initials;
  if (typeof last === 'string') return typeof first === 'string' ? `${last}, ${first}` : last;
  return typeof name === 'string' ? name : typeof text === 'string' ? text : '';
}
