import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SearchError } from '@querent/core/search';
import { textAnswer } from './answers.ts';
import { invalidKey, page, rateHeaders, tooManyRequests } from './faults.ts';
import { History } from './history.ts';
import { Parameters } from './parameters.ts';
import type { OpenedData, ServiceAnswer, ServiceRequest, Utility } from './protocol.ts';
import { RateLimit } from './rateLimit.ts';
import { RequestLog } from './requestLog.ts';
import type { LoggedRequest, RequestStatistics } from './requestLog.ts';
import { HttpFault, readRequest } from './requestReader.ts';
import { keysIn } from './terms.ts';
import { Threads } from './threads.ts';

/** How the service is started. Only the citations have no default. */
export interface EutilsServiceOptions {
  /** A citation library, a citation file or a folder of such: what `db=pubmed` searches. */
  readonly corpus: string;
  /** MeSH descriptors to use instead of the library's own. */
  readonly mesh?: string;
  /** Trial registrations (ids NCT...); those in `corpus` unless told otherwise. */
  readonly trials?: string;
  /** Default 127.0.0.1: only this machine. */
  readonly host?: string;
  /** Default 0: a free one. */
  readonly port?: number;
  /** Requests a second of an address that gives no key; default 3, 0 sets no limit at all. */
  readonly rate?: number;
  /** Requests a second of a key; default 10, or `rate` where that is more. */
  readonly keyRate?: number;
  /** Requests a minute to ClinicalTrials.gov's part; default 50, 0 sets no limit. */
  readonly trialsPerMinute?: number;
  /** Keys that are valid. Without it every key of NCBI's form is: 36 hexadecimal digits. */
  readonly apiKeys?: readonly string[];
  /** Threads that answer; default 1. */
  readonly threads?: number;
  /** Requests that may wait for a thread; default 256. Beyond, they are answered with 503. */
  readonly queue?: number;
  /** How long a WebEnv is kept after its last use, in milliseconds; default 8 hours. */
  readonly historyMs?: number;
  /** Where the index for ranking is kept; the platform's cache folder unless told otherwise. */
  readonly cachePath?: string;
  /** A clock that only goes forward, in milliseconds; that of the machine unless told otherwise. */
  readonly now?: () => number;
  /** Told of faults of the service itself. */
  readonly log?: (message: string) => void;
}

/** A running service. */
export interface EutilsService {
  /** Where the E-utilities are, without a slash at its end: `http://127.0.0.1:8080/entrez/eutils`. */
  readonly url: string;
  /** Where ClinicalTrials.gov's API is: `http://127.0.0.1:8080/api/v2`. */
  readonly trialsUrl: string;
  /** What is searched, for people. */
  readonly label: string;
  /** Records with a PMID. */
  readonly records: number;
  /** What came in, oldest first. */
  requests(): readonly LoggedRequest[];
  statistics(): RequestStatistics;
  /** Forgets every WebEnv, as if their time were over. */
  expireHistory(): void;
  /** Takes no more requests, answers those that it has for at most so many milliseconds (default 5,000), and ends. */
  close(graceMs?: number): Promise<void>;
}

/** Longer than clients keep a connection that they do not use, so that it is they who close it and no request falls into the gap. */
const keepAliveMs = 75_000;
/**
 * A second as the limits count it: a little less, for requests of a client that keeps to the limit may arrive closer together than they left.
 * (Biopython sends them 100 ms apart with a key, and NCBI is known to refuse one now and then.)
 */
const secondMs = 950;
/** Room for an address that is too long, which is answered with 414; Node's own limit would end the connection. */
const maxHeaderSize = 256 * 1024;

/**
 * Serves the E-utilities and the search of ClinicalTrials.gov from citations on this machine.
 * @throws SearchError `bad-library`; the system's error when the address cannot be used
 */
export async function startEutilsService(options: EutilsServiceOptions): Promise<EutilsService> {
  const { corpus, mesh, trials, cachePath, threads: count = 1, queue = 256 } = options;
  const { threads, data } = await Threads.open(
    {
      corpus,
      ...(mesh === undefined ? {} : { mesh }),
      ...(trials === undefined ? {} : { trials }),
      ...(cachePath === undefined ? {} : { cachePath }),
    },
    { threads: count, queue },
  );
  const service = new Service(options, threads, data);
  try {
    await service.listen();
  } catch (error) {
    await threads.close();
    throw error;
  }
  return service;
}

