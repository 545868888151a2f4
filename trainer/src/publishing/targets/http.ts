import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import axios, { AxiosError } from 'axios';
import type { AxiosRequestConfig } from 'axios';
import { badInput, CliError, EXIT } from '@querent/server/terminal';
import { stepwiseTarget } from './stepwise.ts';
import { ConflictError } from './target.ts';
import type { NewFile, PublishingTarget, StoredFile } from './target.ts';

/** The environment variable that holds the bearer token. */
const variable = 'QUERENT_CHANNEL_TOKEN';

export interface HttpOptions {
  readonly token: string | undefined;
  /** Before the second attempt, in milliseconds; each next pause is twice as long. */
  readonly firstPauseMs?: number;
  /** Milliseconds without a byte after which an attempt counts as failed. */
  readonly stallMs?: number;
}

const attempts = 5;
const defaultStallMs = 120_000;
const longestPauseMs = 30_000;
const passing = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * A server that takes PUT, such as WebDAV or an object store behind a gateway. `address` is that of the folder that holds channel.json. Faults that pass are tried
 * again; what was stored is read back.
 * @throws CliError (exit code 2) for an address that must not be used
 */
export function httpTarget(address: string, options: HttpOptions): PublishingTarget {
  const base = baseOf(address, options.token);
  const http = new HttpStore(base, options);
  return stepwiseTarget({
    name: base.href,
    read: (path, most, signal) => http.read(path, most, signal),
    examine: (path, signal) => http.examine(path, signal),
    put: (file, replaces, signal) => http.put(file, replaces, signal),
    remove: (path, signal) => http.remove(path, signal),
    // Plain HTTP has no lock: channel.json is replaced only where it is the one that was read.
    exclusively: (task) => task(),
  });
}

