import type { Readable } from 'node:stream';
import axios from 'axios';
import type { AxiosResponse } from 'axios';
import { CheckpointError, reasonOf } from './checkpointError.ts';
import type { ChannelSource, OpenedFile, OpenFileOptions } from './source.ts';

export interface HttpSourceOptions {
  readonly name: string;
  readonly kind: 'address' | 'repository';
  /** Folder of channel.json, with `/` last. */
  readonly base: URL;
  /** Sent as a bearer token to this host and no other; never part of a message. */
  readonly token?: string | undefined;
}

/** Longest wait for channel.json and its signature. */
const smallFileMs = 30_000;
const mostRedirects = 5;
/** Statuses that may be others in a moment. */
const passing = new Set([408, 425, 429, 500, 502, 503, 504]);

/** A channel behind an address. Proxies are taken from the environment, as by curl. */
export function httpSource({ name, kind, base, token }: HttpSourceOptions): ChannelSource {
  const request = async (
    path: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<AxiosResponse<Readable>> => {
    const url = new URL(path.split('/').map(encodeURIComponent).join('/'), base);
    try {
      return await axios.request<Readable>({
        url: url.href,
        responseType: 'stream',
        // Bytes are checked as they are published: nothing on the way may pack them.
        decompress: false,
        maxRedirects: mostRedirects,
        validateStatus: () => true,
        maxContentLength: Infinity,
        signal,
        headers: {
          'Accept-Encoding': 'identity',
          ...headers,
          // follow-redirects takes it away where a redirect leads to another host.
          ...(token === undefined || token === '' ? {} : { Authorization: `Bearer ${token}` }),
        },
        beforeRedirect: (to: { protocol?: string }) => {
          if (base.protocol === 'https:' && to.protocol === 'http:')
            throw new CheckpointError(
              'unreachable',
              `${url.host} leads from https to an address without encryption, which is not followed. Tell whoever runs the channel.`,
            );
        },
      });
    } catch (error) {
      const own = ownError(error);
      if (own !== undefined) throw own;
      if (signal.aborted) throw new CheckpointError('aborted', 'Cancelled.', error);
      throw new CheckpointError(
        'interrupted',
        `${url.host} cannot be reached (${networkReason(error)}). Check the address of the channel, the network and the proxy, then try again.`,
      );
    }
  };

  return {
    name,
    kind,
    async read(path, mostBytes, signal) {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(smallFileMs)]);
      try {
        const response = await request(path, { 'Cache-Control': 'no-cache' }, limit);
        await assertFound(response, path, name, token);
        return await limited(response.data, mostBytes, path);
      } catch (error) {
        if (signal.aborted) throw new CheckpointError('aborted', 'Cancelled.', error);
        if (limit.aborted)
          throw new CheckpointError(
            'unreachable',
            `${base.host} did not send ${path} within ${smallFileMs / 1000} s. Try again later.`,
          );
        if (error instanceof CheckpointError && error.code !== 'interrupted') throw error;
        throw new CheckpointError('unreachable', reasonOf(error).replace(/\.?$/, '.'));
      }
    },
    open: (path, options) => openFile(path, options, request, { name, token }),
  };
}

