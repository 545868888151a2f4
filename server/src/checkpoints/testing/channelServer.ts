import { createReadStream } from 'node:fs';
import type { Stats } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { dirname, join, normalize, sep } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What goes wrong with the answers for some paths. */
export interface ChannelFault {
  /** Which requests, by the path without its first slash: `channel.json`, /\.gguf$/. All unless told. */
  readonly path?: string | RegExp;
  readonly method?: 'GET' | 'PUT' | 'HEAD' | 'DELETE';
  /** So many requests only, then all is well; all of them unless told. */
  readonly times?: number;
  /** Ranges are passed over: 200 and the whole file, as simple servers answer. */
  readonly noRanges?: boolean;
  /** The connection breaks after so many bytes of this answer, with the length announced for all of it. */
  readonly breakAfter?: number;
  /** The answer ends in good order after so many bytes, as if the file were shorter. */
  readonly truncateTo?: number;
  /** Bytes a second. */
  readonly slow?: number;
  /** One bit of the content is another, the size is right. For PUT: of what is stored. */
  readonly flip?: boolean;
  /** Answered with this status and a short text: 500, 401, 403, 404, 507. */
  readonly status?: number;
  /** Beside `status`: a header Retry-After, in seconds. */
  readonly retryAfter?: number;
  /** 302 to this address; a path is one of this server. `loop` redirects to itself. */
  readonly redirect?: string;
  /** 200 with a sign-in page. */
  readonly html?: boolean;
  /** No answer at all until the client gives up. */
  readonly hang?: boolean;
  /** The connection is closed without an answer. */
  readonly drop?: boolean;
  /** Awaited before the answer: for what is to happen in between. */
  readonly before?: () => void | Promise<void>;
}

interface ChannelRequest {
  readonly method: string;
  /** Without its first slash. */
  readonly path: string;
  readonly range: string | undefined;
  readonly authorization: string | undefined;
  /** Set when the answer has ended. */
  status: number;
}

/** A running server; `await using` closes it. */
export interface ChannelServer extends AsyncDisposable {
  /** Ends with a slash: the channel is `${url}channel.json`. */
  readonly url: string;
  /** What was asked, in order. */
  readonly requests: readonly ChannelRequest[];
  /** Adds a fault; of several that apply the first counts. @returns takes it away */
  fault(fault: ChannelFault): () => void;
  clearFaults(): void;
  close(): Promise<void>;
}

export interface ChannelServerOptions {
  /** What PUT and DELETE must bring as their bearer token; without it they are refused with 405. */
  readonly token?: string;
  /** Whether PUT passes over If-Match and If-None-Match, as simple servers do. */
  readonly unconditional?: boolean;
  /** What GET and HEAD must bring; without it everybody may read. */
  readonly readToken?: string;
  readonly port?: number;
}

interface Answering {
  readonly folder: string;
  readonly options: ChannelServerOptions;
  readonly fault: ChannelFault;
}

/**
 * A static HTTP server over a folder for tests: GET and HEAD with ranges (If-Range, 206, 416) and ETag, PUT with a token, and faults that can be switched. On
 * 127.0.0.1 only.
 */
