import type { Allowance } from './rateLimit.ts';
import type { ServiceAnswer } from './protocol.ts';

/** Seconds that NCBI tells a client to wait that asked too often. */
const RETRY_AFTER_S = 2;

/** NCBI's answer to a client that asks too often: JSON whatever was asked for. Without a key it names the address. */
export function tooManyRequests(
  client: string,
  { count, limit }: Pick<Allowance, 'count' | 'limit'>,
): ServiceAnswer {
  return {
    status: 429,
    type: 'application/json',
    body: `${JSON.stringify({ error: 'API rate limit exceeded', 'api-key': client, count: String(count), limit: String(limit) })}\n`,
    headers: { 'Retry-After': String(RETRY_AFTER_S), ...rateHeaders({ count, limit }) },
  };
}

/** What every answer says of the limit. */
export function rateHeaders({
  count,
  limit,
}: Pick<Allowance, 'count' | 'limit'>): Readonly<Record<string, string>> {
  return { 'X-RateLimit-Limit': String(limit), 'X-RateLimit-Remaining': String(Math.max(0, limit - count)) };
}

/** NCBI's answer to a key that it does not know; it repeats the key. */
export function invalidKey(key: string): ServiceAnswer {
  return {
    status: 400,
    type: 'application/json',
    body: `${JSON.stringify({ error: 'API key invalid', 'api-key': key, type: 'client', status: 'unknown' })}\n`,
  };
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Request Entity Too Large',
  414: 'Request-URI Too Long',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** A page of HTML, as the servers in front of NCBI's services answer faults of HTTP. */
export function page(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): ServiceAnswer {
  const title = `${status} ${TITLES[status] ?? ''}`.trim();
  return {
    status,
    type: 'text/html; charset=iso-8859-1',
    body: `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>${title}</title>\n</head><body>\n<h1>${TITLES[status] ?? title}</h1>\n<p>${message}</p>\n</body></html>\n`,
    headers,
  };
}
