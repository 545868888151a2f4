import type { CitationRecord } from '@querent/core/corpus';
import { element, escapeXml, listElement, textElement } from '../xml.ts';
import { authorsXml, peopleXml } from './authorsXml.ts';
import { abstractTexts, dayXml, grantXml, historyXml, keywords, pmidXml, pubDate } from './recordParts.ts';

/** A book or a chapter as PubMed's XML has it (PubmedBookArticle). */
export function bookXml(record: CitationRecord): string {
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
      ...historyXml(record),
      element('PublicationStatus', 'ppublish'),
      element('ArticleIdList', textElement('ArticleId', record.id, { IdType: 'pubmed' })),
    ]),
  ]);
}
