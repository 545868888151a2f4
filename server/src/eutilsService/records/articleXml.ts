import type { CitationRecord, RecordDay } from '@querent/core/corpus';
import type { Thesaurus } from '@querent/core/mesh';
import { element, escapeXml, listElement, textElement } from '../xml.ts';
import { abstractParts } from './abstractParts.ts';
import { authorsXml, peopleXml } from './authorsXml.ts';
import { dateParts, writtenDate } from './days.ts';

/**
 * A record as PubMed's XML has it (PubmedArticle of the document type of 2025), so that what reads EFetch reads it back. What a library does
 * not keep is left out; where the document type asks for an attribute that is not known, it is empty.
 */
export function articleXml(record: CitationRecord, thesaurus: Thesaurus | undefined): string {
  const { more } = record;
  if (more?.bookTitle !== undefined || more?.publisher !== undefined) return bookXml(record);
  return element('PubmedArticle', [
    element(
      'MedlineCitation',
      [
        pmidXml(record),
        ...dayXml('DateCompleted', more?.days?.dcom),
        ...dayXml('DateRevised', more?.days?.lr),
        articlePart(record),
        journalInfo(record),
        ...listElement('ChemicalList', chemicals(record.substances)),
        ...(more?.subsets ?? []).flatMap((subset) => textElement('CitationSubset', subset)),
        ...listElement('CommentsCorrectionsList', (more?.links ?? []).flatMap(linkXml)),
        ...listElement(
          'MeshHeadingList',
          record.mesh.map((heading) => headingXml(heading, thesaurus)),
        ),
        ...listElement(
          'PersonalNameSubjectList',
          peopleXml('PersonalNameSubject', more?.personalSubjects ?? []),
        ),
        ...(more?.otherAbstracts ?? []).map((text) =>
          element('OtherAbstract', abstractTexts(text), { Type: 'Publisher', Language: '' }),
        ),
        ...listElement('KeywordList', keywords(record), { Owner: 'NOTNLM' }),
        ...textElement('CoiStatement', more?.conflictStatement),
        ...listElement(
          'InvestigatorList',
          peopleXml('Investigator', more?.investigators ?? [], { ValidYN: 'Y' }),
        ),
      ],
      { Status: more?.status ?? '', Owner: 'NLM' },
    ),
    element('PubmedData', dataPart(record)),
  ]);
}

function pmidXml({ id }: CitationRecord): string {
  return element('PMID', escapeXml(id), { Version: '1' });
}

function articlePart(record: CitationRecord): string {
  const { more } = record;
  const [vernacular] = more?.transliteratedTitles ?? [];
  return element(
    'Article',
    [
      element('Journal', [
        ...textElement('ISSN', more?.issns?.[0], { IssnType: 'Print' }),
        element(
          'JournalIssue',
          [
            ...textElement('Volume', record.volume),
            ...textElement('Issue', record.issue),
            element('PubDate', pubDate(record)),
          ],
          { CitedMedium: more?.days?.ppdat === undefined ? 'Internet' : 'Print' },
        ),
        ...textElement('Title', record.journal),
        ...textElement('ISOAbbreviation', record.journalAbbreviation),
      ]),
      element('ArticleTitle', escapeXml(record.title)),
      ...(record.pages === undefined ? [] : [element('Pagination', textElement('MedlinePgn', record.pages))]),
      ...textElement('ELocationID', record.doi, { EIdType: 'doi', ValidYN: 'Y' }),
      ...(record.abstract === '' ? [] : [element('Abstract', abstractTexts(record.abstract))]),
      ...authorsXml(record),
      ...record.languages.flatMap((language) => textElement('Language', language)),
      ...listElement('DataBankList', databanks(more?.databankIds ?? []), { CompleteYN: 'Y' }),
      ...listElement('GrantList', (more?.grants ?? []).map(grantXml), { CompleteYN: 'Y' }),
      ...listElement('PublicationTypeList', publicationTypes(record)),
      ...textElement('VernacularTitle', vernacular),
      ...dayXml('ArticleDate', more?.days?.epdat, { DateType: 'Electronic' }),
    ],
    { PubModel: pubModel(more?.days ?? {}) },
  );
}

function pubModel({ ppdat, epdat }: Partial<Readonly<Record<RecordDay, string>>>): string {
  if (ppdat === undefined) return 'Electronic';
  return epdat === undefined ? 'Print' : 'Print-Electronic';
}

