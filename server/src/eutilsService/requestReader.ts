import type { IncomingMessage } from 'node:http';
import { SearchError } from '@querent/core/search';

/** A request that is answered before anybody looks at what it asks for. */
export class HttpFault extends Error {
  override readonly name = 'HttpFault';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Longest address: what Apache, which stands in front of NCBI's services, takes by default (LimitRequestLine 8190). */
const LONGEST_ADDRESS = 8_190;
/** Largest body: a query of any length and 10,000 ids are a tenth of it. */
const LARGEST_BODY = 8 * 1024 * 1024;

type Pairs = readonly (readonly [name: string, value: string])[];

/**
 * Path and parameters of a request, those of the address before those of the body.
 * @throws HttpFault; SearchError `aborted` when the client went away
 */
export async function readRequest(
  request: IncomingMessage,
): Promise<{ readonly path: string; readonly parameters: Pairs }> {
  const { method = 'GET' } = request;
  const url = addressOf(request);
  if (url.length > LONGEST_ADDRESS)
    throw new HttpFault(414, "The requested URL's length exceeds the capacity limit for this server.");
  const [path = '/', query = ''] = splitAt(url, '?');
  const parameters = [...new URLSearchParams(query)];
  if (method === 'GET' || method === 'HEAD') return { path, parameters };
  if (method !== 'POST') throw new HttpFault(405, `The method ${method} is not allowed for this URL.`);
  const body = await readBody(request);
  const type = request.headers['content-type'] ?? '';
  if (/^multipart\/form-data/i.test(type))
    return { path, parameters: [...parameters, ...(await readForm(body, type))] };
  return { path, parameters: [...parameters, ...new URLSearchParams(body.toString('utf8'))] };
}

/** The address within the server; clients that believe they talk to a proxy write host and all (RFC 9112, 3.2.2). */
export function addressOf({ url = '/' }: IncomingMessage): string {
  return url.replace(/^https?:\/\/[^/?]*/i, '') || '/';
}

function splitAt(text: string, sign: string): readonly string[] {
  const at = text.indexOf(sign);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** A form as browsers and some libraries send it. Files in it are left out. */
async function readForm(body: Buffer, type: string): Promise<Pairs> {
  try {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
    return [...form].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []));
  } catch {
    throw new HttpFault(400, 'The form in the body cannot be read.');
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const tooLarge = new HttpFault(413, `The body has more than ${LARGEST_BODY} bytes.`);
  if (Number(request.headers['content-length'] ?? 0) > LARGEST_BODY) throw tooLarge;
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    // Not destroyed when it is left in the middle: the answer goes over the same connection.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > LARGEST_BODY) throw tooLarge;
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof HttpFault) throw error;
    throw new SearchError('aborted', 'The client went away before its request was complete.');
  }
  return Buffer.concat(chunks, bytes);
}
