import { languages } from '../pubmed/index.ts';
import { nameKey } from './characters.ts';
import type { FacetKind } from './facetColumns.ts';
import { languageKey } from './languages.ts';
import type { CitationRecord } from './record.ts';
import { journalKey, journalKeys, readHeading } from './recordFields.ts';

const languageNames = new Map(languages.map(({ name }) => [languageKey(name), name]));

/** How `record`, which has the value with the look-up key `key`, writes it; the key itself where it does not say. */
export function valueName(record: CitationRecord, kind: FacetKind, key: string): string {
  switch (kind) {
    case 'mh':
      return record.mesh.map(readHeading).find((heading) => heading?.key === key)?.name ?? key;
    case 'pt':
      return record.publicationTypes.find((type) => nameKey(type) === key) ?? key;
    case 'la':
      return languageNames.get(key) ?? key;
    case 'ta': {
      const names = [record.journal, record.journalAbbreviation].filter((name) => name !== undefined);
      return (
        names.find((name) => journalKey(name) === key) ??
        names.find((name) =>
          journalKeys({ ...record, journal: name, journalAbbreviation: name }).includes(key),
        ) ??
        key
      );
    }
  }
}