async function openFile(
  path: string,
  { from, validator, signal }: OpenFileOptions,
  request: (
    path: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ) => Promise<AxiosResponse<Readable>>,
  { name, token }: { readonly name: string; readonly token: string | undefined },
): Promise<OpenedFile> {
  const response = await request(
    path,
    from === 0
      ? {}
      : { Range: `bytes=${from}-`, ...(validator === undefined ? {} : { 'If-Range': validator }) },
    signal,
  );
  const { status, headers, data } = response;
  const header = (key: string): string | undefined => {
    const value: unknown = headers[key];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  if (status === 416) {
    // Nothing lies behind what is there already: the file is another, or a shorter one.
    data.destroy();
    const anew = await request(path, {}, signal);
    await assertFound(anew, path, name, token);
    return described(anew, 0, 'the server has nothing behind what is here already');
  }
  await assertFound(response, path, name, token);
  const encoding = header('content-encoding');
  if (encoding !== undefined && encoding !== 'identity') {
    data.destroy();
    throw new CheckpointError(
      'not-a-file',
      `${path}: the server sends it compressed (${encoding.slice(0, 40)}) although that was not asked for. Switch compression of .gguf files off there.`,
    );
  }
  if (from === 0) return described(response, 0);
  if (status !== 206)
    return described(response, 0, whyWhole(header('accept-ranges'), validator, validatorOf(header)));
  const range = header('content-range') ?? '';
  const [, start] = /^bytes (\d+)-\d*\/(?:\d+|\*)$/i.exec(range) ?? [];
  if (start !== undefined && Number(start) === from) return described(response, from);
  // A piece from elsewhere must not be put behind ours.
  data.destroy();
  const anew = await request(path, {}, signal);
  await assertFound(anew, path, name, token);
  return described(
    anew,
    0,
    `the server answered with another part (${range.slice(0, 60) || 'none named'}) than was asked for`,
  );
}

function whyWhole(
  acceptRanges: string | undefined,
  before: string | undefined,
  now: string | undefined,
): string {
  return before !== undefined && now !== undefined && before !== now && acceptRanges !== 'none'
    ? 'the file was changed since'
    : 'the server cannot send a part of it';
}

function described(
  { status, headers, data }: AxiosResponse<Readable>,
  offset: number,
  restarted?: string,
): OpenedFile {
  const header = (key: string): string | undefined => {
    const value: unknown = headers[key];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const length = Number(header('content-length') ?? NaN);
  const [, total] = /\/(\d+)$/.exec(header('content-range') ?? '') ?? [];
  const totalBytes = status === 206 ? Number(total ?? NaN) : length;
  const validator = validatorOf(header);
  const type = header('content-type');
  return {
    stream: data,
    offset,
    ...(Number.isFinite(totalBytes) ? { totalBytes } : {}),
    ...(validator === undefined ? {} : { validator }),
    ...(type === undefined ? {} : { type }),
    ...(restarted === undefined ? {} : { restarted }),
  };
}

/** What `If-Range` may carry: a strong tag, or a date (RFC 9110, section 13.1.5). */
function validatorOf(header: (key: string) => string | undefined): string | undefined {
  const tag = header('etag');
  if (tag !== undefined && tag.startsWith('"') && tag.length <= 200) return tag;
  const date = header('last-modified');
  return date !== undefined && date.length <= 60 ? date : undefined;
}

/** @throws CheckpointError for everything but 200 and 206 */
async function assertFound(
  { status, data }: AxiosResponse<Readable>,
  path: string,
  name: string,
  token: string | undefined,
): Promise<void> {
  if (status === 200 || status === 206) return;
  data.destroy();
  const isRepository = name.startsWith('hf:');
  const variable = isRepository ? 'HF_TOKEN' : 'QUERENT_CHANNEL_TOKEN';
  if (status === 401 || status === 403)
    throw new CheckpointError(
      'unreachable',
      token === undefined || token === ''
        ? `The channel ${name} asks for a token (HTTP ${status}) and none is sent. Give it in the environment variable ${variable}, and use https.`
        : `The channel ${name} refuses the token of ${variable} (HTTP ${status}). Check it, or ask whoever runs the channel.`,
    );
  if (status === 404 || status === 410)
    throw new CheckpointError(
      'unreachable',
      path === 'channel.json' || path === 'channel.json.sig'
        ? `There is no ${path} at ${name}. Check the address of the channel${isRepository ? '; a private repository needs HF_TOKEN' : ''}.`
        : `The channel ${name} lists ${path}, but it is not there. Tell whoever publishes it.`,
    );
  if (passing.has(status))
    throw new CheckpointError(
      'interrupted',
      `The channel ${name} cannot answer now (HTTP ${status}). Try again later.`,
    );
  throw new CheckpointError(
    'unreachable',
    `The channel ${name} answered with HTTP ${status} for ${path}. Check the address of the channel.`,
  );
}

async function limited(stream: Readable, mostBytes: number, path: string): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) {
      stream.destroy();
      throw new CheckpointError(
        'channel',
        `${path} has more than ${mostBytes} bytes. This is no channel of Querent: check its address.`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Errors of ours that axios wrapped. */
function ownError(error: unknown): CheckpointError | undefined {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++)
    if (at instanceof CheckpointError) return at;
  return undefined;
}

/** What the network says, without what may hold a secret. */
function networkReason(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && /^[A-Z_]{2,40}$/.test(code) ? code : reasonOf(error).slice(0, 120);
}