/** The date of publication in parts; a month as its number, which PubMed writes too. */
function pubDate({ date, year }: CitationRecord): readonly string[] {
  const known = date ?? (year === undefined ? undefined : String(year));
  if (known === undefined) return [element('MedlineDate', '')];
  const [written, month, day] = dateParts(known);
  return [
    ...textElement('Year', written),
    ...textElement('Month', month === undefined ? undefined : writtenDate(known).split(' ')[1]),
    ...textElement('Day', day),
  ];
}

function dayXml(
  name: string,
  date: string | undefined,
  attributes: Readonly<Record<string, string>> = {},
): readonly string[] {
  if (date === undefined) return [];
  const [year, month, day] = dateParts(date);
  const parts = [...textElement('Year', year), ...textElement('Month', month), ...textElement('Day', day)];
  return [element(name, parts, attributes)];
}

function abstractTexts(abstract: string): readonly string[] {
  return abstractParts(abstract).map(({ label, text }) =>
    element('AbstractText', escapeXml(text), label === '' ? {} : { Label: label }),
  );
}

function journalInfo({ journalAbbreviation, more }: CitationRecord): string {
  const linking = more?.issns?.at(-1);
  return element('MedlineJournalInfo', [
    ...textElement('Country', more?.place),
    element('MedlineTA', escapeXml(journalAbbreviation ?? '')),
    ...textElement('NlmUniqueID', more?.nlmId),
    ...textElement('ISSNLinking', (more?.issns?.length ?? 0) > 1 ? linking : undefined),
  ]);
}

/** A number of NLM's registry: of an enzyme, of CAS, or a UNII. */
const REGISTRY = /^(?:EC [\d.-]+|\d{2,7}-\d{2}-\d|[A-Z0-9]{10})$/;

/** Names with the number that stands behind them. */
function chemicals(substances: readonly string[]): readonly string[] {
  const written: string[] = [];
  for (let i = 0; i < substances.length; i++) {
    const name = substances[i] ?? '';
    const next = substances[i + 1] ?? '';
    const hasNumber = REGISTRY.test(next) && !REGISTRY.test(name);
    if (hasNumber) i++;
    written.push(
      element('Chemical', [
        ...textElement('RegistryNumber', hasNumber ? next : '0'),
        ...textElement('NameOfSubstance', name, { UI: '' }),
      ]),
    );
  }
  return written;
}

function headingXml(heading: string, thesaurus: Thesaurus | undefined): string {
  const [descriptor = '', ...qualifiers] = heading.split('/');
  const part = (name: string, text: string, ui: string): readonly string[] => {
    const plain = text.replace(/^\*|\*$/g, '').trim();
    return textElement(name, plain, { UI: ui, MajorTopicYN: text.includes('*') ? 'Y' : 'N' });
  };
  const known = thesaurus?.byName(descriptor.replace(/^\*|\*$/g, ''));
  return element('MeshHeading', [
    ...part('DescriptorName', descriptor, known?.ui ?? ''),
    ...qualifiers.flatMap((qualifier) => part('QualifierName', qualifier, '')),
  ]);
}

function keywords({ keywords: words }: CitationRecord): readonly string[] {
  return words.flatMap((word) => textElement('Keyword', word, { MajorTopicYN: 'N' }));
}

function publicationTypes({ publicationTypes: types }: CitationRecord): readonly string[] {
  return types.flatMap((type) => textElement('PublicationType', type, { UI: '' }));
}

/** `NAME/NUMBER`, those of a databank side by side in one element. */
function databanks(ids: readonly string[]): readonly string[] {
  const groups: { name: string; numbers: string[] }[] = [];
  for (const id of ids) {
    const slash = id.indexOf('/');
    const name = slash < 0 ? id : id.slice(0, slash);
    const last = groups.at(-1);
    if (slash < 0 || last?.name !== name || last.numbers.length === 0) groups.push({ name, numbers: [] });
    if (slash >= 0) groups.at(-1)?.numbers.push(id.slice(slash + 1));
  }
  return groups.map(({ name, numbers }) =>
    element('DataBank', [
      ...textElement('DataBankName', name),
      ...listElement(
        'AccessionNumberList',
        numbers.flatMap((number) => textElement('AccessionNumber', number)),
      ),
    ]),
  );
}

/** `R01 HL1/HL/NHLBI NIH HHS/United States`: number, acronym, agency, country; fewer when fewer are known. */
function grantXml(grant: string): string {
  const parts = grant.split('/');
  const country = parts.length > 1 ? parts.pop() : undefined;
  const agency = parts.pop();
  const acronym = parts.length > 1 ? parts.pop() : undefined;
  return element('Grant', [
    ...textElement('GrantID', parts.join('/')),
    ...textElement('Acronym', acronym),
    ...textElement('Agency', agency),
    ...textElement('Country', country),
  ]);
}

