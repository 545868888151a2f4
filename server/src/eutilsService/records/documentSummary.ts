import type { CitationRecord } from '@querent/core/corpus';
import { stampedDate, writtenDate } from './days.ts';

/** What ESummary tells of a record; both versions of its answers are written from this. */
export interface DocumentSummary {
  readonly id: string;
  readonly pubDate: string;
  readonly ePubDate: string;
  readonly source: string;
  readonly authors: readonly string[];
  readonly title: string;
  readonly vernacularTitle: string;
  readonly volume: string;
  readonly issue: string;
  readonly pages: string;
  readonly languages: readonly string[];
  readonly nlmId: string;
  readonly issn: string;
  readonly eIssn: string;
  readonly publicationTypes: readonly string[];
  /** `PubMed - indexed for MEDLINE` */
  readonly status: string;
  /** `ppublish` and its number in version 2. */
  readonly publicationStatus: readonly [name: string, code: string];
  readonly articleIds: readonly { readonly type: string; readonly code: number; readonly value: string }[];
  readonly history: readonly { readonly status: string; readonly date: string }[];
  readonly hasAbstract: boolean;
  readonly journal: string;
  readonly doi: string;
  readonly sortDate: string;
  readonly book: { readonly title: string; readonly publisher: string; readonly place: string };
  /** `2001 Jun;20(2):89-103` */
  readonly citation: string;
}

const HISTORY = [
  ['pubmed', 'edat'],
  ['medline', 'mhda'],
  ['entrez', 'crdt'],
] as const;

export function documentSummary(record: CitationRecord): DocumentSummary {
  const { id, date, year, doi, more } = record;
  const known = date ?? (year === undefined ? undefined : String(year));
  const pubDate = writtenDate(known);
  const { volume = '', issue = '', pages = '' } = record;
  const issued = issue === '' ? volume : `${volume}(${issue})`;
  const isPrint = more?.days?.ppdat !== undefined || more?.days?.epdat === undefined;
  const status = more?.status ?? '';
  return {
    id,
    pubDate,
    ePubDate: writtenDate(more?.days?.epdat),
    source: record.journalAbbreviation ?? record.journal ?? more?.bookTitle ?? '',
    authors: record.authors,
    title: record.title,
    vernacularTitle: more?.transliteratedTitles?.[0] ?? '',
    volume,
    issue,
    pages,
    languages: record.languages,
    nlmId: more?.nlmId ?? '',
    issn: more?.issns?.[0] ?? '',
    eIssn: more?.issns?.[1] ?? '',
    publicationTypes: record.publicationTypes,
    status:
      status === 'MEDLINE' ? 'PubMed - indexed for MEDLINE' : status === '' ? 'PubMed' : `PubMed - ${status}`,
    publicationStatus: isPrint ? ['ppublish', '4'] : ['epublish', '3'],
    articleIds: [
      { type: 'pubmed', code: 1, value: id },
      ...(doi === undefined ? [] : [{ type: 'doi', code: 3, value: doi }]),
      ...(more?.articleIds ?? []).map((value) =>
        /^PMC\d+$/.test(value) ? { type: 'pmc', code: 8, value } : { type: 'pii', code: 4, value },
      ),
    ],
    history: HISTORY.flatMap(([name, day]) => {
      const on = more?.days?.[day];
      return on === undefined ? [] : [{ status: name, date: stampedDate(on) }];
    }),
    hasAbstract: record.abstract !== '',
    journal: record.journal ?? '',
    doi: doi ?? '',
    sortDate: stampedDate(known),
    book: { title: more?.bookTitle ?? '', publisher: more?.publisher ?? '', place: more?.place ?? '' },
    citation: `${pubDate}${issued === '' ? '' : `;${issued}`}${pages === '' ? '' : `:${pages}`}`,
  };
}
