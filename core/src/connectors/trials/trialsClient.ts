import axios from 'axios';
import type { AxiosInstance } from 'axios';
import { SearchError } from '../../search/index.ts';
import { askOnce, refuseFaults } from '../asking.ts';
import type { HttpAnswer } from '../asking.ts';
import type { Clock } from '../clock.ts';
import type { Gate } from '../gate.ts';
import { PoliteAsker } from '../politeAsker.ts';
import type { AskOptions } from '../politeAsker.ts';
import { readPage } from './answers.ts';
import type { StudiesPage } from './answers.ts';

/** How ClinicalTrials.gov is asked. */
export interface TrialsClientOptions {
  /** With a slash at its end. */
  readonly baseUrl: string;
  readonly http: AxiosInstance | undefined;
  /** The time of day. */
  readonly clock: Clock;
  readonly gate: Gate;
  readonly timeoutMs: number;
  readonly firstPauseMs: number;
}

/** Parameters of `GET /studies`; what is undefined is not sent. */
export type StudiesParameters = Readonly<
  Partial<
    Record<
      | 'query.term'
      | 'filter.ids'
      | 'filter.advanced'
      | 'fields'
      | 'sort'
      | 'countTotal'
      | 'pageSize'
      | 'pageToken',
      string
    >
  >
>;

/** The service does not know the page any more. */
export class PageExpiredError extends SearchError {}

const SERVICE = 'ClinicalTrials.gov';
/** The service counts by the minute: a pause of one is waited for. */
const LONGEST_PAUSE_MS = 65_000;
/** First pauses, as many, that the service is left alone when it says that there were too many requests and not for how long. */
const QUIET = 5;
/** Who asks: the API has no parameter for it, and services turn programs away that do not say. */
const HEADERS = { Accept: 'application/json', 'User-Agent': 'querent' };
/** Longest part of what the service says that is passed on. */
const MOST_SAID = 300;

/**
 * Asks version 2 of ClinicalTrials.gov's API, one page at a time, with bounded repetition of passing faults. It knows GET only, so that an
 * expression is part of the address. Reference: https://clinicaltrials.gov/data-api/api.
 */
export class TrialsClient {
  readonly #options: TrialsClientOptions;
  readonly #http: AxiosInstance;
  readonly #asker: PoliteAsker;

  constructor(options: TrialsClientOptions) {
    this.#options = options;
    const { clock, firstPauseMs, gate } = options;
    this.#asker = new PoliteAsker({
      ...{ clock, gate, firstPauseMs },
      longestPauseMs: LONGEST_PAUSE_MS,
      quiet: { pauseMs: QUIET * firstPauseMs, longestMs: LONGEST_PAUSE_MS },
    });
    this.#http = options.http ?? axios.create();
  }

  /** @throws SearchError, never anything else. */
  async studies(parameters: StudiesParameters, options: AskOptions = {}): Promise<StudiesPage> {
    const { baseUrl, clock, timeoutMs } = this.#options;
    const { signal } = options;
    const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
    const url = `${baseUrl}studies?${new URLSearchParams(given).toString()}`;
    return this.#asker.ask(
      {
        send: () => askOnce(this.#http, { service: SERVICE, url, headers: HEADERS, timeoutMs, signal }),
        check: (answer) => refuse(answer, parameters.pageToken !== undefined, clock.now()),
        read: ({ body }) => readPage(body, parameters.countTotal === 'true'),
      },
      options,
    );
  }
}

/** @throws SearchError for every answer but 200 */
function refuse(answer: HttpAnswer, isLaterPage: boolean, now: number): void {
  const { status, body } = answer;
  refuseFaults(answer, SERVICE, now);
  if (status === 200) return;
  if (status === 414 || status === 413 || status === 431)
    throw new SearchError(
      'rejected',
      `${SERVICE} finds the expression too long (HTTP ${status}). Split the line.`,
    );
  const isPlain = !/^\s*[<{]/.test(body) && body.trim() !== '';
  if (status === 400 && isPlain) {
    if (isLaterPage && /page ?token/i.test(body))
      throw new PageExpiredError('network', `${SERVICE} has forgotten a page of the answer. Try again.`);
    // What is wrong with the expression comes as plain text with a 400; a parameter that is not known is no fault of the expression.
    const isOfQuery = !/is (?:an )?unknown parameter/i.test(body);
    throw isOfQuery
      ? new SearchError('rejected', `${SERVICE} did not take the expression: ${said(body)}`)
      : new SearchError('network', `${SERVICE} refused the request: ${said(body)}`);
  }
  if (status >= 300 && status < 400)
    throw new SearchError(
      'network',
      `${SERVICE}'s address leads elsewhere (HTTP ${status}): the network wants a login, or the address is an old one.`,
    );
  if (status === 403)
    throw new SearchError(
      'network',
      `${SERVICE} refused the request (HTTP 403): it turns some networks and programs away. Try again from another network.`,
    );
  throw new SearchError('network', `${SERVICE} refused the request (HTTP ${status}).`);
}

/** The service's words on one line, without the name of the parameter and the lists of what its parser would have taken. */
function said(body: string): string {
  const text = body
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^Error parsing query in [^:]{1,60}:\s*/i, '')
    .replace(/\s*expecting \{[^}]*\}?/g, '')
    .trim();
  const shown = text.length > MOST_SAID ? `${text.slice(0, MOST_SAID).trimEnd()}…` : text;
  return /[.!?…]$/.test(shown) ? shown : `${shown}.`;
}
