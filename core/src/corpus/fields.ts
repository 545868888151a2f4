import type { RecordDay } from './record.ts';

/** Zones of the text store: what `[tiab]` searches. */
export const textZone = { title: 0, abstract: 1, keyword: 2 } as const;
export const textZoneBits = 3;

/** Zones of the store for everything else that words can be found in. */
export const metaZone = {
  mesh: 0,
  publicationType: 1,
  /** Substances, and what else [tw] searches: groups, people as subjects, numbers of data banks. */
  substance: 2,
  author: 3,
  affiliation: 4,
  journal: 5,
  language: 6,
  other: 7,
} as const;
export const metaZoneBits = 8;

/**
 * Zones of the store of whole values. Headings: 0 minor, 1 major topic. Authors: 0 in between, 1 first, 2 last. Others: 0.
 * A value's name begins with its kind: `mh:neoplasms`, `mq:neoplasms/drug therapy`, `sh:drug therapy`, `pt:`, `nm:`, `rn:`, `la:`,
 * `ta:`, `do:` (DOI and other ids of the article), `vi:`, `ip:`, `pg:`, `ai:` (ids of authors), `ji:` (id of the journal), `pl:`, `ib:`
 * (ISBN), `st:` (status), `js:` (subset of journals), `li:` (kind of link), `ha:` (has something). People: by initials and in full
 * `au:smith ja` and `fn:smith john a`; likewise `ir:` and `fi:` investigators, `ed:` and `fe:` editors, `ps:` and `fp:` subjects.
 * Words of fields that few records have, with positions, are here too, see `RareWordField`: `cois:employee`.
 */
export const keyZone = { plain: 0, major: 1, firstAuthor: 1, lastAuthor: 2 } as const;
export const keyZoneBits = 3;
export const anyKeyZone = 7;

/** Where the words of a field are found: zones of the text store and of the other store. */
export interface Scope {
  readonly text: number;
  readonly meta: number;
}

const bit = (zone: number): number => 1 << zone;
/** Zones of the words that `[tiab]` searches: title, abstract, keywords. */
export const anyTextZone = bit(textZone.title) | bit(textZone.abstract) | bit(textZone.keyword);

/** Fields that are searched word by word. `ab` is no PubMed field, but the index can answer it. */
const scopes = {
  ti: { text: bit(textZone.title), meta: 0 },
  ab: { text: bit(textZone.abstract), meta: 0 },
  ot: { text: bit(textZone.keyword), meta: 0 },
  tiab: { text: anyTextZone, meta: 0 },
  tw: {
    text: anyTextZone,
    meta: bit(metaZone.mesh) | bit(metaZone.publicationType) | bit(metaZone.substance),
  },
  ad: { text: 0, meta: bit(metaZone.affiliation) },
  all: { text: anyTextZone, meta: (1 << metaZoneBits) - 1 },
} as const satisfies Record<string, Scope>;

/** Names of the fields that are searched word by word. */
export type WordField = keyof typeof scopes;

/** The scope of a field that is searched word by word. */
export function scopeOf(field: WordField): Scope {
  return scopes[field];
}

/** Whether `field` is searched word by word. */
export function isWordField(field: string): field is WordField {
  return Object.hasOwn(scopes, field);
}

/** Fields of words that few records have: no zone of their own, but their words as values with positions, `tt:`, `cois:` ... */
const rareWordFields = ['tt', 'cois', 'cn', 'gr', 'si', 'book', 'pubn'] as const;
export type RareWordField = (typeof rareWordFields)[number];

/** Whether `field` is one of {@link rareWordFields}. */
export function isRareWordField(field: string): field is RareWordField {
  return (rareWordFields as readonly string[]).includes(field);
}

/** What a record may lack, by the field that searches it; the index counts the records that have it. */
export type CoveredField =
  | 'mh'
  | 'pt'
  | 'la'
  | 'dp'
  | 'au'
  | 'ta'
  | 'nm'
  | 'rn'
  | 'ad'
  | 'ot'
  | 'ab'
  | 'aid'
  | 'vi'
  | 'ip'
  | 'pg'
  | 'fau'
  | 'auid'
  | 'ed'
  | 'ir'
  | 'ps'
  | 'jid'
  | 'pl'
  | 'isbn'
  | 'status'
  | 'subset'
  | 'link'
  | RareWordField
  | RecordDay;
