import { SearchError } from '../../search/index.ts';
import type { SearchOptions } from '../../search/index.ts';
import { formatCount } from '../../text/index.ts';
import { monotonicClock } from '../clock.ts';
import { readEsearch } from './answers/esearch.ts';
import type { EsearchAnswer } from './answers/esearch.ts';
import { dateParameters } from './dates.ts';
import { HistoryExpiredError, TooLongError } from './eutilsClient.ts';
import type { AskOptions } from '../politeAsker.ts';
import type { EutilsClient } from './eutilsClient.ts';
import { KeptQueries, withParts, write } from './keptQueries.ts';
import type { Question } from './keptQueries.ts';
import { fits, LARGEST } from './longQuery.ts';
import type { QuerySize } from './longQuery.ts';

type Parameters = Readonly<Record<string, string>>;

/** No server finds a posted query of this length too long: where one says so, something in between has a fault, which may pass. */
const SHORTEST = 2000;
/** So long it is remembered that a server takes shorter queries only, in milliseconds; what said so may have been a fault, too. */
const SIZE_HOLDS_MS = 600_000;
/** Asks ESearch, whatever the length of the query. */
export class Searching {
  readonly #client: EutilsClient;
  /** The longest text that was taken. */
  #accepted = SHORTEST;
  #learned: { readonly length: number; readonly at: number } | undefined;
  readonly #kept: KeptQueries;

  constructor(client: EutilsClient) {
    this.#client = client;
    this.#kept = new KeptQueries(client, (term, parameters, options) => this.ask(term, parameters, options));
  }

  /** @throws SearchError */
  async esearch(question: Question, parameters: Parameters, options: SearchOptions): Promise<EsearchAnswer> {
    const limits = { ...dateParameters(options), ...parameters };
    const text = withMore(question.text ?? write(question.query), question.then);
    for (;;) {
      const size = this.#size();
      try {
        if (question.among === undefined && fits(text, size)) return await this.ask(text, limits, options);
        return await this.#askInParts(question, size, limits, options);
      } catch (error) {
        if (!(error instanceof TooLongError) || size.length <= SHORTEST) throw error;
        // Remembered, so that not every long query fails.
        const length = Math.floor(Math.min(size.length, text.length) / 2);
        this.#learned = { length: Math.max(length, SHORTEST), at: monotonicClock.now() };
        this.#kept.clear();
      }
    }
  }

  /** A text as it is. @throws SearchError; TooLongError where a shorter one may be taken */
  async ask(term: string, parameters: Parameters, options: AskOptions): Promise<EsearchAnswer> {
    const once = (): Promise<EsearchAnswer> =>
      this.#client.ask('esearch', { term, ...parameters }, readEsearch, options);
    try {
      const answer = await once();
      this.#accepted = Math.max(this.#accepted, term.length);
      return answer;
    } catch (error) {
      if (!(error instanceof TooLongError) || term.length > this.#accepted) throw error;
    }
    // Longer ones were taken, or would be by any server, so that it is not the length.
    try {
      return await once();
    } catch (error) {
      if (!(error instanceof TooLongError)) throw error;
      throw new SearchError(
        'network',
        `PubMed, or something on the way to it, finds a query of ${formatCount(term.length)} characters too long (HTTP 414), which it is not. Try again later; if that does not help, look at the proxy and the address.`,
        true,
      );
    }
  }

  #size(): QuerySize {
    const learned = this.#learned;
    if (learned === undefined || monotonicClock.now() - learned.at > SIZE_HOLDS_MS) return LARGEST;
    return { ...LARGEST, length: learned.length };
  }

  async #askInParts(
    question: Question,
    size: QuerySize,
    parameters: Parameters,
    options: SearchOptions,
  ): Promise<EsearchAnswer> {
    try {
      return await this.#askKept(question, size, parameters, options);
    } catch (error) {
      if (!(error instanceof HistoryExpiredError)) throw error;
    }
    // What the history server keeps ends after hours, or sooner: sent anew, once.
    this.#kept.clear();
    try {
      return await this.#askKept(question, size, parameters, options);
    } catch (error) {
      if (!(error instanceof HistoryExpiredError)) throw error;
      throw new SearchError('network', `${error.message} Try again later.`, true);
    }
  }

  async #askKept(
    question: Question,
    size: QuerySize,
    parameters: Parameters,
    options: SearchOptions,
  ): Promise<EsearchAnswer> {
    const kept = await this.#kept.of(question, size, options);
    const term = withMore(kept.text, question.then);
    if (!fits(term, { ...size, length: size.length + (question.then?.length ?? 0) }))
      throw new SearchError(
        'rejected',
        'A part of the query is too long for PubMed, and cannot be split. Shorten its longest term.',
      );
    const history: Parameters = kept.webEnv === undefined ? {} : { WebEnv: kept.webEnv, usehistory: 'y' };
    const answer = await this.ask(term, { ...parameters, ...history }, options);
    if (
      answer.warnings.some(({ code, subject = '' }) => code === 'phrase-not-found' && /^#\d+$/.test(subject))
    )
      throw new HistoryExpiredError('network', 'PubMed has forgotten a part of the query.');
    return withParts(answer, kept);
  }
}

function withMore(text: string, more: string | undefined): string {
  return more === undefined ? text : `(${text})${more}`;
}
