import type { CitationDetails, RecordDay } from '../record.ts';
import { citationOf } from './facts.ts';
import type { CitationFacts } from './facts.ts';
import type { ImportItem } from './item.ts';
import { normaliseDate, normaliseId } from './normalise.ts';
import { peopleOf } from './pubmedPeople.ts';
import { childOf, childrenOf, textAt, textOf, textsAt } from './xmlElement.ts';
import type { XmlElement } from './xmlElement.ts';
import type { XmlDialect } from './xmlRecords.ts';

/**
 * PubMed's XML: EFetch, the yearly baseline and the daily update files, also that of before 2001 (MedlineCitationSet). What the elements
 * mean is in NLM's description of them (https://www.nlm.nih.gov/bsd/licensee/elements_descriptions.html).
 */
export const pubmedXml: XmlDialect = {
  records: new Set([
    'PubmedArticle',
    'PubmedBookArticle',
    'MedlineCitation',
    'DeleteCitation',
    'DeleteDocument',
  ]),
  parts: new Set(['MedlineCitation']),
  skipped: new Set([
    'ReferenceList',
    'Sections',
    'CopyrightInformation',
    'annotation',
    'annotation-xml',
    'mml:annotation',
    'mml:annotation-xml',
  ]),
  toItems,
};

function toItems(element: XmlElement): readonly ImportItem[] {
  const { line, name } = element;
  if (name.startsWith('Delete'))
    return childrenOf(element, 'PMID').flatMap((child) => {
      const id = normaliseId(textOf(child));
      return id === undefined ? [] : [{ kind: 'deleted', id, line: child.line } as const];
    });
  const citation = name === 'MedlineCitation' ? element : childOf(element, 'MedlineCitation');
  const book = childOf(element, 'BookDocument');
  const id = normaliseId(textAt(citation ?? book, 'PMID'));
  if (id === undefined) return [{ kind: 'rejected', line, reason: 'begins a record without a PMID' }];
  const data = childOf(element, 'PubmedData') ?? childOf(element, 'PubmedBookData');
  const facts = citation === undefined ? bookFacts(book, data) : articleFacts(citation, data);
  return [{ kind: 'record', line, record: citationOf(id, facts) }];
}

function articleFacts(citation: XmlElement, data: XmlElement | undefined): CitationFacts {
  const article = childOf(citation, 'Article');
  const journal = childOf(article, 'Journal');
  const issue = childOf(journal, 'JournalIssue');
  const info = childOf(citation, 'MedlineJournalInfo');
  const ids = articleIds(data, article);
  const vernacular = textAt(article, 'VernacularTitle');
  const published = dateOf(childOf(issue, 'PubDate'));
  const electronic = dateOf(
    childrenOf(article, 'ArticleDate').find(
      ({ attributes }) => (attributes['DateType'] ?? 'Electronic') === 'Electronic',
    ),
  );
  const days: CitationDetails['days'] = {
    epdat: electronic,
    // The date of a journal's issue is that of print unless the article appeared on the web alone or is cited from there.
    ppdat: /^Print/.test(article?.attributes['PubModel'] ?? '') ? published : undefined,
    dcom: dateOf(childOf(citation, 'DateCompleted')),
    lr: dateOf(childOf(citation, 'DateRevised')),
    ...historyDays(data),
  };
  const people = peopleOf(article, citation);
  return {
    title: textAt(article, 'ArticleTitle') ?? vernacular,
    abstract: abstractOf(childOf(article, 'Abstract')),
    mesh: childrenOf(childOf(citation, 'MeshHeadingList'), 'MeshHeading').map(headingOf),
    date: published ?? electronic ?? days.edat,
    journal: textAt(journal, 'Title'),
    journalAbbreviation: textAt(info, 'MedlineTA') ?? textAt(journal, 'ISOAbbreviation'),
    ...people.facts,
    substances: [
      ...childrenOf(childOf(citation, 'ChemicalList'), 'Chemical').flatMap(substanceOf),
      ...textsAt(citation, 'SupplMeshList', 'SupplMeshName'),
    ],
    publicationTypes: textsAt(article, 'PublicationTypeList', 'PublicationType'),
    languages: textsAt(article, 'Language'),
    keywords: textsAt(citation, 'KeywordList', 'Keyword'),
    doi: ids.doi,
    volume: textAt(issue, 'Volume'),
    issue: textAt(issue, 'Issue'),
    pages: pagesOf(childOf(article, 'Pagination')),
    more: {
      days,
      ...people.details,
      transliteratedTitles: vernacular === undefined ? [] : [vernacular],
      otherAbstracts: childrenOf(citation, 'OtherAbstract').map(abstractOf),
      issns: [...textsAt(journal, 'ISSN'), ...textsAt(info, 'ISSNLinking')],
      nlmId: textAt(info, 'NlmUniqueID'),
      place: textAt(info, 'Country'),
      grants: grantsOf(article),
      databankIds: childrenOf(childOf(article, 'DataBankList'), 'DataBank').flatMap(databankIdsOf),
      articleIds: [
        ...ids.others,
        ...textsAt(citation, 'OtherID').flatMap((id) => /^PMC\d+/.exec(id.trim())?.[0] ?? []),
      ],
      status: citation.attributes['Status'],
      subsets: textsAt(citation, 'CitationSubset'),
      links: childrenOf(childOf(citation, 'CommentsCorrectionsList'), 'CommentsCorrections').flatMap(
        ({ attributes }) => LINKS[attributes['RefType'] ?? ''] ?? [],
      ),
      conflictStatement: textAt(citation, 'CoiStatement'),
    },
  };
}

