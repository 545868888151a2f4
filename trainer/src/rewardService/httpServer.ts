import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SearchError } from '@querent/core/search';
import { paths, RequestFault } from './protocol.ts';
import type { FaultResponse } from './protocol.ts';
import { readRequest } from './readRequest.ts';
import type { RewardService } from './service.ts';

/** A service that is reached over HTTP. */
export interface RunningServer {
  /** Where it is reached, without a slash at its end: `http://127.0.0.1:8765`. */
  readonly url: string;
  /** Takes no more requests, answers those that it has, for at most `ms` milliseconds, and ends. Resolves to whether all were answered. */
  stop(ms: number): Promise<boolean>;
}

/** Longer than clients keep a connection that they do not use, so that it is they who close it and no request falls into the gap. */
const keepAliveMs = 75_000;
/** An answer to a request that is too large is followed by what is still on its way, for so long at most. */
const lingerMs = 1_000;

/** Serves `service`. @param port 0 takes a free one. @throws the system's error when the address cannot be used */
export async function serveHttp(service: RewardService, host: string, port: number): Promise<RunningServer> {
  const server = createServer((request, response) => void handle(service, request, response));
  server.keepAliveTimeout = keepAliveMs;
  // A client that breaks HTTP itself; there is no response object to answer with.
  server.on('clientError', (_, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
  });
  await listen(server, host, port);
  const { address, port: actual, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${actual}`,
    async stop(ms) {
      const closed = new Promise<void>((done) => server.close(() => done()));
      const answered = service.drain().then(async () => {
        // Answers that are being written are finished; connections that nobody uses are closed.
        server.closeIdleConnections();
        await closed;
      });
      const late = new Promise<'late'>((done) => setTimeout(() => done('late'), ms).unref());
      const isLate = (await Promise.race([answered, late])) === 'late';
      await service.close();
      server.closeAllConnections();
      return !isLate;
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function handle(
  service: RewardService,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const startedAt = performance.now();
  const id = requestId(request);
  const [path = '/'] = (request.url ?? '/').split('?');
  const known = Object.values(paths).find((each) => each === path) ?? 'other';
  const facts: Record<string, unknown> = {};
  let status = 0;
  try {
    status = await route(service, request, response, { path, id, facts });
  } catch (error) {
    if (error instanceof SearchError && error.code === 'aborted') {
      status = 499;
      facts['code'] = 'client-gone';
    } else {
      const fault = error instanceof RequestFault ? error : internalFault(service, id, error);
      status = fault.status;
      facts['code'] = fault.code;
      service.metrics.refused.inc({ code: fault.code });
      refuse(request, response, fault, id);
    }
  }
  service.metrics.requests.inc({ path: known, status: String(status) });
  const ms = performance.now() - startedAt;
  if (known === paths.score) service.metrics.requestSeconds.observe(ms / 1000);
  service.log.write({
    level: 'info',
    event: 'request',
    request: id,
    method: request.method,
    path: known,
    status,
    ms: Math.round(ms * 10) / 10,
    ...facts,
  });
}

interface Routed {
  readonly path: string;
  readonly id: string;
  /** What the log is told of the request. */
  readonly facts: Record<string, unknown>;
}

/** Answers a request. @returns the status of the answer. @throws RequestFault, SearchError `aborted` when the client is gone */
async function route(
  service: RewardService,
  request: IncomingMessage,
  response: ServerResponse,
  { path, id, facts }: Routed,
): Promise<number> {
  const { method = '' } = request;
  switch (path) {
    case paths.score: {
      allow(method, ['POST']);
      checkForm(request);
      const body = await readBody(request, service.limits.bodyBytes);
      const items = readRequest(body, service.limits);
      const controller = new AbortController();
      response.on('close', () => {
        if (!response.writableFinished) controller.abort();
      });
      const { body: answer, ...counts } = await service.score(items, id, controller.signal);
      Object.assign(facts, counts);
      return send(response, 200, 'application/json', answer, id);
    }
    case paths.health: {
      allow(method, ['GET', 'HEAD']);
      const health = service.health();
      const status = health.status === 'ready' ? 200 : 503;
      return send(response, status, 'application/json', JSON.stringify(health), id);
    }
    case paths.metrics:
      allow(method, ['GET', 'HEAD']);
      return send(response, 200, service.metrics.contentType, await service.metrics.text(), id);
    default:
      throw new RequestFault(
        404,
        'not-found',
        `There is nothing at ${path.slice(0, 100)}. There are POST ${paths.score}, GET ${paths.health} and GET ${paths.metrics}.`,
      );
  }
}

/** A method that the path does not have. */
class MethodFault extends RequestFault {
  readonly allowed: readonly string[];
  constructor(method: string, allowed: readonly string[]) {
    super(405, 'method-not-allowed', `${method} is not possible here. Use ${allowed.join(' or ')}.`);
    this.allowed = allowed;
  }
}

function allow(method: string, allowed: readonly string[]): void {
  if (!allowed.includes(method)) throw new MethodFault(method, allowed);
}

/** Only JSON as it is: a page in a browser cannot send that to another origin unasked. */
function checkForm({ headers }: IncomingMessage): void {
  const type = headers['content-type'] ?? '';
  if (!/^application\/(?:[\w.+-]*\+)?json\s*(?:;|$)/i.test(type))
    throw new RequestFault(
      415,
      'not-json',
      `The content type is ${type === '' ? 'missing' : `“${type.slice(0, 60)}”`}. Send Content-Type: application/json.`,
    );
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity')
    throw new RequestFault(415, 'encoded', `The body is encoded (${encoding.slice(0, 30)}). Send it plain.`);
}

async function readBody(request: IncomingMessage, most: number): Promise<Uint8Array> {
  const tooLarge = (): RequestFault =>
    new RequestFault(
      413,
      'body-too-large',
      `The body has more than ${most} bytes. Send fewer items at once.`,
    );
  if (Number(request.headers['content-length'] ?? 0) > most) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    // Not destroyed when it is left in the middle: the answer goes over the same connection.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > most) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof RequestFault) throw error;
    throw new SearchError('aborted', 'The client went away before its request was complete.');
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, bytes);
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
  id: string,
  headers: Readonly<Record<string, string>> = {},
): number {
  const bytes = Buffer.from(body);
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': bytes.length,
    'Cache-Control': 'no-store',
    'X-Request-Id': id,
    ...headers,
  });
  response.end(response.req.method === 'HEAD' ? undefined : bytes);
  return status;
}

function refuse(request: IncomingMessage, response: ServerResponse, fault: RequestFault, id: string): void {
  const { status, code, message, retryAfter } = fault;
  if (response.destroyed || response.headersSent) return;
  const body: FaultResponse = { error: { code, message } };
  const isComplete = request.complete;
  send(response, status, 'application/json', JSON.stringify(body), id, {
    ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }),
    ...(fault instanceof MethodFault ? { Allow: fault.allowed.join(', ') } : {}),
    ...(isComplete ? {} : { Connection: 'close' }),
  });
  if (isComplete) return;
  // What is still coming is let through for a moment: a connection that is closed at once takes the answer with it.
  request.resume();
  setTimeout(() => request.destroy(), lingerMs).unref();
}

function internalFault(service: RewardService, id: string, error: unknown): RequestFault {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  service.log.write({ level: 'error', event: 'fault', request: id, message });
  return new RequestFault(
    500,
    'internal',
    `The service has a fault of its own; its log says more about request ${id}.`,
  );
}

/** The id that the client gave the request, where it may stand in a log, or a new one. */
function requestId({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,64}$/.test(given) ? given : randomUUID();
}
