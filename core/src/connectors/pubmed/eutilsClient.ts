import axios from 'axios';
import type { AxiosInstance } from 'axios';
import { SearchError } from '../../search/index.ts';
import { askOnce, refuseFaults } from '../asking.ts';
import type { HttpAnswer } from '../asking.ts';
import type { Clock } from '../clock.ts';
import type { Gate } from '../gate.ts';
import { PoliteAsker } from '../politeAsker.ts';
import type { AskOptions } from '../politeAsker.ts';
import { PassingFault } from '../retrying.ts';
import { errorsOf, isPassing, parseAnswer } from './answers/answer.ts';
import type { EutilsAnswer } from './answers/answer.ts';

/** How the E-utilities are asked. */
export interface EutilsClientOptions {
  /** With a slash at its end. */
  readonly baseUrl: string;
  readonly tool: string;
  readonly email: string | undefined;
  readonly apiKey: string | undefined;
  readonly http: AxiosInstance | undefined;
  /** The time of day. */
  readonly clock: Clock;
  readonly gate: Gate;
  /** See `PubMedOptions`. */
  readonly timeoutMs: number;
  readonly firstPauseMs: number;
}

type Parameters = Readonly<Record<string, string>>;

/** The server finds the request too long. */
export class TooLongError extends SearchError {}
/** The history server does not know a query, or not any more. Not tried again as it is: the query has to be sent anew. */
export class HistoryExpiredError extends SearchError {}
/** The key of the requests is not accepted. */
export class KeyRefusedError extends SearchError {}

/** What NCBI says where a key of the history is not, or no more, known. */
const HISTORY_EXPIRED =
  /unable to obtain query|cannot retrieve history(?!.*'retstart')|(?:web_?env|query_?key)\b.*(?:expired|invalid|not found|unknown)|(?:expired|invalid|unknown).*(?:web_?env|query_?key)/i;

/**
 * Asks NCBI's E-utilities: POST with every parameter encoded and none in the address, within the rate that NCBI allows, with bounded
 * repetition of passing faults. Rules: https://www.ncbi.nlm.nih.gov/books/NBK25497/.
 */
export class EutilsClient {
  readonly #options: EutilsClientOptions;
  readonly #http: AxiosInstance;
  readonly #asker: PoliteAsker;

  constructor(options: EutilsClientOptions) {
    this.#options = options;
    const { clock, firstPauseMs, gate } = options;
    this.#asker = new PoliteAsker({
      ...{ clock, gate, firstPauseMs },
      quiet: { pauseMs: firstPauseMs, longestMs: LONGEST_HUSH_MS },
    });
    this.#http = options.http ?? axios.create();
  }

  /**
   * @param utility `esearch`, `esummary` ...
   * @param read Turns the answer into what is wanted, or throws a SearchError; a retryable one is asked again.
   * @throws SearchError, never anything else.
   */
  async ask<T>(
    utility: string,
    parameters: Parameters,
    read: (answer: EutilsAnswer) => T,
    options: AskOptions = {},
  ): Promise<T> {
    const readBody = ({ body }: HttpAnswer): T => read(parseAnswer(body));
    return this.askText(utility, { retmode: 'json', ...parameters }, readBody, options);
  }

  /** The same for answers that are read as they are. */
  async askText<T>(
    utility: string,
    parameters: Parameters,
    read: (answer: HttpAnswer) => T | Promise<T>,
    options: AskOptions = {},
  ): Promise<T> {
    return this.#asker.ask(
      {
        send: () => this.#post(utility, parameters, options.signal),
        check: (answer) => this.#check(answer),
        read,
      },
      options,
    );
  }

  async #post(utility: string, parameters: Parameters, signal: AbortSignal | undefined): Promise<HttpAnswer> {
    const { baseUrl, tool, email, apiKey, timeoutMs } = this.#options;
    const form = new URLSearchParams({ db: 'pubmed', ...parameters, tool });
    if (form.get('db') === '') form.delete('db');
    if (email !== undefined && email !== '') form.set('email', email);
    if (apiKey !== undefined && apiKey !== '') form.set('api_key', apiKey);
    const url = `${baseUrl}${utility}.fcgi`;
    const answer = await askOnce(this.#http, { service: 'PubMed', url, form, timeoutMs, signal });
    // The service repeats a key that it refuses; nothing that is read, thrown or kept may hold it.
    const body = withoutKey(answer.body, apiKey);
    return body === answer.body ? answer : { ...answer, body };
  }

  #check(answer: HttpAnswer): void {
    const { status } = answer;
    const { said, isRefusal } = briefErrors(answer.body);
    refuseFaults(answer, 'PubMed', this.#options.clock.now(), isRefusal && /rate limit/i.test(said));
    if (status === 414 || status === 413)
      throw new TooLongError('rejected', `PubMed finds the query too long (HTTP ${status}). Split the line.`);
    if (HISTORY_EXPIRED.test(said))
      throw new HistoryExpiredError('network', `PubMed has forgotten a part of the query: ${said}`);
    // EFetch says 400 where something behind it took too long.
    if (status === 400 && isPassing(said))
      throw new PassingFault('network', `PubMed did not answer: ${said}`);
    // What is wrong with a query comes with HTTP 200 and within a result; a wrong key or address is no fault of the query.
    if (status === 200 && !isRefusal) return;
    if (/api[ _-]?key/i.test(said))
      throw new KeyRefusedError(
        'network',
        `PubMed refused the API key: ${said}. Set another key, or work without one.`,
      );
    if (status >= 300 && status < 400)
      throw new SearchError(
        'network',
        `PubMed's address leads elsewhere (HTTP ${status}): the network wants a login, or the address is an old one.`,
      );
    throw new SearchError(
      'network',
      said === '' ? `PubMed refused the request (HTTP ${status}).` : `PubMed refused the request: ${said}`,
    );
  }
}

/** Who is told to wait longer gives up, and others try for themselves. */
const LONGEST_HUSH_MS = 20_000;
/** Longer answers are no errors. */
const LONGEST_ERROR = 10_000;

/** What a short answer says went wrong, of all utilities, and whether the request as such was refused. */
function briefErrors(body: string): { readonly said: string; readonly isRefusal: boolean } {
  if (body.length > LONGEST_ERROR) return { said: '', isRefusal: false };
  try {
    const answer = parseAnswer(body);
    const refusal = answer.kind === 'json' ? answer.value['error'] : undefined;
    return {
      said: errorsOf(answer).join('; '),
      isRefusal: typeof refusal === 'string' && refusal !== '',
    };
  } catch {
    return { said: '', isRefusal: false };
  }
}

/** Keys are 36 characters; what is very short would be found within other words. */
function withoutKey(body: string, key = ''): string {
  return key.length >= 8 ? body.replaceAll(key, '...') : body;
}
