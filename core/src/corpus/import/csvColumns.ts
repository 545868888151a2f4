import { fold } from '../characters.ts';
import { ImportError } from './item.ts';

/** What a column of a table can hold. */
const CSV_FACTS = [
  'pmid',
  'id',
  'doi',
  'title',
  'abstract',
  'authors',
  'year',
  'date',
  'month',
  'day',
  'journal',
  'journalAbbreviation',
  'volume',
  'issue',
  'pages',
  'firstPage',
  'lastPage',
  'keywords',
  'mesh',
  'substances',
  'publicationTypes',
  'languages',
  'affiliations',
  'issn',
  'isbn',
  'pmcid',
  'publisher',
  'place',
  'citation',
  'created',
  'notes',
] as const;

export type CsvFact = (typeof CSV_FACTS)[number];

/** Which column holds which fact: `{ title: 'Titel', abstract: 'Zusammenfassung' }`. Goes before what the names of the columns say. */
export type CsvColumns = Partial<Readonly<Record<CsvFact, string>>>;

/**
 * Names of columns, those before are preferred: of PubMed, Scopus, Web of Science, Rayyan, Covidence, ASReview, Zotero and EndNote. An
 * `id` is never guessed but for NCT numbers, as ClinicalTrials.gov's tables have them: most tables number their own rows.
 */
const NAMES: Readonly<Record<CsvFact, readonly string[]>> = {
  pmid: ['pmid', 'pubmed id', 'pubmedid', 'pubmed_id', 'pubmed', 'PM', 'medline id', 'pmid pubmed id'],
  id: ['nct number'],
  doi: ['doi', 'DI', 'doi link', 'digital object identifier'],
  title: [
    'title',
    'article title',
    'primary title',
    'TI',
    'T1',
    'document title',
    'publication title',
    'study title',
  ],
  abstract: [
    'abstract',
    'abstract note',
    'AB',
    'N2',
    'abstract text',
    'notes abstract',
    'summary',
    'brief summary',
  ],
  authors: ['authors', 'author', 'AU', 'A1', 'author s', 'author names', 'author full names', 'AF'],
  year: ['year', 'publication year', 'published year', 'PY', 'pub year', 'year of publication'],
  date: ['date', 'publication date', 'published date', 'date published', 'cover date'],
  month: ['month', 'published month', 'publication month'],
  day: ['day'],
  journal: [
    'journal',
    'source title',
    'journal title',
    'SO',
    'publication title',
    'secondary title',
    'JF',
    'T2',
    'source',
    'publication name',
    'publication',
  ],
  journalAbbreviation: [
    'journal book',
    'abbreviated source title',
    'journal abbreviation',
    'journal iso abbreviation',
    'JI',
    'J9',
  ],
  volume: ['volume', 'VL'],
  issue: ['issue', 'number', 'IS', 'issue number'],
  pages: ['pages', 'page', 'page range', 'pagination'],
  firstPage: ['page start', 'start page', 'BP', 'SP', 'first page'],
  lastPage: ['page end', 'end page', 'EP', 'last page'],
  keywords: [
    'keywords',
    'author keywords',
    'index keywords',
    'keywords plus',
    'DE',
    'KW',
    'keyword',
    'manual tags',
    'automatic tags',
    'conditions',
  ],
  mesh: ['mesh', 'mesh terms', 'mesh headings', 'mesh term'],
  substances: ['substances', 'chemicals', 'chemicals cas'],
  publicationTypes: [
    'publication type',
    'document type',
    'publication types',
    'DT',
    'pubtypes',
    'type of work',
  ],
  languages: ['language', 'language of original document', 'languages', 'LA'],
  affiliations: ['affiliations', 'addresses', 'affiliation', 'author address', 'C1'],
  issn: ['issn', 'eissn', 'SN', 'EI', 'print issn', 'electronic issn'],
  isbn: ['isbn', 'BN'],
  pmcid: ['pmcid', 'pmc id', 'pmc'],
  publisher: ['publisher', 'PU'],
  place: ['place', 'location', 'publisher location', 'place published', 'PI'],
  citation: ['citation'],
  created: ['create date'],
  notes: ['extra', 'accession number', 'pubmed link', 'url', 'link'],
};

/** Facts for which every column counts; of the others one does. */
const SEVERAL: ReadonlySet<CsvFact> = new Set(['keywords', 'issn', 'notes']);

/** The columns of each fact, by their number. */
export type ColumnMap = Partial<Record<CsvFact, readonly number[]>>;

