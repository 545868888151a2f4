import type { CitationRecord } from '../corpus/index.ts';
import { SearchError } from '../search/index.ts';
import type { SearchEngine, SearchOptions, SearchQuery } from '../search/index.ts';

const idsAtOnce = 10_000;
const recordsAtOnce = 250;

/**
 * All ids of `query` of an engine that lists from any offset: `RecordsEngine.allIds` of those that hold their records.
 * @throws SearchError; also when the pages do not make a whole, because the records changed meanwhile
 */
export async function* pagesOfIds<Query extends SearchQuery>(
  engine: Pick<SearchEngine<Query>, 'search'>,
  query: Query,
  options: SearchOptions = {},
): AsyncGenerator<readonly string[]> {
  let listed = 0;
  let source: string | undefined;
  for (;;) {
    const page = await engine.search(query, { ...options, offset: listed, limit: idsAtOnce });
    source ??= page.provenance.engine;
    listed += page.ids.length;
    const isShort = page.ids.length === 0 && listed < page.count;
    if (page.provenance.engine !== source || isShort || listed > page.count)
      throw new SearchError(
        'internal',
        `${page.provenance.label} changed while its records were listed. Do it again.`,
        true,
      );
    if (page.ids.length > 0) yield page.ids;
    if (listed === page.count) return;
  }
}

/** `RecordsEngine.fetchRecords` over a function that gives some records at once. @throws SearchError `aborted` */
export async function* batchesOfRecords(
  records: (ids: readonly string[]) => readonly CitationRecord[] | Promise<readonly CitationRecord[]>,
  ids: readonly string[],
  { signal }: SearchOptions = {},
): AsyncGenerator<readonly CitationRecord[]> {
  for (let start = 0; start < ids.length; start += recordsAtOnce) {
    if (signal?.aborted === true) throw new SearchError('aborted', 'Fetching records was cancelled.');
    const found = await records(ids.slice(start, start + recordsAtOnce));
    if (found.length > 0) yield found;
  }
}
