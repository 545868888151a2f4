import { SearchError } from '../../search/index.ts';
import type { SearchOptions } from '../../search/index.ts';
import type { StudiesPage } from './answers.ts';
import { PAGE } from './request.ts';
import type { TrialsRequest } from './request.ts';
import { PageExpiredError } from './trialsClient.ts';
import type { StudiesParameters } from './trialsClient.ts';

/** What is known of the pages of one answer. */
interface Bookmarks {
  /** Studies found. */
  readonly count: number;
  /** How many studies stand before a page, and the name of that page. */
  readonly pages: Map<number, string>;
}

/** Answers whose pages are remembered. */
const MOST_ANSWERS = 50;
/** Newest first; studies that were never posted, which there are not, would be last. */
const SORT = 'StudyFirstPostDate:desc';

/**
 * Lists what a request finds. The service has no numbers of records to begin at, only names of pages that follow one another; those that were
 * seen are remembered, so that paging on in a list of results is one request.
 */
export class Listing {
  readonly #ask: (parameters: StudiesParameters, options: SearchOptions) => Promise<StudiesPage>;
  readonly #bookmarks = new Map<string, Bookmarks>();

  constructor(ask: (parameters: StudiesParameters, options: SearchOptions) => Promise<StudiesPage>) {
    this.#ask = ask;
  }

  /**
   * Ids from `offset` on, at most `limit`, newest first.
   * @throws SearchError; also when fewer studies come than were counted
   */
  async part(
    request: TrialsRequest,
    offset: number,
    limit: number,
    options: SearchOptions,
  ): Promise<{ readonly ids: readonly string[]; readonly count: number }> {
    try {
      return await this.#part(request, offset, limit, options);
    } catch (error) {
      // What was remembered may have led astray.
      this.#bookmarks.delete(request.key);
      if (!(error instanceof PageExpiredError)) throw error;
      return this.#part(request, offset, limit, options);
    }
  }

  /** All ids, page by page. @throws SearchError; also when the pages do not add up to the count */
  async *all(request: TrialsRequest, options: SearchOptions): AsyncGenerator<readonly string[]> {
    let page = await this.#page(request, undefined, PAGE, options);
    const count = page.count ?? 0;
    const seen = new Set<string>();
    for (;;) {
      const ids = page.studies.map(({ id }) => id).filter((id) => !seen.has(id));
      for (const id of ids) seen.add(id);
      if (ids.length > 0) yield ids;
      if (page.nextPage === undefined) break;
      page = await this.#page(request, page.nextPage, PAGE, options);
    }
    checkSum(seen.size, count);
  }

  /** From now on every list is read from its beginning. */
  forget(): void {
    this.#bookmarks.clear();
  }

  async #part(
    request: TrialsRequest,
    offset: number,
    limit: number,
    options: SearchOptions,
  ): Promise<{ readonly ids: readonly string[]; readonly count: number }> {
    let known = offset === 0 ? undefined : this.#bookmarks.get(request.key);
    let [at, name] = nearest(known, offset);
    const ids: string[] = [];
    for (;;) {
      const wanted = at < offset ? offset - at : limit - ids.length;
      if (wanted <= 0 && known !== undefined) break;
      const page = await this.#page(request, name, Math.min(PAGE, Math.max(1, wanted)), options);
      known ??= this.#bookmark(request.key, page.count ?? 0);
      if (at >= offset && wanted > 0) for (const { id } of page.studies) ids.push(id);
      at += page.studies.length;
      name = page.nextPage;
      if (name === undefined) {
        checkSum(at, known.count);
        break;
      }
      known.pages.set(at, name);
    }
    return { ids: [...new Set(ids)], count: known.count };
  }

  #page(
    request: TrialsRequest,
    name: string | undefined,
    size: number,
    options: SearchOptions,
  ): Promise<StudiesPage> {
    return this.#ask(
      {
        ...request.parameters,
        fields: 'NCTId',
        sort: SORT,
        pageSize: String(size),
        ...(name === undefined ? { countTotal: 'true' } : { pageToken: name }),
      },
      options,
    );
  }

  #bookmark(key: string, count: number): Bookmarks {
    const made: Bookmarks = { count, pages: new Map() };
    this.#bookmarks.delete(key);
    this.#bookmarks.set(key, made);
    for (const oldest of this.#bookmarks.keys()) {
      if (this.#bookmarks.size <= MOST_ANSWERS) break;
      this.#bookmarks.delete(oldest);
    }
    return made;
  }
}

/** The last page that is known to begin at or before `offset`. */
function nearest(known: Bookmarks | undefined, offset: number): [at: number, name: string | undefined] {
  let best: [number, string | undefined] = [0, undefined];
  for (const [at, name] of known?.pages ?? []) if (at <= offset && at > best[0]) best = [at, name];
  return best;
}

function checkSum(listed: number, count: number): void {
  if (listed < count)
    throw new SearchError(
      'network',
      `ClinicalTrials.gov listed ${listed} of ${count} studies. Try again later.`,
      true,
    );
}