function bookFacts(document: XmlElement | undefined, data: XmlElement | undefined): CitationFacts {
  const book = childOf(document, 'Book');
  const ids = articleIds(data, document, book);
  const bookTitle = textAt(book, 'BookTitle');
  const vernacular = textAt(document, 'VernacularTitle');
  const people = peopleOf(document, book);
  const history = historyDays(data);
  return {
    title: textAt(document, 'ArticleTitle') ?? bookTitle ?? vernacular,
    abstract: abstractOf(childOf(document, 'Abstract')),
    date: dateOf(childOf(book, 'PubDate')) ?? dateOf(childOf(document, 'ContributionDate')) ?? history.edat,
    ...people.facts,
    publicationTypes: textsAt(document, 'PublicationType'),
    languages: textsAt(document, 'Language'),
    keywords: textsAt(document, 'KeywordList', 'Keyword'),
    doi: ids.doi,
    volume: textAt(book, 'Volume'),
    pages: pagesOf(childOf(document, 'Pagination')),
    more: {
      days: { lr: dateOf(childOf(document, 'DateRevised')), ...history },
      ...people.details,
      transliteratedTitles: vernacular === undefined ? [] : [vernacular],
      bookTitle,
      isbns: textsAt(book, 'Isbn'),
      publisher: textAt(book, 'Publisher', 'PublisherName'),
      place: textAt(book, 'Publisher', 'PublisherLocation'),
      grants: grantsOf(document),
      articleIds: ids.others,
    },
  };
}

/** `LABEL: text LABEL: text`, as MEDLINE writes structured abstracts. */
function abstractOf(abstract: XmlElement | undefined): string {
  return childrenOf(abstract, 'AbstractText')
    .map((part) => {
      const label = part.attributes['Label'] ?? '';
      return label === '' ? textOf(part) : `${label}: ${textOf(part)}`;
    })
    .join(' ');
}

/** `*Heading/qualifier`, `Heading/*qualifier`, as MEDLINE's MH. */
function headingOf(heading: XmlElement): string {
  return ['DescriptorName', 'QualifierName']
    .flatMap((name) => childrenOf(heading, name))
    .map((part) => `${part.attributes['MajorTopicYN'] === 'Y' ? '*' : ''}${textOf(part).trim()}`)
    .join('/');
}

/** Name and number; the number 0 means none. */
function substanceOf(chemical: XmlElement): readonly string[] {
  const number = textAt(chemical, 'RegistryNumber') ?? '0';
  const name = textAt(chemical, 'NameOfSubstance') ?? '';
  return number === '0' ? [name] : [name, number];
}