class Service implements EutilsService {
  readonly #options: EutilsServiceOptions;
  readonly #threads: Threads;
  readonly #data: OpenedData;
  readonly #server: Server;
  readonly #now: () => number;
  readonly #history: History;
  readonly #rates: RateLimit;
  readonly #trialRates: RateLimit;
  readonly #log = new RequestLog();
  #origin = '';
  #isClosing = false;

  constructor(options: EutilsServiceOptions, threads: Threads, data: OpenedData) {
    this.#options = options;
    this.#threads = threads;
    this.#data = data;
    this.#now = options.now ?? (() => performance.now());
    this.#history = new History({
      now: this.#now,
      ...(options.historyMs === undefined ? {} : { lifeMs: options.historyMs }),
    });
    this.#rates = new RateLimit(secondMs);
    this.#trialRates = new RateLimit(60 * secondMs);
    this.#server = createServer(
      { maxHeaderSize },
      (request, response) => void this.#handle(request, response),
    );
    this.#server.keepAliveTimeout = keepAliveMs;
    // A client that breaks HTTP itself; there is no response object to answer with.
    this.#server.on('clientError', (_, socket) => {
      if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    });
  }

  get url(): string {
    return `${this.#origin}/entrez/eutils`;
  }

  get trialsUrl(): string {
    return `${this.#origin}/api/v2`;
  }

  get label(): string {
    return this.#data.label;
  }

  get records(): number {
    return this.#data.records;
  }

  requests(): readonly LoggedRequest[] {
    return this.#log.requests;
  }

  statistics(): RequestStatistics {
    return this.#log.statistics();
  }

  expireHistory(): void {
    this.#history.expire();
  }

  async listen(): Promise<void> {
    const { host = '127.0.0.1', port = 0 } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    const { address, port: actual, family } = this.#server.address() as AddressInfo;
    this.#origin = `http://${family === 'IPv6' ? `[${address}]` : address}:${actual}`;
  }

  async close(graceMs = 5_000): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    const closed = new Promise<void>((done) => this.#server.close(() => done()));
    this.#server.closeIdleConnections();
    const answered = this.#threads.drain().then(() => this.#server.closeIdleConnections());
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((done) => (timer = setTimeout(done, graceMs)));
    await Promise.race([Promise.all([answered, closed]), late]);
    clearTimeout(timer);
    await this.#threads.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const utility = utilityOf(request.url ?? '');
    let status = 499;
    let hasKey = false;
    const at = this.#now();
    this.#log.arrive(utility, at);
    try {
      const { path, parameters } = await readRequest(request);
      const read = new Parameters(parameters);
      hasKey = read.text('api_key') !== undefined;
      const address = request.socket.remoteAddress ?? '';
      const { refusal, headers } = this.#admit(utility, read, { address, at });
      const answer = refusal ?? (await this.#answer({ utility, path, parameters }, read, response));
      status = answer.status;
      send(response, { ...answer, headers: { ...headers, ...answer.headers } });
    } catch (error) {
      if (error instanceof HttpFault) {
        status = error.status;
        // What is still on its way is not read: the connection ends with the answer.
        send(response, page(error.status, error.message, request.complete ? {} : { Connection: 'close' }));
      } else if (!(error instanceof SearchError && error.code === 'aborted')) {
        status = 500;
        this.#options.log?.(
          `A request to ${utility} failed: ${error instanceof Error ? error.message : String(error)}`,
        );
        send(response, page(500, 'The service has a fault of its own.'));
      } else if (!response.destroyed) {
        // Given up by the service, which is being stopped, and not by the client.
        status = 503;
        send(response, page(503, 'The service is being stopped.', { Connection: 'close' }));
      }
    }
    this.#log.add({ at, utility, method: request.method ?? '', status, hasKey });
  }

  /** Whether a client may ask now: the answer when it may not, and what its answer says of the limit when it may. */
  #admit(
    utility: Utility | 'other',
    parameters: Parameters,
    { address, at }: { readonly address: string; readonly at: number },
  ): { readonly refusal?: ServiceAnswer; readonly headers?: Readonly<Record<string, string>> } {
    if (utility === 'other') return {};
    const { rate = 3, trialsPerMinute = 50 } = this.#options;
    if (utility === 'studies' || utility === 'study') {
      const { isAllowed } = this.#trialRates.enter(address, trialsPerMinute, at);
      return isAllowed ? {} : { refusal: textAnswer('Too Many Requests', { status: 429 }) };
    }
    const key = parameters.text('api_key');
    if (key !== undefined && !this.#isValid(key)) return { refusal: invalidKey(key) };
    const keyRate = rate === 0 ? 0 : (this.#options.keyRate ?? Math.max(10, rate));
    const client = key ?? address;
    const allowance = this.#rates.enter(client, key === undefined ? rate : keyRate, at);
    if (!allowance.isAllowed) return { refusal: tooManyRequests(client, allowance) };
    return allowance.limit === 0 ? {} : { headers: rateHeaders(allowance) };
  }

  #isValid(key: string): boolean {
    const { apiKeys } = this.#options;
    return apiKeys === undefined ? /^[\da-f]{36}$/i.test(key) : apiKeys.includes(key);
  }

  async #answer(
    asked: {
      readonly utility: Utility | 'other';
      readonly path: string;
      readonly parameters: ServiceRequest['parameters'];
    },
    parameters: Parameters,
    response: ServerResponse,
  ): Promise<ServiceAnswer> {
    const { utility, path } = asked;
    if (utility === 'other') return this.#other(path);
    if (this.#threads.isFull)
      return page(503, 'Too many requests are waiting. Try again later.', { 'Retry-After': '1' });
    const webEnv = parameters.text('WebEnv');
    const key = parameters.text('query_key');
    const keys = [...(key === undefined ? [] : [key]), ...keysIn(parameters.text('term') ?? '')];
    const history = this.#history.sets(webEnv, keys);
    const slot = makesASet(utility, parameters) ? this.#history.slot(webEnv) : undefined;
    const controller = new AbortController();
    response.on('close', () => {
      if (!response.writableFinished) controller.abort();
    });
    const answer = await this.#threads.answer(
      {
        utility,
        parameters: asked.parameters,
        history,
        slot,
        ...(utility === 'study' ? { path: decodeURIComponent(path.split('/').at(-1) ?? '') } : {}),
      },
      controller.signal,
    );
    if (slot !== undefined && answer.keep !== undefined) this.#history.keep(slot, answer.keep);
    return answer;
  }

  /** Paths that belong to no utility. */
  #other(path: string): ServiceAnswer {
    if (path === '/-/statistics')
      return { status: 200, type: 'application/json', body: JSON.stringify(this.statistics()) };
    if (path === '/api/v2/version')
      return { status: 200, type: 'application/json', body: JSON.stringify({ apiVersion: '2.0.5' }) };
    return page(
      404,
      `The requested URL was not found on this server. There are ${this.url}/esearch.fcgi and ${this.trialsUrl}/studies.`,
    );
  }
}

/** Whether a request puts a set on the history server. */
function makesASet(utility: Utility, parameters: Parameters): boolean {
  if (utility === 'esearch') return parameters.text('usehistory')?.toLowerCase() === 'y';
  return utility === 'epost' || (utility === 'elink' && parameters.text('cmd') === 'neighbor_history');
}

/** What a path asks for. */
function utilityOf(url: string): Utility | 'other' {
  const path = url.split('?')[0] ?? '';
  const name = /^(?:\/entrez\/eutils)?\/(e(?:info|search|post|summary|fetch|link|spell))\.fcgi$/.exec(
    path,
  )?.[1];
  if (name !== undefined) return name as Utility;
  if (path === '/api/v2/studies') return 'studies';
  return /^\/api\/v2\/studies\/[^/]+$/.test(path) ? 'study' : 'other';
}

function send(response: ServerResponse, { status, type, body, headers }: ServiceAnswer): void {
  if (response.destroyed || response.headersSent) return;
  const bytes = Buffer.from(body);
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': bytes.length,
    'Cache-Control': 'private',
    ...headers,
  });
  response.end(response.req.method === 'HEAD' ? undefined : bytes);
}
