import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Readable } from 'node:stream';
import { CheckpointError } from './checkpointError.ts';
import { folderSource } from './folderSource.ts';
import { httpSource } from './httpSource.ts';

/** A file of a channel that is being read. */
export interface OpenedFile {
  readonly stream: Readable;
  /** Where it starts: what was asked for, or 0 where the place cannot, or must not, go on there. */
  readonly offset: number;
  /** Bytes of the whole file, where that is told. */
  readonly totalBytes?: number;
  /** Tells this version of the file from another; for the next request. */
  readonly validator?: string;
  /** `text/html` and the like, where that is told. */
  readonly type?: string;
  /** Why it starts anew although it was to go on, a clause for people. */
  readonly restarted?: string;
}

export interface OpenFileOptions {
  /** First byte wanted. */
  readonly from: number;
  /** Of the version that the bytes before came from. */
  readonly validator?: string | undefined;
  readonly signal: AbortSignal;
}

/** Where a channel is read from. Paths are relative to channel.json, with `/`, and were checked. */
export interface ChannelSource {
  /** As people write it; what the store remembers a channel by. Without secrets. */
  readonly name: string;
  /** For messages. */
  readonly kind: 'folder' | 'address' | 'repository';
  /** A small file in whole. @throws CheckpointError `unreachable`, `channel` where it is too large */
  read(path: string, mostBytes: number, signal: AbortSignal): Promise<Uint8Array>;
  /** @throws CheckpointError `unreachable`; `interrupted` for what may go better in a moment */
  open(path: string, options: OpenFileOptions): Promise<OpenedFile>;
}

/** Secrets and places that come from the environment. */
export interface SourceEnvironment {
  /** Bearer token for channels at an address. */
  readonly QUERENT_CHANNEL_TOKEN?: string | undefined;
  /** Token of Hugging Face, for private repositories. */
  readonly HF_TOKEN?: string | undefined;
  /** Base address of Hugging Face, or of its mirror. */
  readonly HF_ENDPOINT?: string | undefined;
}

const huggingFace = 'https://huggingface.co';

/**
 * What people write as a channel: an absolute folder, its channel.json, or a `file:` address; an `http(s)` address of that folder or file; `hf:owner/name`, with `@revision` where another than
 * `main` is meant.
 * @throws CheckpointError `usage` for anything else
 */
export function channelSource(text: string, env: SourceEnvironment = process.env): ChannelSource {
  const name = text.trim();
  if (name === '')
    throw new CheckpointError(
      'usage',
      'No channel is set. Name one in querent.model.channel: a folder, an https:// address, or hf:owner/name.',
    );
  if (/^hf:/i.test(name)) return repositorySource(name, env);
  if (/^https?:\/\//i.test(name)) {
    const base = addressOf(name);
    const token = isPrivate(base) ? env.QUERENT_CHANNEL_TOKEN : undefined;
    return httpSource({ name: base.href, kind: 'address', base, token });
  }
  const path = folderPath(name);
  if (path === undefined)
    throw new CheckpointError(
      'usage',
      `"${name.slice(0, 200)}" is no channel. Write the absolute path of a folder, an https:// address, or hf:owner/name.`,
    );
  return folderSource(path);
}

function folderPath(name: string): string | undefined {
  if (/^file:/i.test(name)) {
    const url = URL.parse(name);
    const path = url === null || url.host !== '' ? undefined : decodeURIComponent(url.pathname);
    return path === undefined ? undefined : process.platform === 'win32' ? path.slice(1) : path;
  }
  if (name === '~' || /^~[\\/]/.test(name)) return join(homedir(), name.slice(1));
  return isAbsolute(name) ? name : undefined;
}

/** The address of the folder that holds channel.json, with a `/` last. */
function addressOf(name: string): URL {
  const url = URL.parse(name);
  const fault = (what: string): CheckpointError =>
    new CheckpointError('usage', `The address of the channel ${what}. Write it as https://host/folder.`);
  if (url === null) throw fault('cannot be read');
  if (url.username !== '' || url.password !== '')
    throw new CheckpointError(
      'usage',
      'The address of the channel holds a user name or password. Take it out, and give a token in the environment variable QUERENT_CHANNEL_TOKEN.',
    );
  if (url.search !== '' || url.hash !== '') throw fault('has a part behind ? or #');
  url.pathname = `${url.pathname.replace(/\/channel\.json$/i, '').replace(/\/+$/, '')}/`;
  return url;
}

/** Whether a secret may be sent there: encrypted, or to this machine. */
function isPrivate({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/i.test(hostname);
}

function repositorySource(name: string, env: SourceEnvironment): ChannelSource {
  const part = '[A-Za-z0-9](?:[A-Za-z0-9._-]{0,95})';
  const [, owner, repository, revision = 'main'] =
    new RegExp(`^hf:(${part})/(${part})(?:@([A-Za-z0-9][A-Za-z0-9._-]{0,99}))?$`, 'i').exec(name) ?? [];
  if (owner === undefined || repository === undefined || /\.\./.test(name))
    throw new CheckpointError(
      'usage',
      `"${name.slice(0, 200)}" is no repository of Hugging Face. Write hf:owner/name, or hf:owner/name@revision.`,
    );
  const endpoint = (env.HF_ENDPOINT ?? '').trim() || huggingFace;
  if (!/^https?:\/\//i.test(endpoint))
    throw new CheckpointError('usage', 'HF_ENDPOINT is no address. Write it as https://host, or unset it.');
  const base = new URL(`${owner}/${repository}/resolve/${revision}/`, addressOf(endpoint));
  return httpSource({
    name: `hf:${owner}/${repository}${revision === 'main' ? '' : `@${revision}`}`,
    kind: 'repository',
    base,
    token: isPrivate(base) ? env.HF_TOKEN : undefined,
  });
}