/** Tags of MEDLINE for links between records, and the kinds that PubMed's XML has for them. */
const LINKS: Readonly<Record<string, string>> = {
  CIN: 'CommentIn',
  CON: 'CommentOn',
  CRI: 'CorrectedandRepublishedIn',
  CRF: 'CorrectedandRepublishedFrom',
  EIN: 'ErratumIn',
  EFR: 'ErratumFor',
  ECI: 'ExpressionOfConcernIn',
  ECF: 'ExpressionOfConcernFor',
  ORI: 'OriginalReportIn',
  PRIN: 'PartialRetractionIn',
  PROF: 'PartialRetractionOf',
  RPI: 'RepublishedIn',
  RPF: 'RepublishedFrom',
  RIN: 'RetractionIn',
  ROF: 'RetractionOf',
  UIN: 'UpdateIn',
  UOF: 'UpdateOf',
  SPIN: 'SummaryForPatientsIn',
  DDIN: 'AssociatedDataset',
  DRIN: 'AssociatedPublication',
  RRI: 'RetractedandRepublishedIn',
  RRF: 'RetractedandRepublishedFrom',
};

/** The other record is not kept, its kind of link is. */
function linkXml(tag: string): readonly string[] {
  const kind = LINKS[tag];
  return kind === undefined
    ? []
    : [element('CommentsCorrections', element('RefSource', ''), { RefType: kind })];
}

const HISTORY = [
  ['pubmed', 'edat'],
  ['medline', 'mhda'],
  ['entrez', 'crdt'],
] as const;

function dataPart({ id, doi, more }: CitationRecord): readonly string[] {
  return [
    ...listElement(
      'History',
      HISTORY.flatMap(([status, day]) => dayXml('PubMedPubDate', more?.days?.[day], { PubStatus: status })),
    ),
    element('PublicationStatus', more?.days?.ppdat === undefined ? 'epublish' : 'ppublish'),
    element('ArticleIdList', [
      ...textElement('ArticleId', id, { IdType: 'pubmed' }),
      ...textElement('ArticleId', doi, { IdType: 'doi' }),
      ...(more?.articleIds ?? []).flatMap((one) =>
        textElement('ArticleId', one, { IdType: /^PMC\d+$/.test(one) ? 'pmc' : 'pii' }),
      ),
    ]),
  ];
}

function bookXml(record: CitationRecord): string {
  const { more } = record;
  return element('PubmedBookArticle', [
    element('BookDocument', [
      pmidXml(record),
      element('ArticleIdList', [
        ...textElement('ArticleId', record.doi, { IdType: 'doi' }),
        ...(more?.articleIds ?? []).flatMap((id) =>
          textElement('ArticleId', id, { IdType: /^NBK\d+$/.test(id) ? 'bookaccession' : 'pii' }),
        ),
      ]),
      element('Book', [
        element('Publisher', [
          ...textElement('PublisherName', more?.publisher),
          ...textElement('PublisherLocation', more?.place),
        ]),
        element('BookTitle', escapeXml(more?.bookTitle ?? record.title), { book: '' }),
        element('PubDate', pubDate(record)),
        ...listElement('AuthorList', peopleXml('Author', more?.editors ?? [], { ValidYN: 'Y' }), {
          Type: 'editors',
        }),
        ...textElement('Volume', record.volume),
        ...(more?.isbns ?? []).flatMap((isbn) => textElement('Isbn', isbn)),
      ]),
      ...textElement('ArticleTitle', record.title, { book: '', part: '' }),
      ...textElement('VernacularTitle', more?.transliteratedTitles?.[0]),
      ...(record.pages === undefined ? [] : [element('Pagination', textElement('MedlinePgn', record.pages))]),
      ...record.languages.flatMap((language) => textElement('Language', language)),
      ...authorsXml(record, { Type: 'authors' }),
      ...record.publicationTypes.flatMap((type) => textElement('PublicationType', type, { UI: '' })),
      ...(record.abstract === '' ? [] : [element('Abstract', abstractTexts(record.abstract))]),
      ...listElement('KeywordList', keywords(record), { Owner: 'NOTNLM' }),
      ...dayXml('DateRevised', more?.days?.lr),
      ...listElement('GrantList', (more?.grants ?? []).map(grantXml), { CompleteYN: 'Y' }),
    ]),
    element('PubmedBookData', [
      ...listElement(
        'History',
        HISTORY.flatMap(([status, day]) => dayXml('PubMedPubDate', more?.days?.[day], { PubStatus: status })),
      ),
      element('PublicationStatus', 'ppublish'),
      element('ArticleIdList', textElement('ArticleId', record.id, { IdType: 'pubmed' })),
    ]),
  ]);
}
