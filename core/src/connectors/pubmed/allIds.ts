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

/** From and to, both included: days since 1970, or PMIDs. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** What a result is split by. */
interface Splitter {
  readonly field: string;
  /** Wider than the values of any record. */
  readonly all: Span;
  /** Where nearly all values are, so that halving is done within. */
  readonly usual: Span;
  readonly write: (value: number) => string;
}

const DAY = 86_400_000;
const dayOf = (year: number, month = 1, day = 1): number => Date.UTC(year, month - 1, day) / DAY;

/**
 * Days of entry, of which a record has one; where too many came on one day, the days on which records were created; where these are the
 * same too, or a service knows no days, PMIDs. (Publication dates are no good: a record has several, and some are but a year.)
 */
function splittersAt(now: number): readonly Splitter[] {
  const days = {
    all: { from: dayOf(1500), to: dayOf(3000, 12, 31) },
    usual: { from: dayOf(1950), to: Math.floor(now / DAY) },
    write: (day: number) => new Date(day * DAY).toISOString().slice(0, 10).replaceAll('-', '/'),
  };
  return [
    { field: 'edat', ...days },
    { field: 'crdt', ...days },
    {
      field: 'uid',
      all: { from: 1, to: 999_999_999 },
      usual: { from: 1, to: 60_000_000 },
      write: String,
    },
  ];
}

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
  const walk = new Walk(ask, splittersAt(now));
  for await (const ids of walk.ids('', 0, first.count)) yield* fresh(ids);
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
  readonly #splitters: readonly Splitter[];

  constructor(ask: AskPart, splitters: readonly Splitter[]) {
    this.#ask = ask;
    this.#splitters = splitters;
  }

  /**
   * @param before the limits so far
   * @param at which of the splitters
   * @param count records within the limits, more than {@link MAX_IDS}
   */
  async *ids(before: string, at: number, count: number): AsyncGenerator<readonly string[]> {
    const splitter = this.#splitters[at];
    if (splitter === undefined)
      throw new SearchError(
        'unsupported',
        `PubMed lists only ${formatCount(MAX_IDS)} records at once, and these cannot be split by dates. Narrow the query, for example by language.`,
      );
    const any = rangeText(splitter.all, splitter);
    const { count: ranged } = await this.#ask(`${before} AND ${any}`, 0);
    yield* this.#part(before, at, splitter, splitter.all, ranged);
    // Records without a day of this kind are in no range.
    const others = count - ranged;
    if (others > MAX_IDS) yield* this.ids(`${before} NOT ${any}`, at + 1, others);
    else if (others > 0) yield whole(await this.#ask(`${before} NOT ${any}`, MAX_IDS));
  }

  async *#split(
    before: string,
    at: number,
    splitter: Splitter,
    span: Span,
    count: number,
  ): AsyncGenerator<readonly string[]> {
    if (span.from === span.to) {
      yield* this.ids(`${before} AND ${rangeText(span, splitter)}`, at + 1, count);
      return;
    }
    const middle = middleOf(span, splitter.usual);
    const newer = yield* this.#part(before, at, splitter, { from: middle + 1, to: span.to }, undefined);
    yield* this.#part(before, at, splitter, { from: span.from, to: middle }, count - newer);
  }

  /** @param expected how many there must be by what was counted elsewhere, which saves a question where they have to be split anyway */
  async *#part(
    before: string,
    at: number,
    splitter: Splitter,
    span: Span,
    expected: number | undefined,
  ): AsyncGenerator<readonly string[], number> {
    if (expected !== undefined && expected <= 0) return 0;
    if (expected !== undefined && expected > MAX_IDS && span.from < span.to) {
      yield* this.#split(before, at, splitter, span, expected);
      return expected;
    }
    const answer = await this.#ask(`${before} AND ${rangeText(span, splitter)}`, MAX_IDS);
    if (answer.count > MAX_IDS) yield* this.#split(before, at, splitter, span, answer.count);
    else if (answer.count > 0) yield whole(answer);
    return answer.count;
  }
}

/** The last value of the lower half. */
function middleOf({ from, to }: Span, usual: Span): number {
  const low = Math.max(from, usual.from);
  const high = Math.min(to, usual.to);
  return low < high ? Math.floor((low + high) / 2) : Math.floor((from + to) / 2);
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

function rangeText({ from, to }: Span, { field, write }: Splitter): string {
  return `${write(from)}:${write(to)}[${field}]`;
}