function baseOf(address: string, token: string | undefined): URL {
  let url: URL;
  try {
    url = new URL(address);
  } catch (error) {
    throw badInput('The address of the channel cannot be read. Write https://host/folder/', error);
  }
  if (url.username !== '' || url.password !== '')
    throw badInput(
      `The address of the channel holds a password. Take it out, and put a token into ${variable}.`,
    );
  if (url.search !== '' || url.hash !== '')
    throw badInput(
      'The address of the channel holds `?` or `#`. Write that of the folder only, such as https://host/folder/',
    );
  if (
    url.protocol === 'http:' &&
    token !== undefined &&
    !/^(?:localhost|127(?:\.\d+){3}|\[::1\])$/u.test(url.hostname)
  )
    throw badInput(
      `${url.href}: a token would go over the network in the clear. Write https://, or take ${variable} out of the environment.`,
    );
  url.pathname = url.pathname.replace(/(?:channel\.json)?$/u, '').replace(/\/*$/u, '/');
  return url;
}

class HttpStore {
  readonly #base: URL;
  readonly #options: HttpOptions;

  constructor(base: URL, options: HttpOptions) {
    this.#base = base;
    this.#options = options;
  }

  async read(path: string, most: number, signal?: AbortSignal): Promise<StoredFile | undefined> {
    const pieces: Buffer[] = [];
    const got = await this.#get(path, signal, (piece, size) => {
      if (size > most)
        throw badInput(
          `${this.#where(path)} has more than ${most} bytes. It is no channel; check the address.`,
        );
      // A second attempt begins anew.
      if (size === piece.length) pieces.length = 0;
      pieces.push(piece);
    });
    return got === undefined ? undefined : { bytes: Buffer.concat(pieces), tag: got.tag };
  }

  async examine(
    path: string,
    signal?: AbortSignal,
  ): Promise<{ readonly bytes: number; readonly sha256: string } | undefined> {
    let hash = createHash('sha256');
    const got = await this.#get(path, signal, (piece, size) => {
      if (size === piece.length) hash = createHash('sha256');
      hash.update(piece);
    });
    return got === undefined ? undefined : { bytes: got.bytes, sha256: hash.digest('hex') };
  }

  async put(file: NewFile, replaces: StoredFile | null | undefined, signal?: AbortSignal): Promise<void> {
    const condition: Record<string, string> =
      replaces === null
        ? { 'If-None-Match': '*' }
        : replaces === undefined || replaces.tag === null
          ? {}
          : { 'If-Match': replaces.tag };
    let tried = 0;
    const status = await this.#trying('PUT', file.path, signal, async (alive, watched) => {
      tried++;
      const response = await axios.request<unknown>({
        ...this.#config('PUT', file.path, {
          ...condition,
          'Content-Length': String(file.bytes),
          'Content-Type': file.path.endsWith('.json') ? 'application/json' : 'application/octet-stream',
        }),
        data: 'text' in file.content ? Buffer.from(file.content.text) : createReadStream(file.content.file),
        onUploadProgress: alive,
        signal: watched,
        validateStatus: (each) => each < 300 || each === 409 || each === 412,
      });
      return response.status;
    });
    if (status < 300) return;
    // An attempt whose answer was lost may have stored it.
    if (tried > 1 && (await this.examine(file.path, signal))?.sha256 === file.sha256) return;
    throw new ConflictError(
      `${this.#where(file.path)}: another publication came in between (HTTP ${status}).`,
    );
  }

  async remove(path: string, signal?: AbortSignal): Promise<boolean> {
    const { status } = await axios.request<unknown>({
      ...this.#config('DELETE', path),
      timeout: this.#options.stallMs ?? defaultStallMs,
      validateStatus: () => true,
      ...(signal === undefined ? {} : { signal }),
    });
    return status < 300 || status === 404 || status === 410;
  }

  /** Hands over the content piece by piece, each with the bytes so far. @returns undefined where there is no such file */
  async #get(
    path: string,
    signal: AbortSignal | undefined,
    take: (piece: Buffer, size: number) => void,
  ): Promise<{ readonly bytes: number; readonly tag: string | null } | undefined> {
    return this.#trying('GET', path, signal, async (alive, watched) => {
      const { status, headers, data } = await axios.request<Readable>({
        ...this.#config('GET', path, { 'Accept-Encoding': 'identity', 'Cache-Control': 'no-cache' }),
        responseType: 'stream',
        signal: watched,
        validateStatus: (each) => each < 300 || each === 404 || each === 410,
      });
      if (status >= 300) {
        data.destroy();
        return undefined;
      }
      let bytes = 0;
      for await (const piece of data as AsyncIterable<Buffer>) {
        alive();
        bytes += piece.length;
        take(piece, bytes);
      }
      const announced = Number(headers['content-length'] ?? bytes);
      if (announced !== bytes) throw new Error(`the answer ended after ${bytes} of ${announced} bytes`);
      const etag: unknown = headers['etag'];
      // Weak tags are not for If-Match (RFC 9110, section 13.1.1).
      return { bytes, tag: typeof etag === 'string' && etag.startsWith('"') ? etag : null };
    });
  }

  #where(path: string): string {
    return new URL(path, this.#base).href;
  }

  #config(method: string, path: string, headers: Readonly<Record<string, string>> = {}): AxiosRequestConfig {
    const { token } = this.#options;
    return {
      url: this.#where(path),
      method,
      // A redirect would carry the token to wherever it leads.
      maxRedirects: 0,
      maxBodyLength: Infinity,
      maxContentLength: Infinity,
      decompress: false,
      headers: { ...headers, ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }) },
    };
  }

  /** Tries until it works, fails in a way that does not pass, or has been tried often enough. */
  async #trying<T>(
    method: 'GET' | 'PUT',
    path: string,
    signal: AbortSignal | undefined,
    attempt: (alive: () => void, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { firstPauseMs = 1000, stallMs = defaultStallMs } = this.#options;
    for (let tried = 1; ; tried++) {
      signal?.throwIfAborted();
      try {
        return await unstalled(stallMs, signal, attempt);
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof CliError || error instanceof ConflictError) throw error;
        const response = error instanceof AxiosError ? error.response : undefined;
        const passes = response === undefined || passing.has(response.status);
        if (!passes || tried >= attempts) throw this.#fault(method, path, error, tried);
        const wanted = Number(response?.headers['retry-after'] ?? 0) * 1000;
        const wait = Math.max(firstPauseMs * 2 ** (tried - 1), Number.isFinite(wanted) ? wanted : 0);
        await pause(Math.min(wait, longestPauseMs), undefined, signal === undefined ? {} : { signal });
      }
    }
  }

  /** What people are told. Nothing of the request itself, whose headers hold the token. */
  #fault(method: 'GET' | 'PUT', path: string, error: unknown, tried: number): CliError {
    const where = this.#where(path);
    const response = error instanceof AxiosError ? error.response : undefined;
    const doing = method === 'PUT' ? 'cannot be stored' : 'cannot be read';
    if (response === undefined) {
      const cause = error instanceof Error ? error.message : String(error);
      return new CliError(
        EXIT.engineFailed,
        `${where} ${doing}: ${cause} (${tried} attempts). Look whether the server runs, and publish again.`,
      );
    }
    const { status } = response;
    const why = (text: string, exit: number = EXIT.badInput): CliError =>
      new CliError(exit, `${where} ${doing}: ${text}`);
    if (status === 401 || status === 403)
      return why(
        this.#options.token === undefined
          ? `the server wants a token (HTTP ${status}). Put it into ${variable}.`
          : `the server does not accept the token (HTTP ${status}). Look at what ${variable} holds and may do.`,
      );
    if (status >= 300 && status < 400) {
      const to = hostOf(response.headers['location'], where);
      return why(`the server sends elsewhere, to ${to}. Publish to the address where the channel really is.`);
    }
    if (method === 'PUT' && [404, 405, 501].includes(status))
      return why(
        `the server does not take files there (PUT: HTTP ${status}). Name an address that accepts PUT, or publish to the folder behind it.`,
      );
    if (status === 413 || status === 507)
      return why(
        status === 413
          ? 'it is too large for the server (HTTP 413).'
          : 'the disk of the server is full (HTTP 507).',
        EXIT.engineFailed,
      );
    return why(
      `the server answers HTTP ${status} (${tried} attempts). Publish again later.`,
      EXIT.engineFailed,
    );
  }
}

function hostOf(location: unknown, from: string): string {
  try {
    const { origin, pathname } = new URL(String(location), from);
    return `${origin}${pathname}`;
  } catch {
    return 'an address that cannot be read';
  }
}

/** Runs an attempt that is given up when it tells no sign of life for so long. */
async function unstalled<T>(
  stallMs: number,
  outer: AbortSignal | undefined,
  attempt: (alive: () => void, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), stallMs);
  try {
    return await attempt(
      () => timer.refresh(),
      outer === undefined ? controller.signal : AbortSignal.any([controller.signal, outer]),
    );
  } catch (error) {
    if (controller.signal.aborted)
      throw new Error(`there was no answer for ${Math.round(stallMs / 1000)} seconds`);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
