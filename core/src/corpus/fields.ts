/** Zones of the text store: what `[tiab]` searches. */
export const textZone = { title: 0, abstract: 1, keyword: 2 } as const;
export const textZoneBits = 3;

/** Zones of the store for everything else that words can be found in. */
export const metaZone = {
  mesh: 0,
  publicationType: 1,
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
 * `ta:`, `do:`, `vi:`, `ip:`, `pg:`, `au:smith ja`, `fn:smith john a`.
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

/** What a record may lack; the index counts the records that have it. */
export type CoveredField =
  'mh' | 'pt' | 'la' | 'dp' | 'au' | 'ta' | 'nm' | 'ad' | 'ot' | 'ab' | 'do' | 'vi' | 'pg';
