import { SearchError } from '../../search/index.ts';
import { formatCount } from '../../text/index.ts';
import type { EsearchAnswer } from './answers/esearch.ts';

/**
 * ESearch lists only so many ids of a PubMed query, and `retstart` can be 9998 at most: "ESearch can only retrieve the first 9,999 records
 * matching the query" (its error; NBK25499 speaks of 10,000).
 */
export const MAX_IDS = 9999;

/** Asks the query with more text behind it, for `retmax` ids. */
export type AskPart = (then: string | undefined, retmax: number) => Promise<EsearchAnswer>;

/** Days that records have. Nearly every record has a different one of the first; where too many came on one day, the next splits them. */
const DATES = ['edat', 'crdt', 'dp'] as const;

/** Days since 1970, both included. */
interface Span {
  readonly from: number;
  readonly to: number;
}

const DAY = 86_400_000;
const dayOf = (year: number, month = 1, day = 1): number => Date.UTC(year, month - 1, day) / DAY;
/** Wider than any record's days. */
const ALL_DAYS: Span = { from: dayOf(1500), to: dayOf(3000, 12, 31) };
/** Nearly all records are between this and today, so ranges are halved within. */
const FIRST_USUAL = dayOf(1950);

/**
 * All ids of a query, in pages of at most {@link MAX_IDS}. Where it finds more, it is split into ranges of entry days, the newest first, until each
 * range has no more. What was listed is compared with the count in the end.
 * @param now milliseconds since 1970
 * @throws SearchError; also when the pages do not add up
 */
export async function* allIds(ask: AskPart, now: number): AsyncGenerator<readonly string[]> {
  const first = await ask(undefined, MAX_IDS);
  if (first.count <= MAX_IDS) {
    if (first.count > 0) yield whole(first);
    return;
  }
  const seen = new Set<string>();
  const fresh = function* (ids: readonly string[]): Generator<readonly string[]> {
    const news = ids.filter((id) => !seen.has(id));
    for (const id of news) seen.add(id);
    if (news.length > 0) yield news;
  };
  const walk = new Walk(ask, Math.floor(now / DAY));
  for await (const ids of walk.ids('', 0, first.count)) yield* fresh(ids);
  if (seen.size < first.count)
    // Records without an entry day are in no range.
    for await (const ids of walk.undated(first.count - seen.size)) yield* fresh(ids);
  if (seen.size === first.count) return;
  // Records come and go while they are listed.
  const { count } = await ask(undefined, 0);
  if (seen.size !== count)
    throw new SearchError(
      'network',
      `PubMed counts ${formatCount(count)} records but listed ${formatCount(seen.size)}. Try again later, or split the query.`,
      true,
    );
}

class Walk {
  readonly #ask: AskPart;
  readonly #today: number;

  constructor(ask: AskPart, today: number) {
    this.#ask = ask;
    this.#today = today;
  }

  /**
   * @param before the limits so far
   * @param field which of {@link DATES} splits
   * @param count records within the limits, more than {@link MAX_IDS}
   */
  async *ids(before: string, field: number, count: number): AsyncGenerator<readonly string[]> {
    if (DATES[field] === undefined)
      throw new SearchError(
        'unsupported',
        `PubMed lists only ${formatCount(MAX_IDS)} records at once, and more of this query have the same dates. Narrow it, for example by language.`,
      );
    yield* this.#split(before, field, ALL_DAYS, count);
  }

  /** @param count how many are missing, at most */
  async *undated(count: number): AsyncGenerator<readonly string[]> {
    const before = ` NOT ${rangeText(ALL_DAYS, 0)}`;
    if (count > MAX_IDS) yield* this.ids(before, 1, count);
    else yield whole(await this.#ask(before, MAX_IDS));
  }

  async *#split(before: string, field: number, span: Span, count: number): AsyncGenerator<readonly string[]> {
    if (span.from === span.to) {
      yield* this.ids(`${before} AND ${rangeText(span, field)}`, field + 1, count);
      return;
    }
    const middle = this.#middle(span);
    const newer = yield* this.#part(before, field, { from: middle + 1, to: span.to }, undefined);
    yield* this.#part(before, field, { from: span.from, to: middle }, count - newer);
  }

  /** @param expected how many there must be by what was counted elsewhere, which saves a question where they have to be split anyway */
  async *#part(
    before: string,
    field: number,
    span: Span,
    expected: number | undefined,
  ): AsyncGenerator<readonly string[], number> {
    if (expected !== undefined && expected <= 0) return 0;
    if (expected !== undefined && expected > MAX_IDS && span.from < span.to) {
      yield* this.#split(before, field, span, expected);
      return expected;
    }
    const answer = await this.#ask(`${before} AND ${rangeText(span, field)}`, MAX_IDS);
    if (answer.count > MAX_IDS) yield* this.#split(before, field, span, answer.count);
    else if (answer.count > 0) yield whole(answer);
    return answer.count;
  }

  /** The last day of the older half. */
  #middle({ from, to }: Span): number {
    const low = Math.max(from, FIRST_USUAL);
    const high = Math.min(to, this.#today);
    return low < high ? Math.floor((low + high) / 2) : Math.floor((from + to) / 2);
  }
}

/** All ids of an answer. @throws SearchError when some are missing */
function whole({ ids, count }: EsearchAnswer): readonly string[] {
  if (ids.length !== count)
    throw new SearchError(
      'network',
      `PubMed counts ${formatCount(count)} records but listed ${formatCount(ids.length)}. Try again later.`,
      true,
    );
  return ids;
}

function rangeText({ from, to }: Span, field: number): string {
  return `${dayText(from)}:${dayText(to)}[${DATES[field] ?? ''}]`;
}

function dayText(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10).replaceAll('-', '/');
}
