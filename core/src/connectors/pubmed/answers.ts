/** Reads the JSON answers of ESearch and ESummary. What is not as documented is an error, never a zero. */
import { SearchError } from '../../search/index.ts';
import type { CitationSummary, SearchWarning } from '../../search/index.ts';

type Json = Readonly<Record<string, unknown>>;

/** What ESearch says. */
export interface EsearchAnswer {
  readonly count: number;
  readonly ids: readonly string[];
  readonly translation: string | undefined;
  readonly warnings: readonly SearchWarning[];
}

/** @throws SearchError for `ERROR` answers and for answers without a count. */
export function readEsearch(answer: Json): EsearchAnswer {
  const result = object(answer['esearchresult']) ?? {};
  const error = result['ERROR'];
  if (typeof error === 'string' && error !== '') {
    // "Search Backend failed: Status: 500" and the like pass; "Invalid query" does not.
    const passing = /backend|status: ?5\d\d|timed? ?out|temporar/i.test(error);
    throw new SearchError(
      passing ? 'network' : 'rejected',
      `PubMed did not answer the query: ${error}`,
      passing,
    );
  }
  const count = result['count'];
  if (typeof count !== 'string' || !/^\d+$/.test(count)) {
    throw new SearchError('network', 'PubMed answered without a number of records. Try again later.', true);
  }
  const translation = result['querytranslation'];
  return {
    count: Number(count),
    ids: texts(result['idlist']),
    translation: typeof translation === 'string' && translation !== '' ? translation : undefined,
    warnings: readWarnings(result),
  };
}

const WARNINGS: readonly [list: string, key: string, code: string, message: (text: string) => string][] = [
  [
    'errorlist',
    'phrasesnotfound',
    'phrase-not-found',
    (text) => `PubMed does not know “${text}” and left it out.`,
  ],
  ['errorlist', 'fieldsnotfound', 'field-not-found', (text) => `PubMed has no field “${text}”.`],
  ['warninglist', 'phrasesignored', 'ignored', (text) => `PubMed ignored “${text}”.`],
  [
    'warninglist',
    'quotedphrasesnotfound',
    'phrase-not-found',
    (text) => `PubMed has no phrase ${text} in its index and searched its words instead.`,
  ],
  ['warninglist', 'outputmessages', 'message', (text) => `PubMed says: ${text}`],
];

function readWarnings(result: Json): readonly SearchWarning[] {
  return WARNINGS.flatMap(([list, key, code, message]) =>
    texts(object(result[list])?.[key]).map((text) => ({ code, message: message(text) })),
  );
}

/** @returns summaries by id; ids that PubMed does not hold are absent. @throws SearchError */
export function readEsummary(answer: Json): ReadonlyMap<string, CitationSummary> {
  const result = object(answer['result']);
  if (result === undefined) {
    const said = texts(answer['esummaryresult'])[0];
    if (said !== undefined) {
      throw new SearchError('rejected', `PubMed gave no summaries: ${said}`);
    }
    throw new SearchError('network', 'PubMed answered without summaries. Try again later.', true);
  }
  const summaries = new Map<string, CitationSummary>();
  for (const id of texts(result['uids'])) {
    const entry = object(result[id]);
    if (entry !== undefined && entry['error'] === undefined) {
      summaries.set(id, readSummary(id, entry));
    }
  }
  return summaries;
}

function readSummary(id: string, entry: Json): CitationSummary {
  const year = /\b(1[5-9]|20|21)\d\d\b/.exec(
    `${text(entry['pubdate'])} ${text(entry['epubdate'])} ${text(entry['sortpubdate'])}`,
  );
  const journal = text(entry['fulljournalname']) || text(entry['source']);
  const ids = array(entry['articleids']).map(object);
  const doi = text(ids.find((item) => item?.['idtype'] === 'doi')?.['value']);
  return {
    id,
    title: plainText(text(entry['title'])) || plainText(text(entry['vernaculartitle'])) || `PMID ${id}`,
    ...(year === null ? {} : { year: Number(year[0]) }),
    ...(journal === '' ? {} : { journal: plainText(journal) }),
    authors: array(entry['authors'])
      .map((author) => text(object(author)?.['name']))
      .filter((name) => name !== ''),
    ...(doi === '' ? {} : { doi }),
  };
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

/** Titles come with a little HTML in them, `<i>E. coli</i>` and `&lt;`. */
function plainText(html: string): string {
  return html
    .replace(/<\/?(?:i|b|u|em|strong|sub|sup)>/gi, '')
    .replace(
      /&(?:#(\d{1,6})|#x([\da-f]{1,5})|([a-z]+));/gi,
      (whole, decimal?: string, hex?: string, name?: string) => {
        if (name !== undefined) {
          return ENTITIES[name.toLowerCase()] ?? whole;
        }
        const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
        return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
      },
    )
    .trim();
}

function object(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}
function array(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
function texts(value: unknown): readonly string[] {
  return array(value).filter((item) => typeof item === 'string');
}
function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
