import { findLanguage } from '@querent/core/pubmed';
import { element, escapeXml } from '../xml.ts';
import type { DocumentSummary } from './documentSummary.ts';
import { sortTitle } from './summaryJson.ts';

/** Version 1 of ESummary's XML: one DocSum of Items, the default. */
export function docSum(summary: DocumentSummary): string {
  const { authors } = summary;
  const strings = (name: string, values: readonly string[]): string[] =>
    values.map((value) => item(name, 'String', value));
  return element('DocSum', [
    element('Id', summary.id),
    item('PubDate', 'Date', summary.pubDate),
    item('EPubDate', 'Date', summary.ePubDate),
    item('Source', 'String', summary.source),
    list('AuthorList', strings('Author', authors)),
    item('LastAuthor', 'String', authors.at(-1) ?? ''),
    item('Title', 'String', summary.title),
    item('Volume', 'String', summary.volume),
    item('Issue', 'String', summary.issue),
    item('Pages', 'String', summary.pages),
    list('LangList', strings('Lang', summary.languages.map(languageName))),
    item('NlmUniqueID', 'String', summary.nlmId),
    item('ISSN', 'String', summary.issn),
    item('ESSN', 'String', summary.eIssn),
    list('PubTypeList', strings('PubType', summary.publicationTypes)),
    item('RecordStatus', 'String', summary.status),
    item('PubStatus', 'String', summary.publicationStatus[0]),
    list(
      'ArticleIds',
      summary.articleIds.map(({ type, value }) => item(type, 'String', value)),
    ),
    ...(summary.doi === '' ? [] : [item('DOI', 'String', summary.doi)]),
    list(
      'History',
      summary.history.map(({ status, date }) => item(status, 'Date', date)),
    ),
    list('References', []),
    item('HasAbstract', 'Integer', summary.hasAbstract ? '1' : '0'),
    item('PmcRefCount', 'Integer', '0'),
    item('FullJournalName', 'String', summary.journal),
    item('ELocationID', 'String', summary.doi === '' ? '' : `doi: ${summary.doi}`),
    item('SO', 'String', summary.citation),
  ]);
}

/** `eng` as `English`, which version 1 writes. */
function languageName(code: string): string {
  return findLanguage(code)?.name ?? code;
}

function item(name: string, type: 'String' | 'Date' | 'Integer', value: string): string {
  return element('Item', escapeXml(value), { Name: name, Type: type });
}

function list(name: string, items: readonly string[]): string {
  return element('Item', items, { Name: name, Type: 'List' });
}

/** Version 2.0 of ESummary's XML: elements named for what they hold. */
export function documentSummaryXml(summary: DocumentSummary): string {
  const { authors, book } = summary;
  const text = (name: string, value: string): string => element(name, escapeXml(value));
  return element(
    'DocumentSummary',
    [
      text('PubDate', summary.pubDate),
      text('EPubDate', summary.ePubDate),
      text('Source', summary.source),
      element(
        'Authors',
        authors.map((name) =>
          element('Author', [text('Name', name), text('AuthType', 'Author'), text('ClusterID', '')]),
        ),
      ),
      text('LastAuthor', authors.at(-1) ?? ''),
      text('Title', summary.title),
      text('SortTitle', sortTitle(summary.title)),
      text('Volume', summary.volume),
      text('Issue', summary.issue),
      text('Pages', summary.pages),
      element(
        'Lang',
        summary.languages.map((language) => text('string', language)),
      ),
      text('NlmUniqueID', summary.nlmId),
      text('ISSN', summary.issn),
      text('ESSN', summary.eIssn),
      element(
        'PubType',
        summary.publicationTypes.map((type) => text('flag', type)),
      ),
      text('RecordStatus', summary.status),
      text('PubStatus', summary.publicationStatus[1]),
      element(
        'ArticleIds',
        summary.articleIds.map(({ type, code, value }) =>
          element('ArticleId', [text('IdType', type), text('IdTypeN', String(code)), text('Value', value)]),
        ),
      ),
      element(
        'History',
        summary.history.map(({ status, date }) =>
          element('PubMedPubDate', [text('PubStatus', status), text('Date', date)]),
        ),
      ),
      element('References', ''),
      element('Attributes', summary.hasAbstract ? text('flag', 'Has Abstract') : ''),
      text('PmcRefCount', '0'),
      text('FullJournalName', summary.journal),
      text('ELocationID', summary.doi === '' ? '' : `doi: ${summary.doi}`),
      text('ViewCount', '0'),
      text('DocType', book.title === '' ? 'citation' : 'book'),
      element('SrcContribList', ''),
      text('BookTitle', book.title),
      ...['Medium', 'Edition'].map((name) => text(name, '')),
      text('PublisherLocation', book.title === '' ? '' : book.place),
      text('PublisherName', book.publisher),
      ...['SrcDate', 'ReportNumber', 'AvailableFromURL', 'LocationLabel'].map((name) => text(name, '')),
      element('DocContribList', ''),
      ...['DocDate', 'BookName', 'Chapter'].map((name) => text(name, '')),
      text('SortPubDate', summary.sortDate),
      text('SortFirstAuthor', authors[0] ?? ''),
      text('VernacularTitle', summary.vernacularTitle),
    ],
    { uid: summary.id },
  );
}
