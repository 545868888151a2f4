import type { DocumentSummary } from './documentSummary.ts';

/** A summary as ESummary has it in JSON, the same keys in the same order. What is not known is empty, as it is there. */
export function summaryJson(summary: DocumentSummary): Readonly<Record<string, unknown>> {
  const { id, authors, book } = summary;
  return {
    uid: id,
    pubdate: summary.pubDate,
    epubdate: summary.ePubDate,
    source: summary.source,
    authors: authors.map((name) => ({ name, authtype: 'Author', clusterid: '' })),
    lastauthor: authors.at(-1) ?? '',
    title: summary.title,
    sorttitle: sortTitle(summary.title),
    volume: summary.volume,
    issue: summary.issue,
    pages: summary.pages,
    lang: summary.languages,
    nlmuniqueid: summary.nlmId,
    issn: summary.issn,
    essn: summary.eIssn,
    pubtype: summary.publicationTypes,
    recordstatus: summary.status,
    pubstatus: summary.publicationStatus[1],
    articleids: summary.articleIds.map(({ type, code, value }) => ({ idtype: type, idtypen: code, value })),
    history: summary.history.map(({ status, date }) => ({ pubstatus: status, date })),
    references: [],
    attributes: summary.hasAbstract ? ['Has Abstract'] : [],
    pmcrefcount: 0,
    fulljournalname: summary.journal,
    elocationid: summary.doi === '' ? '' : `doi: ${summary.doi}`,
    viewcount: 0,
    doctype: book.title === '' ? 'citation' : 'book',
    srccontriblist: [],
    booktitle: book.title,
    medium: '',
    edition: '',
    publisherlocation: book.title === '' ? '' : book.place,
    publishername: book.publisher,
    srcdate: '',
    reportnumber: '',
    availablefromurl: '',
    locationlabel: '',
    doccontriblist: [],
    docdate: '',
    bookname: '',
    chapter: '',
    sortpubdate: summary.sortDate,
    sortfirstauthor: authors[0] ?? '',
    vernaculartitle: summary.vernacularTitle,
  };
}

/** `genbank ` of `GenBank.`: without article and signs, in small letters. */
export function sortTitle(title: string): string {
  return title
    .toLowerCase()
    .replace(/^(?:an?|the)\s+/, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ');
}
