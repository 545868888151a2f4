/**
 * The faults that a network, a server in front of NCBI or NCBI itself can have, as they come over HTTP. What NCBI says is in its words
 * (recordings of 2025).
 */
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';

/** What the fault proxy can do to a request. */
export const FAULTS = [
  'too-many-retry-after',
  'too-many',
  'too-many-said-with-200',
  'server-error',
  'bad-gateway',
  'too-long',
  'truncated',
  'html',
  'error-in-200',
  'stalled',
  'closed',
  'expired-history',
  'rejected-key',
] as const;
export type Fault = (typeof FAULTS)[number];

/** An answer of the service behind the proxy. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What happens to a request that gets a fault. */
export interface Victim {
  /** `/entrez/eutils/esearch.fcgi` */
  readonly path: string;
  readonly parameters: URLSearchParams;
  readonly response: ServerResponse;
  /** Asks the service behind the proxy. */
  readonly forward: () => Promise<Answer>;
  /** 0..1, seeded. */
  readonly random: () => number;
  /** How long a stalled request is left alone before its connection is closed, in milliseconds. */
  readonly stallMs: number;
}

/** Whether a fault can befall a request: only who names a WebEnv can hear that it has expired, only who has a key that it is refused. */
export function canBefall(fault: Fault, parameters: URLSearchParams): boolean {
  if (fault === 'expired-history') return parameters.has('WebEnv');
  if (fault === 'rejected-key') return parameters.has('api_key');
  return true;
}

/** Lets a fault happen. */
export async function inflict(fault: Fault, victim: Victim): Promise<void> {
  await INFLICT[fault](victim);
}

const INFLICT: Readonly<Record<Fault, (victim: Victim) => void | Promise<void>>> = {
  'too-many-retry-after': ({ response }) => json(response, 429, RATE_LIMIT, { 'Retry-After': '1' }),
  'too-many': ({ response }) => json(response, 429, RATE_LIMIT),
  'too-many-said-with-200': ({ response }) => json(response, 200, RATE_LIMIT),
  'server-error': ({ response }) => page(response, 500, 'Internal Server Error'),
  'bad-gateway': ({ response }) => page(response, 502, 'Bad Gateway'),
  'too-long': ({ response }) => page(response, 414, 'Request-URI Too Long'),
  truncated: async ({ response, forward, random }) => {
    const { status, headers, body } = await forward();
    // As long as what is there: only who reads the answer sees that it ends too early.
    const cut = body.subarray(0, Math.floor(random() * Math.max(1, body.length - 2)));
    response.writeHead(status, { 'Content-Type': headers['content-type'] ?? 'text/plain' }).end(cut);
  },
  html: ({ response }) => page(response, 200, 'Sign in to this network'),
  'error-in-200': ({ path, response }) => {
    const said = 'Search Backend failed: Status: 500';
    if (path.includes('esearch')) json(response, 200, { header: HEADER, esearchresult: { ERROR: said } });
    else if (path.includes('esummary')) json(response, 200, { header: HEADER, error: said });
    else
      response
        .writeHead(200, { 'Content-Type': 'text/xml' })
        .end(`<?xml version="1.0"?><eFetchResult><ERROR>${said}</ERROR></eFetchResult>`);
  },
  stalled: async ({ response, stallMs }) => {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((done) => {
      response.once('close', done);
      if (stallMs < Infinity) timer = setTimeout(done, stallMs);
    });
    clearTimeout(timer);
    response.destroy();
  },
  closed: ({ response }) => void response.destroy(),
  'expired-history': ({ response }) =>
    json(response, 200, {
      header: HEADER,
      esearchresult: {
        ERROR:
          'Unable to obtain query #1 from history for webenv MCID_0. It may have expired; please run the search again.',
      },
    }),
  'rejected-key': ({ response, parameters }) =>
    json(response, 400, { error: 'API key invalid', 'api-key': parameters.get('api_key'), type: 'client' }),
};

const HEADER = { type: 'esearch', version: '0.3' };
const RATE_LIMIT = { error: 'API rate limit exceeded', 'api-key': '127.0.0.1', count: '4', limit: '3' };

function json(response: ServerResponse, status: number, body: object, headers: object = {}): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
}

function page(response: ServerResponse, status: number, title: string): void {
  response
    .writeHead(status, { 'Content-Type': 'text/html' })
    .end(
      `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`,
    );
}
