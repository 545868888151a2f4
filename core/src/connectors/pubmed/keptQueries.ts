import { QueryTooLongError } from '../../pubmed/index.ts';
import type { ResolvedQuery } from '../../pubmed/index.ts';
import { SearchError } from '../../search/index.ts';
import type { SearchWarning, TermMapping } from '../../search/index.ts';
import { printResolved } from '../../strategy/index.ts';
import type { EsearchAnswer } from './answers/esearch.ts';
import { readEpost } from './answers/others.ts';
import { HistoryExpiredError } from './eutilsClient.ts';
import type { AskOptions } from '../politeAsker.ts';
import type { EutilsClient } from './eutilsClient.ts';
import { fits, shorten } from './longQuery.ts';
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

/** Far beyond the longest published strategies (15,000 characters). */
const MAX_QUERY_LENGTH = 300_000;
/** Long queries of which the place on the history server is remembered. */
const MOST_KEPT = 32;

/** A long query as it is on the history server. */
export interface Kept {
  readonly webEnv: string | undefined;
  readonly text: string;
  readonly warnings: readonly SearchWarning[];
  readonly mappings: readonly TermMapping[];
  /** By number on the history server, what PubMed made of a part. */
  readonly translations: ReadonlyMap<string, string>;
}

type Ask = (
  term: string,
  parameters: Readonly<Record<string, string>>,
  options: AskOptions,
) => Promise<EsearchAnswer>;

/** Puts queries that are too long, and long lists of ids, on the history server, and remembers where they are. */
export class KeptQueries {
  readonly #client: EutilsClient;
  readonly #ask: Ask;
  readonly #kept = new Map<string, Promise<Kept>>();

  constructor(client: EutilsClient, ask: Ask) {
    this.#client = client;
    this.#ask = ask;
  }

  clear(): void {
    this.#kept.clear();
  }

  /** Where the query is, sending what is not there yet. @throws SearchError; HistoryExpiredError where it has to be begun anew */
  of(question: Question, size: QuerySize, options: AskOptions): Promise<Kept> {
    const key = `${question.query.key} ${size.length} ${question.among?.join() ?? ''}`;
    const known = this.#kept.get(key);
    if (known !== undefined)
      return known.catch((error: unknown) => {
        // Whoever asked first has cancelled; that is no answer for others.
        const isOthers = error instanceof SearchError && error.code === 'aborted';
        if (!isOthers || options.signal?.aborted === true) throw error;
        return this.of(question, size, options);
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
    options: AskOptions,
  ): Promise<Kept> {
    let webEnv: string | undefined;
    let ids = '';
    const answers = new Map<string, EsearchAnswer>();
    const numbers = new Map<string, string>();
    const keep = async (text: string): Promise<string> => {
      const known = numbers.get(text);
      if (known !== undefined) return known;
      const history = { usehistory: 'y', retmax: '0', ...(webEnv === undefined ? {} : { WebEnv: webEnv }) };
      const answer = await this.#ask(text, history, options);
      if (answer.history === undefined)
        throw new SearchError('network', 'PubMed did not keep a part of the query. Try again later.', true);
      webEnv = answer.history.webEnv;
      const { queryKey } = answer.history;
      // A place that was forgotten in between is opened anew without a word, and numbers begin again: they would mean other parts.
      if (answers.has(queryKey) || `#${queryKey}` === ids)
        throw new HistoryExpiredError('network', 'PubMed has forgotten a part of the query.');
      numbers.set(text, queryKey);
      answers.set(queryKey, answer);
      return queryKey;
    };
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
      // That a part finds nothing does not mean that the whole does.
      warnings: [...answers.values()].flatMap(({ warnings }) =>
        warnings.filter(({ code, message }) => code !== 'message' || !/no items found/i.test(message)),
      ),
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
export function withParts(answer: EsearchAnswer, kept: Kept): EsearchAnswer {
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

/** @throws SearchError `unsupported` for what is far too long */
export function write(query: ResolvedQuery): string {
  try {
    return printResolved(query, { maxLength: MAX_QUERY_LENGTH });
  } catch (error) {
    if (error instanceof QueryTooLongError) {
      throw new SearchError('unsupported', error.message, false, error);
    }
    throw error;
  }
}
