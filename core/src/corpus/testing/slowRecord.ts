import type { CitationRecord } from '../record.ts';
import { publicationDate } from './slowDates.ts';
import type { SlowName } from './slowPeople.ts';
import { readNames } from './slowPeople.ts';
import type { SlowText, WordNumbers } from './slowText.ts';
import { plain, readText, simple } from './slowText.ts';

/** A heading of a record, or one of its subheadings. */
export interface SlowHeading {
  readonly name: string;
  readonly isMajor: boolean;
  readonly qualifier: string | undefined;
}

/** Names of people by the field that searches them. */
type People = Readonly<Record<'au' | 'fullAu' | 'ir' | 'ed' | 'ps', readonly SlowName[]>>;

/** A record made ready for scanning: texts by where they stand, names, headings. */
export interface SlowRecord {
  readonly record: CitationRecord;
  readonly texts: ReadonlyMap<string, readonly SlowText[]>;
  /** Every word of every text, so that most records need no closer look. */
  readonly words: ReadonlySet<number>;
  readonly headings: readonly SlowHeading[];
  readonly people: People;
}

/** Where the words of a field stand. */
export const places: Readonly<Record<string, readonly string[]>> = {
  ti: ['title'],
  ot: ['keyword'],
  tiab: ['title', 'abstract', 'keyword'],
  tw: ['title', 'abstract', 'keyword', 'mesh', 'type', 'subject', 'cn', 'si'],
  ad: ['affiliation'],
  all: [
    'title',
    'abstract',
    'keyword',
    'mesh',
    'type',
    'subject',
    'affiliation',
    'rest',
    'cn',
    'si',
    'tt',
    'cois',
    'gr',
    'book',
    'pubn',
  ],
  ...Object.fromEntries(['cn', 'si', 'tt', 'cois', 'gr', 'book', 'pubn'].map((field) => [field, [field]])),
};

export function prepareRecord(record: CitationRecord, numbers: WordNumbers): SlowRecord {
  const more = record.more ?? {};
  const people: People = {
    au: readNames(record.authors, more.collectiveAuthors),
    fullAu: readNames(more.fullAuthors ?? [], more.collectiveAuthors),
    ir: readNames(more.investigators ?? []),
    ed: readNames(more.editors ?? []),
    ps: readNames(more.personalSubjects ?? []),
  };
  const named = (names: readonly SlowName[]): string[] =>
    names.flatMap(({ initials, full }) => [initials, ...full.slice(1)]);
  const texts: Record<string, readonly (string | undefined)[]> = {
    title: [record.title],
    abstract: [record.abstract, ...(more.otherAbstracts ?? [])],
    keyword: record.keywords,
    mesh: record.mesh.flatMap((text) => text.split('/')),
    type: record.publicationTypes,
    subject: [...record.substances.map(substanceName), ...named(people.ps)],
    affiliation: record.affiliations,
    rest: [
      ...named(people.au),
      ...people.fullAu.flatMap(({ full }) => full),
      ...named(people.ir),
      ...named(people.ed),
      record.journal,
      record.journalAbbreviation,
      ...record.languages.flatMap((language) => [languageCode(language), language]),
      record.id,
      record.doi,
      record.volume,
      record.issue,
      record.pages,
      publicationDate(record)[0]?.toString(),
      ...(more.authorIds ?? []),
      ...(more.issns ?? []),
      more.nlmId,
      ...(more.isbns ?? []),
      ...(more.articleIds ?? []),
    ],
    cn: more.collectiveAuthors ?? [],
    si: more.databankIds ?? [],
    tt: more.transliteratedTitles ?? [],
    cois: [more.conflictStatement],
    gr: more.grants ?? [],
    book: [more.bookTitle],
    pubn: [more.publisher],
  };
  const words = new Set<number>();
  const read = new Map<string, readonly SlowText[]>();
  for (const [place, values] of Object.entries(texts)) {
    const found = values.filter((value) => value !== undefined).map((value) => readText(value, numbers));
    if (found.length === 0) continue;
    read.set(place, found);
    for (const text of found) {
      for (const word of text.words) words.add(word);
      for (const word of text.joined?.values() ?? []) words.add(word);
    }
  }
  return { record, texts: read, words, headings: headings(record), people };
}

/** MEDLINE's flat headings, one entry for the heading and one for each qualifier. */
function headings(record: CitationRecord): SlowHeading[] {
  return record.mesh.flatMap((text) => {
    const [first = '', ...rest] = text.split('/');
    const name = headingText(first.replaceAll('*', ''));
    if (name === '') return [];
    return [
      { name, isMajor: text.includes('*'), qualifier: undefined },
      ...rest.map((part) => ({
        name,
        isMajor: part.includes('*') || first.includes('*'),
        qualifier: headingText(part.replaceAll('*', '')),
      })),
    ];
  });
}

export function headingText(text: string): string {
  return plain(text)
    .replaceAll('&', ' and ')
    .split(/[^\p{L}\p{N},-]+/u)
    .join(' ')
    .split(/ ?, ?/)
    .join(', ')
    .trim();
}

export function substanceName(text: string): string {
  return /^(?:0|\d+-\d+-\d|EC [\d.-]+|[A-Z0-9]{10}) \((.+)\)$/s.exec(text.trim())?.[1] ?? text.trim();
}

/** The registry number of a substance, in front of its name or by itself. */
export function registryNumber(text: string): string | undefined {
  const own = text.trim();
  const number = /^(\d+-\d+-\d|EC [\d.-]+|[A-Z0-9]{10}) \(.+\)$/s.exec(own)?.[1];
  if (number !== undefined) return number;
  const isNumber =
    /^(?:\d+-\d\d-\d|EC [\d.-]+)$/.test(own) || (/^[A-Z0-9]{10}$/.test(own) && /^[A-Z]*\d/.test(own));
  return isNumber ? own : undefined;
}

const codes: Readonly<Record<string, string>> = {
  english: 'eng',
  en: 'eng',
  german: 'ger',
  de: 'ger',
  french: 'fre',
  fr: 'fre',
  spanish: 'spa',
  es: 'spa',
  japanese: 'jpn',
  chinese: 'chi',
  portuguese: 'por',
  italian: 'ita',
  russian: 'rus',
  polish: 'pol',
  dutch: 'dut',
  turkish: 'tur',
  korean: 'kor',
  danish: 'dan',
  swedish: 'swe',
  norwegian: 'nor',
  finnish: 'fin',
};

export function languageCode(language: string): string {
  return codes[simple(language)] ?? simple(language);
}

/** Names of a journal: title and abbreviation, with and without subtitle or place; and its ISSNs. */
export function journalsOf({ journal, journalAbbreviation, more }: CitationRecord): string[] {
  const names = [journal, journalAbbreviation].flatMap((name) =>
    name === undefined ? [] : [name, name.replace(/\s+[:=/]\s.*$|\s*[([].*$/su, '')],
  );
  return [...names, ...(more?.issns ?? [])].map(journalText).filter((name) => name !== '');
}

export function journalText(name: string): string {
  return simple(name)
    .replace(/^the (?=.)/, '')
    .replaceAll(' and ', ' ');
}