export async function startChannelServer(
  folder: string,
  options: ChannelServerOptions = {},
): Promise<ChannelServer> {
  const requests: ChannelRequest[] = [];
  const faults: { readonly fault: ChannelFault; left: number }[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const path = pathOf(request);
    const entry: ChannelRequest = {
      method: request.method ?? 'GET',
      path,
      range: request.headers.range,
      authorization: request.headers.authorization,
      status: 0,
    };
    requests.push(entry);
    response.on('close', () => (entry.status = response.statusCode));
    const found = faults.find(({ fault, left }) => left > 0 && applies(fault, entry));
    if (found !== undefined) found.left--;
    answer(request, response, path, { folder, options, fault: found?.fault ?? {} }).catch(() => {
      // The client is gone, or the folder: either way there is nobody to tell.
      response.destroy();
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(options.port ?? 0, '127.0.0.1', done);
  });
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((done) => server.close(() => done()));
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests,
    fault(fault) {
      const entry = { fault, left: fault.times ?? Infinity };
      faults.push(entry);
      return () => {
        entry.left = 0;
      };
    },
    clearFaults: () => faults.splice(0),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function pathOf(request: IncomingMessage): string {
  return decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname).slice(1);
}

function applies({ path, method }: ChannelFault, request: ChannelRequest): boolean {
  if (method !== undefined && method !== request.method) return false;
  if (path === undefined) return true;
  return typeof path === 'string' ? path === request.path : path.test(request.path);
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  answering: Answering,
): Promise<void> {
  const { fault, options, folder } = answering;
  await fault.before?.();
  if (fault.hang === true) return;
  if (fault.drop === true) {
    request.socket.destroy();
    return;
  }
  if (fault.status !== undefined) {
    const headers: Record<string, string> =
      fault.retryAfter === undefined ? {} : { 'Retry-After': String(fault.retryAfter) };
    plain(request, response, fault.status, `Fault ${fault.status}`, headers);
    return;
  }
  if (fault.redirect !== undefined) {
    const location = fault.redirect === 'loop' ? `/${path}` : fault.redirect;
    plain(request, response, 302, 'Elsewhere', { Location: location });
    return;
  }
  if (fault.html === true) {
    plain(request, response, 200, '<!doctype html><title>Sign in</title><form></form>', {
      'Content-Type': 'text/html',
    });
    return;
  }
  const file = normalize(join(folder, path));
  if (path === '' || !file.startsWith(folder + sep)) {
    plain(request, response, 404, 'Not found');
    return;
  }
  const { method = 'GET' } = request;
  const isRead = method === 'GET' || method === 'HEAD';
  const token = isRead ? options.readToken : options.token;
  if (!isRead && (token === undefined || !['PUT', 'DELETE'].includes(method)))
    plain(request, response, 405, 'Read only');
  else if (token !== undefined && request.headers.authorization !== `Bearer ${token}`)
    plain(request, response, 401, 'A token is needed', { 'WWW-Authenticate': 'Bearer' });
  else if (method === 'DELETE') await remove(request, response, file);
  else if (!isRead && options.unconditional !== true && !(await isAsWanted(request, file)))
    plain(request, response, 412, 'Another file is there');
  else if (!isRead) await store(request, response, file, fault);
  else await send(request, response, file, fault);
}

/** An answer with a text; what the client still sends is read and forgotten, so that it gets the answer. */
function plain(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  request.resume();
  response.writeHead(status, { 'Content-Type': 'text/plain', ...headers }).end(text);
}

/** If-Match and If-None-Match (RFC 9110, section 13.1). */
async function isAsWanted({ headers }: IncomingMessage, file: string): Promise<boolean> {
  const info = await statOf(file);
  if (headers['if-none-match'] === '*') return info === undefined;
  const wanted = headers['if-match'];
  return wanted === undefined || (info !== undefined && wanted === etagOf(info));
}

async function remove(request: IncomingMessage, response: ServerResponse, file: string): Promise<void> {
  const existed = (await statOf(file)) !== undefined;
  await rm(file, { force: true });
  if (existed) response.writeHead(204).end();
  else plain(request, response, 404, 'Not found');
}

function etagOf({ size, mtimeMs, ino }: Stats): string {
  return `"${size.toString(16)}-${mtimeMs.toString(16)}-${ino.toString(16)}"`;
}

async function store(
  request: IncomingMessage,
  response: ServerResponse,
  file: string,
  fault: ChannelFault,
): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const part = `${file}.upload-${Math.random().toString(36).slice(2)}`;
  try {
    const handle = await open(part, 'w');
    const bends = [...(fault.flip === true ? [flipping(0)] : []), ...limits(fault)];
    await pipeline([request, ...bends, handle.createWriteStream()]);
    const existed = (await statOf(file)) !== undefined;
    await rename(part, file);
    response.writeHead(existed ? 204 : 201).end();
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  file: string,
  fault: ChannelFault,
): Promise<void> {
  const info = await statOf(file);
  if (info === undefined || !info.isFile()) {
    plain(request, response, 404, 'Not found');
    return;
  }
  const etag = etagOf(info);
  const ranges = fault.noRanges !== true;
  const ifRange = request.headers['if-range'];
  const range =
    ranges && (ifRange === undefined || ifRange === etag)
      ? rangeOf(request.headers.range, info.size)
      : undefined;
  const headers = {
    'Content-Type': file.endsWith('.json') ? 'application/json' : 'application/octet-stream',
    ETag: etag,
    'Last-Modified': info.mtime.toUTCString(),
    'Accept-Ranges': ranges ? 'bytes' : 'none',
  };
  if (range === 'unsatisfiable') {
    response.writeHead(416, { ...headers, 'Content-Range': `bytes */${info.size}` }).end();
    return;
  }
  const [start, end] = range ?? [0, info.size - 1];
  const length = Math.min(end - start + 1, fault.truncateTo ?? Infinity);
  response.writeHead(range === undefined ? 200 : 206, {
    ...headers,
    'Content-Length': length,
    ...(range === undefined ? {} : { 'Content-Range': `bytes ${start}-${end}/${info.size}` }),
  });
  if (request.method === 'HEAD' || length <= 0) {
    response.end();
    return;
  }
  const source = createReadStream(file, { start, end: start + length - 1 });
  // The bit in the middle of the file, so that it is in the same place however the file is asked for.
  const flip = fault.flip === true ? [flipping(Math.floor(info.size / 2) - start)] : [];
  await pipeline([source, ...flip, ...limits(fault), response]);
}

async function statOf(file: string): Promise<Stats | undefined> {
  try {
    return await stat(file);
  } catch {
    return undefined;
  }
}

/** First and last byte of `bytes=a-b`, `bytes=a-` or `bytes=-n`; undefined for no range and for several. */
function rangeOf(header: string | undefined, size: number): [number, number] | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (match === null) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return start >= size || start > end ? 'unsatisfiable' : [start, end];
}

