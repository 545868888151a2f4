import type { CitationDetails } from '../record.ts';
import type { CitationFacts } from './facts.ts';
import { authorId } from './identifiers.ts';
import { childOf, childrenOf, textAt, textsAt } from './xmlElement.ts';
import type { XmlElement } from './xmlElement.ts';

/** A person as MEDLINE names him: `Smith JA Jr` (AU) and `Smith, John A Jr` (FAU). */
interface Person {
  readonly brief: string;
  readonly full: string;
  /** Whether more than initials is known. */
  readonly hasForename: boolean;
}

/**
 * Everybody in a PubMed record. Misspelt names, which are corrected beside them (ValidYN="N"), are left out.
 * @param article where its authors stand.
 * @param around where everybody else stands: MedlineCitation, or Book.
 */
export function peopleOf(
  article: XmlElement | undefined,
  around: XmlElement | undefined,
): { readonly facts: CitationFacts; readonly details: CitationDetails } {
  const lists = [article, around].flatMap((place) => childrenOf(place, 'AuthorList'));
  const isEditors = (list: XmlElement): boolean => list.attributes['Type'] === 'editors';
  const authors = lists.filter((list) => !isEditors(list)).flatMap(membersOf);
  const editors = lists.filter(isEditors).flatMap(membersOf);
  const investigators = [article, around].flatMap((place) =>
    childrenOf(childOf(place, 'InvestigatorList'), 'Investigator').filter(isValid),
  );
  const persons = authors.flatMap((author) => personOf(author) ?? []);
  const collectives = authors.flatMap((author) => textAt(author, 'CollectiveName') ?? []);
  return {
    facts: {
      authors: authors.flatMap((author) => personOf(author)?.brief ?? textAt(author, 'CollectiveName') ?? []),
      affiliations: [
        ...textsAt(article, 'Affiliation'),
        ...[...authors, ...editors, ...investigators].flatMap(affiliationsOf),
      ],
    },
    details: {
      fullAuthors: persons.some(({ hasForename }) => hasForename) ? persons.map(({ full }) => full) : [],
      collectiveAuthors: collectives,
      authorIds: authors.flatMap((author) => textsAt(author, 'Identifier').map(authorId)),
      editors: editors.flatMap((editor) => personOf(editor)?.full ?? textAt(editor, 'CollectiveName') ?? []),
      investigators: investigators.flatMap((one) => personOf(one)?.full ?? []),
      personalSubjects: childrenOf(childOf(around, 'PersonalNameSubjectList'), 'PersonalNameSubject').flatMap(
        (one) => personOf(one)?.full ?? [],
      ),
    },
  };
}

function membersOf(list: XmlElement): readonly XmlElement[] {
  return childrenOf(list, 'Author').filter(isValid);
}

function isValid({ attributes }: XmlElement): boolean {
  return attributes['ValidYN'] !== 'N';
}

function personOf(element: XmlElement): Person | undefined {
  const last = textAt(element, 'LastName');
  if (last === undefined) return undefined;
  const forename = textAt(element, 'ForeName') ?? textAt(element, 'FirstName');
  const initials = textAt(element, 'Initials');
  const suffix = textAt(element, 'Suffix');
  const end = suffix === undefined ? '' : ` ${suffix}`;
  const given = forename ?? initials;
  const full = `${last}${given === undefined ? '' : `, ${given}`}${end}`;
  return {
    brief: initials === undefined ? full : `${last} ${initials}${end}`,
    full,
    hasForename: forename !== undefined && forename !== initials,
  };
}

/** Affiliations of a person; before 2015 they stood without the element around them. */
function affiliationsOf(person: XmlElement): readonly string[] {
  return [...textsAt(person, 'AffiliationInfo', 'Affiliation'), ...textsAt(person, 'Affiliation')];
}
