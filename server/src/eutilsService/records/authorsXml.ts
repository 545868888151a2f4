import type { CitationRecord } from '@querent/core/corpus';
import { element, escapeXml, textElement } from '../xml.ts';
import type { NameParts } from './names.ts';
import { nameParts } from './names.ts';

/**
 * The authors in their order. A library keeps affiliations and ids of a record, not of each author: they stand with the first. The full forms
 * are of the persons among the authors, in the same order; groups have none.
 */
export function authorsXml(
  { authors, affiliations, more }: CitationRecord,
  attributes: Readonly<Record<string, string>> = {},
): readonly string[] {
  if (authors.length === 0) return [];
  const groups = new Set(more?.collectiveAuthors);
  let person = 0;
  const written = authors.map((author, i) => {
    const rest =
      i === 0
        ? [
            ...(more?.authorIds ?? []).flatMap((id) => textElement('Identifier', id, { Source: 'ORCID' })),
            ...affiliations.map((one) => element('AffiliationInfo', textElement('Affiliation', one))),
          ]
        : [];
    const name = groups.has(author)
      ? [element('CollectiveName', escapeXml(author))]
      : nameXml(nameParts(author, more?.fullAuthors?.[person++]));
    return element('Author', [...name, ...rest], { ValidYN: 'Y' });
  });
  return [element('AuthorList', written, { CompleteYN: 'Y', ...attributes })];
}

/** Other people, whose names are kept in full: `Darwin, Charles`. */
export function peopleXml(
  name: string,
  people: readonly string[],
  attributes: Readonly<Record<string, string>> = {},
): readonly string[] {
  return people.map((person) => {
    // A name without a comma would be taken apart, and come back with one.
    const parts = person.includes(', ') ? nameParts(person) : { lastName: person };
    return element(name, nameXml(parts), attributes);
  });
}

function nameXml({ lastName, foreName, initials, suffix }: NameParts): readonly string[] {
  return [
    ...textElement('LastName', lastName),
    ...textElement('ForeName', foreName),
    ...textElement('Initials', initials),
    ...textElement('Suffix', suffix),
  ];
}