function flipping(at: number): Transform {
  let before = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const copy = Buffer.from(chunk);
      if (at >= before && at < before + copy.length) copy[at - before] = (copy[at - before] ?? 0) ^ 1;
      before += copy.length;
      done(null, copy);
    },
  });
}

/** Streams that break off, or slow down. */
function limits({ breakAfter, slow }: ChannelFault): readonly Transform[] {
  let passed = 0;
  const breaking =
    breakAfter === undefined
      ? []
      : [
          new Transform({
            transform(chunk: Buffer, _encoding, done) {
              const left = breakAfter - passed;
              passed += chunk.length;
              if (chunk.length <= left) {
                done(null, chunk);
                return;
              }
              this.push(chunk.subarray(0, left));
              // What was pushed should reach the client, and its disk, before the connection breaks.
              setTimeout(() => done(new Error('The connection breaks.')), 150);
            },
          }),
        ];
  const slowing =
    slow === undefined
      ? []
      : [
          new Transform({
            transform(chunk: Buffer, _encoding, done) {
              void inSteps(chunk, slow, (piece) => this.push(piece)).then(() => done(), done);
            },
          }),
        ];
  return [...breaking, ...slowing];
}

/** Passes a chunk on in tenths of a second. */
async function inSteps(chunk: Buffer, bytesPerSecond: number, push: (piece: Buffer) => void): Promise<void> {
  const step = Math.max(1, Math.round(bytesPerSecond / 10));
  for (let at = 0; at < chunk.length; at += step) {
    push(chunk.subarray(at, at + step));
    await new Promise((done) => setTimeout(done, 100));
  }
}
