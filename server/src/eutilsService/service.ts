import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SearchError } from '@querent/core/search';
import { Admission } from './admission.ts';
import { page } from './faults.ts';
import { History } from './history.ts';
import { Parameters } from './parameters.ts';
import type { OpenedData, ServiceAnswer, ServiceRequest, Utility } from './protocol.ts';
import { RequestLog } from './requestLog.ts';
import type { LoggedRequest, RequestStatistics } from './requestLog.ts';
import type { EutilsService, EutilsServiceOptions } from './options.ts';
import { addressOf, HttpFault, readRequest } from './requestReader.ts';
import { keysIn } from './terms.ts';
import { Threads } from './threads.ts';

/** Longer than clients keep a connection that they do not use, so that it is they who close it and no request falls into the gap. */
const keepAliveMs = 75_000;
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
  readonly #admission: Admission;
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
    this.#admission = new Admission(options);
    this.#server = createServer(
      { maxHeaderSize },
      (request, response) => void this.#handle(request, response),
    );
    this.#server.keepAliveTimeout = keepAliveMs;
    // A client that breaks HTTP itself; there is no response object to answer with.
    this.#server.on('clientError', ({ code }: NodeJS.ErrnoException, socket) => {
      const status =
        code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
      if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
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
    const utility = utilityOf(addressOf(request));
    let status = 499;
    let hasKey = false;
    const at = this.#now();
    this.#log.arrive(utility, at);
    try {
      const { path, parameters } = await readRequest(request);
      const read = new Parameters(parameters);
      hasKey = read.text('api_key') !== undefined;
      const address = request.socket.remoteAddress ?? '';
      const { refusal, headers } = this.#admission.admit(utility, read, { address, at });
      const answer = refusal ?? (await this.#answer({ utility, path, parameters }, read, response));
      status = answer.status;
      // At the end no connection is kept: closing would wait for it.
      const last: ServiceAnswer['headers'] = this.#isClosing ? { Connection: 'close' } : {};
      send(response, { ...answer, headers: { ...headers, ...last, ...answer.headers } });
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
        ...(utility === 'study' ? { path: path.split('/').at(-1) ?? '' } : {}),
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
