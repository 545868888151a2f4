import { QueryTooLongError } from '../../pubmed/index.ts';
import type { ResolvedQuery } from '../../pubmed/index.ts';
import { SearchError } from '../../search/index.ts';
import type { SearchOptions, SearchWarning, TermMapping } from '../../search/index.ts';
import { printResolved } from '../../strategy/index.ts';
import { monotonicClock } from '../clock.ts';
import { readEsearch } from './answers/esearch.ts';
import type { EsearchAnswer } from './answers/esearch.ts';
import { readEpost } from './answers/others.ts';
import { dateParameters } from './dates.ts';
import { HistoryExpiredError, TooLongError } from './eutilsClient.ts';
import type { AskOptions, EutilsClient } from './eutilsClient.ts';
import { fits, LARGEST, shorten } from './longQuery.ts';
import type { QuerySize } from './longQuery.ts';

/** A query, and what it is limited by. */
export interface Question {
  readonly query: ResolvedQuery;
  /** What the query is written out as, where that is known. */
  readonly text?: string;
  /** More text of PubMed's language behind the query in parentheses: ` AND 2020[edat]`. */
  readonly then?: string;
  /** Ids, kept on the history server, that the answer is limited to; ESearch takes hundreds in a query, but not thousands. */
  readonly among?: readonly string[];
}

type Parameters = Readonly<Record<string, string>>;

/** Far beyond the longest published strategies (15,000 characters). */
const MAX_QUERY_LENGTH = 300_000;
/** No server finds a posted query of this length too long: where one says so, something in between has a fault, which may pass. */
const SHORTEST = 2000;
/** So long it is remembered that a server takes shorter queries only, in milliseconds; what said so may have been a fault, too. */
const SIZE_HOLDS_MS = 600_000;
/** Long queries of which the place on the history server is remembered. */
const MOST_KEPT = 32;

/** A long query as it is on the history server. */
interface Kept {
  readonly webEnv: string | undefined;
  readonly text: string;
  readonly warnings: readonly SearchWarning[];
  readonly mappings: readonly TermMapping[];
  /** By number on the history server, what PubMed made of a part. */
  readonly translations: ReadonlyMap<string, string>;
}

/** Asks ESearch, whatever the length of the query. */
export class Searching {
  readonly #client: EutilsClient;
  /** The longest text that was taken. */
  #accepted = SHORTEST;
  #learned: { readonly length: number; readonly at: number } | undefined;
  readonly #kept = new Map<string, Promise<Kept>>();

  constructor(client: EutilsClient) {
    this.#client = client;
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
    // Longer ones were taken, so that it is not the length.
    try {
      return await once();
    } catch (error) {
      throw error instanceof TooLongError ? new SearchError('rejected', error.message) : error;
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
    const kept = await this.#keptOf(question, size, options);
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
    return joined(answer, kept);
  }

  #keptOf(question: Question, size: QuerySize, options: SearchOptions): Promise<Kept> {
    const key = `${question.query.key} ${size.length} ${question.among?.join() ?? ''}`;
    const known = this.#kept.get(key);
    if (known !== undefined)
      return known.catch((error: unknown) => {
        // Whoever asked first has cancelled; that is no answer for others.
        const isOthers = error instanceof SearchError && error.code === 'aborted';
        if (!isOthers || options.signal?.aborted === true) throw error;
        return this.#keptOf(question, size, options);
      });
    const keeping = this.#keep(question, size, options);
    this.#kept.set(key, keeping);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    // What failed, or was cancelled by whoever asked first, is begun anew by the next.
    keeping.catch(() => {
      if (this.#kept.get(key) === keeping) this.#kept.delete(key);
    });
    return keeping;
  }

  async #keep(
    { query, text: written, among }: Question,
    size: QuerySize,
    options: SearchOptions,
  ): Promise<Kept> {
    let webEnv: string | undefined;
    const answers = new Map<string, EsearchAnswer>();
    const numbers = new Map<string, string>();
    const keep = async (text: string): Promise<string> => {
      const known = numbers.get(text);
      if (known !== undefined) return known;
      const history = { usehistory: 'y', retmax: '0', ...(webEnv === undefined ? {} : { WebEnv: webEnv }) };
      const answer = await this.ask(text, history, options);
      if (answer.history === undefined)
        throw new SearchError('network', 'PubMed did not keep a part of the query. Try again later.', true);
      webEnv = answer.history.webEnv;
      numbers.set(text, answer.history.queryKey);
      answers.set(answer.history.queryKey, answer);
      return answer.history.queryKey;
    };
    let ids = '';
    if (among !== undefined) {
      const place = await this.#client.ask(
        'epost',
        { id: among.join(','), retmode: 'xml' },
        readEpost,
        options,
      );
      webEnv = place.webEnv;
      ids = `#${place.queryKey}`;
    }
    const whole = written ?? write(query);
    const text = fits(whole, size) ? whole : await shorten(query, size, keep);
    return {
      webEnv,
      text: ids === '' ? text : `${ids} AND (${text})`,
      warnings: [...answers.values()].flatMap(({ warnings }) => warnings),
      mappings: [...answers.values()].flatMap(({ mappings }) => mappings),
      translations: new Map(
        [...answers].flatMap(([number, { translation }]) =>
          translation === undefined ? [] : [[number, translation]],
        ),
      ),
    };
  }
}

/** The answer to the last part, with what was said of the others; numbers of the history server mean nothing to a person. */
function joined(answer: EsearchAnswer, kept: Kept): EsearchAnswer {
  const spell = (text: string, depth = 0): string =>
    text.replace(/#(\d+)/g, (whole, number: string) => {
      const part = kept.translations.get(number);
      return part === undefined || depth > kept.translations.size ? whole : `(${spell(part, depth + 1)})`;
    });
  return {
    ...answer,
    translation: answer.translation === undefined ? undefined : spell(answer.translation),
    warnings: unique([...kept.warnings, ...answer.warnings], ({ message }) => message),
    mappings: unique([...kept.mappings, ...answer.mappings], ({ from, to }) => `${from} ${to}`),
  };
}

function unique<T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
}

function withMore(text: string, more: string | undefined): string {
  return more === undefined ? text : `(${text})${more}`;
}

/** @throws SearchError `unsupported` for what is far too long */
function write(query: ResolvedQuery): string {
  try {
    return printResolved(query, { maxLength: MAX_QUERY_LENGTH });
  } catch (error) {
    if (error instanceof QueryTooLongError) {
      throw new SearchError('unsupported', error.message, false, error);
    }
    throw error;
  }
}