function pagesOf(pagination: XmlElement | undefined): string | undefined {
  const start = textAt(pagination, 'StartPage');
  const end = textAt(pagination, 'EndPage');
  return (
    textAt(pagination, 'MedlinePgn') ?? (start !== undefined && end !== undefined ? `${start}-${end}` : start)
  );
}

function grantsOf(article: XmlElement | undefined): readonly string[] {
  return childrenOf(childOf(article, 'GrantList'), 'Grant').map((grant) =>
    ['GrantID', 'Acronym', 'Agency', 'Country'].flatMap((name) => textAt(grant, name) ?? []).join('/'),
  );
}

function databankIdsOf(databank: XmlElement): readonly string[] {
  const name = textAt(databank, 'DataBankName') ?? '';
  const numbers = textsAt(databank, 'AccessionNumberList', 'AccessionNumber');
  return numbers.length === 0 ? [name] : numbers.map((number) => `${name}/${number.trim()}`);
}

/** The ids of the article itself; those of its references stand elsewhere. */
function articleIds(
  data: XmlElement | undefined,
  ...places: readonly (XmlElement | undefined)[]
): { readonly doi: string | undefined; readonly others: readonly string[] } {
  const ids: [kind: string, id: string][] = [];
  for (const place of [data, ...places]) {
    for (const id of childrenOf(childOf(place, 'ArticleIdList'), 'ArticleId'))
      ids.push([id.attributes['IdType'] ?? '', textOf(id)]);
    for (const id of childrenOf(place, 'ELocationID'))
      if (id.attributes['ValidYN'] !== 'N') ids.push([id.attributes['EIdType'] ?? '', textOf(id)]);
  }
  const isOther = (kind: string): boolean => !['doi', 'pubmed', 'medline'].includes(kind);
  return {
    doi: ids.find(([kind]) => kind === 'doi')?.[1],
    others: ids.filter(([kind]) => isOther(kind)).map(([, id]) => id),
  };
}

/**
 * Dates of the record. EDAT is the date "pubmed", set back to that of publication for late records; CRDT is the date "entrez", when the
 * record was made (https://www.nlm.nih.gov/pubs/techbull/nd08/nd08_pm_new_date_field.html).
 */
function historyDays(data: XmlElement | undefined): Partial<Record<RecordDay, string>> {
  const days: Partial<Record<RecordDay, string>> = {};
  for (const date of childrenOf(childOf(data, 'History'), 'PubMedPubDate')) {
    const day = HISTORY[date.attributes['PubStatus'] ?? ''];
    const written = dateOf(date);
    if (day !== undefined && written !== undefined) days[day] = written;
  }
  return days;
}

const HISTORY: Readonly<Record<string, RecordDay>> = { pubmed: 'edat', entrez: 'crdt', medline: 'mhda' };

/** `2016 Sep 30`, `2016 Spring`, or what MedlineDate says, as a date. */
function dateOf(date: XmlElement | undefined): string | undefined {
  const part = (name: string): string => textAt(date, name) ?? '';
  const month = part('Month') || part('Season');
  return normaliseDate([part('Year'), month, part('Day')].join(' ')) ?? normaliseDate(part('MedlineDate'));
}

/** MEDLINE's tags of links to other records. Those that PubMed does not show in that format are absent, such as references. */
const LINKS: Readonly<Record<string, string>> = {
  CommentIn: 'CIN',
  CommentOn: 'CON',
  CorrectedandRepublishedIn: 'CRI',
  CorrectedandRepublishedFrom: 'CRF',
  ErratumIn: 'EIN',
  ErratumFor: 'EFR',
  ExpressionOfConcernIn: 'ECI',
  ExpressionOfConcernFor: 'ECF',
  OriginalReportIn: 'ORI',
  PartialRetractionIn: 'PRIN',
  PartialRetractionOf: 'PROF',
  RepublishedIn: 'RPI',
  RepublishedFrom: 'RPF',
  ReprintIn: 'RPI',
  ReprintOf: 'RPF',
  RetractedandRepublishedIn: 'RRI',
  RetractedandRepublishedFrom: 'RRF',
  RetractionIn: 'RIN',
  RetractionOf: 'ROF',
  SummaryForPatientsIn: 'SPIN',
  UpdateIn: 'UIN',
  UpdateOf: 'UOF',
};
