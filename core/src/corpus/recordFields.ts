import { headingKey, nameKey } from './characters.ts';
import { languageKey } from './languages.ts';
import type { CitationRecord } from './record.ts';

/** A MeSH heading as indexed on a record. */
export interface IndexedHeading {
  /** As written, `Borderline Personality Disorder`. */
  readonly name: string;
  readonly key: string;
  readonly isMajor: boolean;
  readonly qualifiers: readonly { readonly name: string; readonly key: string; readonly isMajor: boolean }[];
}

/**
 * Reads `*Heading/qualifier`, `Heading/*qualifier`, `Heading/q1/*q2`: a star marks a major topic. A starred qualifier makes its
 * heading major too, and a star on the heading holds for its qualifiers, as MEDLINE's flat form cannot tell them apart.
 */
export function readHeading(text: string): IndexedHeading | undefined {
  const parts = text.split('/').map((part) => {
    const name = part.replace(/\*/g, '').trim();
    return { name, key: headingKey(name), isMajor: part.includes('*') };
  });
  const [heading, ...rest] = parts;
  if (heading === undefined || heading.key === '') return undefined;
  const qualifiers = rest
    .filter((part) => part.key !== '')
    .map((part) => ({ ...part, isMajor: part.isMajor || heading.isMajor }));
  return { ...heading, isMajor: parts.some((part) => part.isMajor), qualifiers };
}

/** Look-up keys of a journal: full title and abbreviation, without a leading `The` and without subtitle or place. */
export function journalKeys(record: CitationRecord): readonly string[] {
  const keys = new Set<string>();
  for (const name of [record.journal, record.journalAbbreviation]) {
    if (name === undefined) continue;
    keys.add(journalKey(name));
    keys.add(journalKey(name.replace(/\s+[:=/]\s.*$|\s*[([].*$/su, '')));
  }
  keys.delete('');
  return [...keys];
}

/** A journal's name as a look-up key. */
export function journalKey(name: string): string {
  return nameKey(name)
    .replace(/^the (?=.)/, '')
    .replace(/ and /g, ' ');
}

/** A registry number on its own, as some sources list it beside the name: CAS, UNII or EC. */
const registryNumber = /^(?:[0-9]+-[0-9]{2}-[0-9]|EC [0-9.-]+|(?=[A-Z]*[0-9])[A-Z0-9]{10})$/;

/** A substance: MEDLINE writes `50-00-0 (Formaldehyde)`, other sources the name alone, or the number by itself. */
export function readSubstance(text: string): { readonly name: string; readonly number: string | undefined } {
  if (registryNumber.test(text.trim())) return { name: text.trim(), number: text.trim() };
  const match = /^(0|[0-9]+-[0-9]+-[0-9]|EC [0-9.-]+|[A-Z0-9]{10}) \((.+)\)$/su.exec(text.trim());
  if (match === null) return { name: text.trim(), number: undefined };
  return { name: match[2] ?? '', number: match[1] === '0' ? undefined : match[1] };
}

/** A DOI without the address of its resolver, in lower case. */
export function doiKey(doi: string): string {
  return doi
    .trim()
    .toLowerCase()
    .replace(/^(?:https?:\/\/)?(?:dx\.|www\.)?doi\.org\//, '')
    .replace(/^doi:\s*/, '');
}

/** A DOI or another id of the article as a look-up key: the same however the punctuation was converted on the way. */
export function articleIdKey(id: string): string {
  return nameKey(doiKey(id));
}

/** ORCID and the like: the letters and digits, without the address of the register and without hyphens. */
export function personIdKey(id: string): string {
  return nameKey(id.replace(/^\s*(?:https?:\/\/)?(?:[\w.]+\/)?(?:orcid|isni|gnd)?\s*:?\s*/i, '')).replaceAll(
    ' ',
    '',
  );
}

/** An ISBN without its hyphens. */
export function isbnKey(isbn: string): string {
  return nameKey(isbn).replaceAll(' ', '');
}

/** The first page, which alone PubMed searches. */
export function firstPage(pages: string): string {
  return nameKey(/^[^-–,;]*/u.exec(pages)?.[0] ?? '');
}

/** Keys of a record's languages. */
export function languageKeys(record: CitationRecord): readonly string[] {
  return record.languages.map(languageKey).filter((key) => key !== '');
}
