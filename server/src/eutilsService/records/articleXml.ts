import type { CitationRecord, RecordDay } from '@querent/core/corpus';
import type { Thesaurus } from '@querent/core/mesh';
import { element, escapeXml, listElement, textElement } from '../xml.ts';
import { chemicals, databanks, linkXml } from './articleLists.ts';
import { authorsXml, peopleXml } from './authorsXml.ts';
import { bookXml } from './bookXml.ts';
import { abstractTexts, dayXml, grantXml, historyXml, keywords, pmidXml, pubDate } from './recordParts.ts';

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
      ...paginationXml(record),
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

/** The document type asks for pages or an electronic location; PubMed writes empty pages where it has neither. */
function paginationXml({ pages, doi }: CitationRecord): readonly string[] {
  if (pages === undefined && doi !== undefined) return [];
  return [element('Pagination', element('MedlinePgn', escapeXml(pages ?? '')))];
}

function pubModel({ ppdat, epdat }: Partial<Readonly<Record<RecordDay, string>>>): string {
  if (ppdat === undefined) return 'Electronic';
  return epdat === undefined ? 'Print' : 'Print-Electronic';
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

function publicationTypes({ publicationTypes: types }: CitationRecord): readonly string[] {
  return types.flatMap((type) => textElement('PublicationType', type, { UI: '' }));
}

function dataPart(record: CitationRecord): readonly string[] {
  const { id, doi, more } = record;
  return [
    ...historyXml(record),
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