/** A heading without capitals, accents and punctuation. */
function key(heading: string): string {
  return fold(heading.trim())
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

const BY_KEY: ReadonlyMap<string, readonly [fact: CsvFact, rank: number][]> = (() => {
  const map = new Map<string, [CsvFact, number][]>();
  for (const fact of CSV_FACTS)
    NAMES[fact].forEach((name, rank) => {
      const rows = map.get(key(name)) ?? [];
      map.set(key(name), [...rows, [fact, rank]]);
    });
  return map;
})();

/** How many of these are names of columns that are known. */
export function knownColumns(headings: readonly string[]): number {
  return headings.filter((heading) => BY_KEY.has(key(heading))).length;
}

/** Whether these look like the heads of a table of citations. */
export function isCitationTable(headings: readonly string[]): boolean {
  const keys = headings.map(key);
  const has = (fact: CsvFact): boolean =>
    keys.some((one) => BY_KEY.get(one)?.some(([known]) => known === fact));
  return headings.length > 1 && knownColumns(headings) > 1 && (has('title') || has('pmid') || has('doi'));
}

/**
 * Which column holds what.
 * @throws ImportError where no column is the title, two columns could be one fact, or a column that was named is not there.
 */
export function mapColumns(headings: readonly string[], given: CsvColumns, name: string): ColumnMap {
  const keys = headings.map(key);
  const found = `Its columns are: ${listed(headings)}.`;
  const map: ColumnMap = {};
  for (const fact of Object.keys(given)) if (!isFact(fact)) throw noFact(fact);
  for (const fact of CSV_FACTS) {
    const wanted = given[fact];
    if (wanted === undefined) continue;
    const exact = headings.findIndex((heading) => heading.trim() === wanted.trim());
    const at = exact >= 0 ? exact : keys.indexOf(key(wanted));
    if (at < 0) throw new ImportError('columns', `${name} has no column "${wanted}" for ${fact}. ${found}`);
    map[fact] = [at];
  }
  const taken = new Set(Object.values(map).flat());
  for (const fact of CSV_FACTS) {
    if (map[fact] !== undefined) continue;
    const ranked = keys
      .map((one, at) => ({ at, rank: BY_KEY.get(one)?.find(([known]) => known === fact)?.[1] }))
      .filter((one): one is { at: number; rank: number } => one.rank !== undefined && !taken.has(one.at))
      .sort((a, b) => a.rank - b.rank);
    const [best, second] = ranked;
    if (best === undefined) continue;
    if (!SEVERAL.has(fact) && second?.rank === best.rank)
      throw new ImportError(
        'columns',
        `${name} has two columns "${(headings[best.at] ?? '').trim()}" (${best.at + 1} and ${second.at + 1}), and which is the ${fact} cannot be told. Rename one of them.`,
      );
    map[fact] = SEVERAL.has(fact) ? ranked.map(({ at }) => at) : [best.at];
    // A column has one meaning, but `Publication Title` is the journal where another column is the title.
    for (const at of map[fact]) taken.add(at);
  }
  if (map.title === undefined)
    throw new ImportError(
      'columns',
      `${name} has no column that is known as the title. ${found} Say which is which: --columns title=${quoted(headings[0] ?? 'Titel')},abstract=...`,
    );
  return map;
}

function listed(headings: readonly string[]): string {
  const names = headings.map((heading) => heading.trim()).filter((heading) => heading !== '');
  return names.length > 40
    ? `${names.slice(0, 40).join(', ')} and ${names.length - 40} more`
    : names.join(', ');
}

function quoted(heading: string): string {
  return /[\s,]/.test(heading.trim()) ? `"${heading.trim()}"` : heading.trim() || 'Titel';
}

/**
 * Reads `title=Titel,abstract="Text, kurz"`, as it is written behind `--columns`.
 * @throws ImportError with the place, the cause and the way out.
 */
export function readCsvColumns(text: string): CsvColumns {
  const columns: Partial<Record<CsvFact, string>> = {};
  const pattern = /\s*([^=,\s]*)\s*=\s*(?:"([^"]*)"|([^,]*))\s*(?:,|$)/y;
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    const value = (match?.[2] ?? match?.[3] ?? '').trim();
    if (match === null || value === '')
      throw new ImportError(
        'columns',
        `--columns: "${text.slice(at)}" is no pair of a fact and a column. Write title=Titel,abstract=Zusammenfassung.`,
      );
    const fact = CSV_FACTS.find((known) => known.toLowerCase() === match[1]?.toLowerCase());
    if (fact === undefined) throw noFact(match[1] ?? '');
    columns[fact] = value;
  }
  return columns;
}

function isFact(name: string): name is CsvFact {
  return (CSV_FACTS as readonly string[]).includes(name);
}

function noFact(name: string): ImportError {
  return new ImportError(
    'columns',
    `--columns: "${name}" is no fact of a citation. Known are: ${CSV_FACTS.join(', ')}.`,
  );
}
