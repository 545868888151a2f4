import type { CitationDetails, CitationRecord } from '../corpus/index.ts';
import type { SqlValue } from './sqlDatabase.ts';

/** Columns of `citation` in the order of {@link toRow}; `n` and `fingerprint` stand outside. */
export const COLUMNS = [
  'id',
  'doi',
  'title',
  'abstract',
  'date',
  'year',
  'journal',
  'journal_abbreviation',
  'volume',
  'issue',
  'pages',
  'mesh',
  'authors',
  'affiliations',
  'substances',
  'publication_types',
  'languages',
  'keywords',
  'more',
] as const;

/** A record as values for {@link COLUMNS}. */
export function toRow(record: CitationRecord): SqlValue[] {
  return [
    storable(record.id),
    optional(record.doi),
    storable(record.title),
    storable(record.abstract),
    optional(record.date),
    record.year ?? null,
    optional(record.journal),
    optional(record.journalAbbreviation),
    optional(record.volume),
    optional(record.issue),
    optional(record.pages),
    list(record.mesh),
    list(record.authors),
    list(record.affiliations),
    list(record.substances),
    list(record.publicationTypes),
    list(record.languages),
    list(record.keywords),
    record.more === undefined ? null : storable(JSON.stringify(record.more)),
  ];
}

/** The record that a row of {@link COLUMNS} holds. Unknown facts are absent keys. */
export function fromRow(row: readonly SqlValue[]): CitationRecord {
  const text = (i: number): string => {
    const value = row[i];
    return typeof value === 'string' ? value : '';
  };
  const fact = <K extends keyof CitationRecord>(key: K, i: number): Partial<Pick<CitationRecord, K>> =>
    row[i] === null || row[i] === undefined ? {} : ({ [key]: row[i] } as Partial<Pick<CitationRecord, K>>);
  return {
    id: text(0),
    title: text(2),
    abstract: text(3),
    mesh: texts(row[11]),
    ...fact('date', 4),
    ...fact('year', 5),
    ...fact('journal', 6),
    ...fact('journalAbbreviation', 7),
    authors: texts(row[12]),
    affiliations: texts(row[13]),
    substances: texts(row[14]),
    publicationTypes: texts(row[15]),
    languages: texts(row[16]),
    keywords: texts(row[17]),
    ...fact('doi', 1),
    ...fact('volume', 8),
    ...fact('issue', 9),
    ...fact('pages', 10),
    ...(typeof row[18] === 'string' ? { more: JSON.parse(row[18]) as CitationDetails } : {}),
  };
}

/**
 * Two accounts of one citation as one: what the newer says goes before what the older says, and what the newer is silent
 * about is kept. The id is chosen by the caller.
 */
export function mergeRecords(older: CitationRecord, newer: CitationRecord, id: string): CitationRecord {
  const merged: Record<string, unknown> = { ...older };
  for (const [key, value] of Object.entries(newer)) {
    const silent = value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
    if (!silent) merged[key] = value;
  }
  if (older.more !== undefined && newer.more !== undefined)
    merged['more'] = {
      ...older.more,
      ...newer.more,
      ...(older.more.days === undefined ? {} : { days: { ...older.more.days, ...newer.more.days } }),
    };
  // A date belongs to its year: never the year of one account with the date of the other.
  if (newer.year !== undefined && newer.date === undefined && !older.date?.startsWith(String(newer.year)))
    delete merged.date;
  return { ...(merged as unknown as CitationRecord), id };
}

/** The fingerprint of a row: that of a record without further details is what it was before there were any. */
export function rowFingerprint(row: readonly SqlValue[]): string {
  return fingerprint(row.at(-1) === null ? row.slice(0, -1) : row);
}

/**
 * 64 bits of a hash over texts; tells changed from unchanged records, is not meant against attackers. Two lanes of
 * multiply-and-shift (xorshift-multiply mixing as in MurmurHash3's finaliser).
 */
export function fingerprint(values: Iterable<SqlValue | undefined>): string {
  let a = 0x9e3779b9;
  let b = 0x85ebca6b;
  for (const value of values) {
    const text = value === null || value === undefined ? '\u0000' : String(value);
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      a = Math.imul(a ^ code, 0x5bd1e995);
      a ^= a >>> 15;
      b = Math.imul(b ^ code, 0x1b873593);
      b ^= b >>> 13;
    }
    // The border between two values counts: ("ab", "c") is not ("a", "bc").
    a = Math.imul(a ^ text.length, 0x27d4eb2f);
    b = Math.imul(b ^ 0x1f, 0x165667b1) ^ (a >>> 11);
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ (b >>> 13);
  b = Math.imul(b ^ (b >>> 16), 0xc2b2ae35) ^ (a >>> 16);
  return (a >>> 0).toString(16).padStart(8, '0') + (b >>> 0).toString(16).padStart(8, '0');
}

function optional(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : storable(text);
}

function list(items: readonly string[]): string | null {
  return items.length === 0 ? null : storable(JSON.stringify(items));
}

const UNSTORABLE = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** SQLite ends a text at NUL and stores UTF-8, which has no half surrogate pairs. */
function storable(text: string): string {
  return text.replace(UNSTORABLE, (match) => (match === '\0' ? ' ' : '\ufffd'));
}

function texts(value: SqlValue | undefined): readonly string[] {
  return typeof value === 'string' ? (JSON.parse(value) as string[]) : [];
}
