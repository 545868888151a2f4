import { createHash } from 'node:crypto';
import { mkdir, open, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { byteText } from '@querent/core/channel';
import type { ReleaseFile } from '@querent/core/channel';
import { CheckpointError, isDiskFull, reasonOf, storeError, systemCode } from './checkpointError.ts';
import { freeBytesAt, hashInto, readIfThere, writeWhole } from './files.ts';
import type { ChannelSource, OpenedFile } from './source.ts';

/** How far a download is. */
export interface DownloadProgress {
  readonly phase: 'waiting' | 'checking' | 'fetching';
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export interface DownloadOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** What happened that people should know, one sentence: it starts anew, it is tried again. */
  readonly onNote?: ((text: string) => void) | undefined;
  /** Milliseconds without a byte after which the connection counts as broken. However long all of it takes. Default 60,000. */
  readonly stallMs?: number | undefined;
  /** First wait before a broken connection is tried again; each further one is twice as long, at most 30 s. Default 1,000. */
  readonly retryMs?: number | undefined;
}

/** Tries without a single new byte until it is given up. */
const mostTries = 5;
const longestRetryMs = 30_000;
/** Left free beside the file: nobody's disk is filled to the last byte. */
const reserveBytes = 64 * 1024 * 1024;

/** What is remembered beside a part: which file it is of. */
interface PartNote {
  readonly sha256: string;
  readonly bytes: number;
  readonly validator?: string;
}

function notePath(part: string): string {
  return `${part}.json`;
}

/**
 * Bytes that an earlier download left of this file; of another one 0.
 */
export async function bytesOfPart(part: string, { sha256, bytes }: ReleaseFile): Promise<number> {
  const note = await readNote(part);
  if (note === undefined || note.sha256 !== sha256 || note.bytes !== bytes) return 0;
  return stat(part).then(
    ({ size }) => size,
    () => 0,
  );
}

async function readNote(part: string): Promise<PartNote | undefined> {
  try {
    const bytes = await readIfThere(notePath(part));
    return bytes === undefined ? undefined : (JSON.parse(bytes.toString('utf8')) as PartNote);
  } catch {
    return undefined;
  }
}

/** Removes what an interrupted download left. */
export async function removePart(part: string): Promise<void> {
  await rm(part, { force: true });
  await rm(notePath(part), { force: true });
}

/**
 * Whether `bytes` more fit onto the disk, with the numbers where they do not.
 * @throws CheckpointError `disk`
 */
async function assertRoom(folder: string, bytes: number, what: string): Promise<void> {
  const free = await freeBytesAt(folder);
  if (free === undefined || free >= bytes + reserveBytes) return;
  throw new CheckpointError(
    'disk',
    `${what} needs ${byteText(bytes)}, and ${byteText(free)} are free at ${folder} (${byteText(reserveBytes)} are left free). ` +
      'Free some space, remove old checkpoints (querent models remove --old), or name another folder in QUERENT_CHECKPOINTS.',
  );
}

/**
 * Fetches a file of a channel into `part`, going on behind what an earlier try left there, and holds it to its promised size and SHA-256. A broken connection is tried again; when it
 * fails for good, or is cancelled, what is there is kept. What turns out to be something else is removed.
 * @throws CheckpointError
 */
export async function download(
  source: ChannelSource,
  file: ReleaseFile,
  part: string,
  options: DownloadOptions,
): Promise<void> {
  const { signal, onNote, retryMs = 1_000 } = options;
  await mkdir(dirname(part), { recursive: true }).catch((error: unknown) => {
    throw storeError(`Making ${dirname(part)}`, error);
  });
  let have = await bytesOfPart(part, file);
  // Longer than the whole file, or of another one: nothing to go on with.
  if (have === 0 || have > file.bytes) {
    await removePart(part);
    have = 0;
  }
  await assertRoom(dirname(part), file.bytes - have, `Fetching ${file.path}`);
  let isAnew = false;
  for (let tries = 0; ;) {
    const before = have;
    try {
      await fetchRest(source, file, part, options);
      return;
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw storeError(`Fetching ${file.path}`, error);
      if (error.code === 'wrong-hash' && before > 0 && !isAnew) {
        // The bytes of before may have been of another file, or damaged since: once from the beginning.
        onNote?.('What an earlier download left does not fit; it starts anew.');
        await removePart(part);
        have = 0;
        isAnew = true;
        continue;
      }
      if (error.code !== 'interrupted') throw error;
      have = await bytesOfPart(part, file);
      tries = have > before ? 1 : tries + 1;
      if (tries >= mostTries)
        throw new CheckpointError(
          'interrupted',
          `${error.message} ${byteText(have)} of ${byteText(file.bytes)} are kept; the same command goes on from there.`,
          error,
        );
      const wait = Math.min(retryMs * 2 ** (tries - 1), longestRetryMs);
      onNote?.(`${error.message.split('. ')[0]?.replace(/\.$/, '') ?? ''}; it is tried again.`);
      await pause(wait, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) throw stopped(have, file);
    }
  }
}

function stopped(have: number, file: ReleaseFile): CheckpointError {
  return new CheckpointError(
    'aborted',
    `Stopped. ${byteText(have)} of ${byteText(file.bytes)} are kept; the same command goes on from there.`,
  );
}

/** One connection: what is missing is fetched, and all of it checked. */
async function fetchRest(
  source: ChannelSource,
  file: ReleaseFile,
  part: string,
  options: DownloadOptions,
): Promise<void> {
  const { signal, onProgress, onNote, stallMs = 60_000 } = options;
  const totalBytes = file.bytes;
  let have = await bytesOfPart(part, file);
  let hash = createHash('sha256');
  await hashInto(hash, part, {
    bytes: have,
    signal,
    onBytes: (doneBytes) => onProgress?.({ phase: 'checking', doneBytes, totalBytes }),
  });
  if (have < totalBytes) {
    const patience = new Patience(stallMs, signal);
    let opened: OpenedFile | undefined;
    let handle: FileHandle | undefined;
    try {
      const validator = have === 0 ? undefined : (await readNote(part))?.validator;
      opened = await source.open(file.path, { from: have, validator, signal: patience.signal });
      patience.heard();
      assertPromised(opened, file);
      if (opened.offset !== have) {
        onNote?.(`${file.path} starts anew: ${opened.restarted ?? 'it cannot go on where it was'}.`);
        hash = createHash('sha256');
        have = 0;
      }
      const note: PartNote = {
        sha256: file.sha256,
        bytes: totalBytes,
        ...(opened.validator === undefined ? {} : { validator: opened.validator }),
      };
      await writeWhole(notePath(part), JSON.stringify(note));
      handle = await open(part, have === 0 ? 'w' : 'r+');
      await handle.truncate(have).catch(ignoreDevices);
      for await (const chunk of chunksOf(opened.stream, patience)) {
        if (have === 0) assertNoPage(chunk, file, opened.type);
        if (have + chunk.length > totalBytes) throw wrongSize(file);
        await writeAll(handle, chunk, have);
        hash.update(chunk);
        have += chunk.length;
        onProgress?.({ phase: 'fetching', doneBytes: have, totalBytes });
      }
      if (have < totalBytes)
        throw new CheckpointError(
          'interrupted',
          `The connection ended after ${byteText(have)} of ${byteText(totalBytes)} of ${file.path}.`,
        );
      await handle.sync().catch(ignoreDevices);
    } catch (error) {
      throw await explained(error, { signal, patience, have, file, part, stallMs });
    } finally {
      patience.end();
      opened?.stream.destroy();
      await handle?.close().catch(() => undefined);
    }
  }
  const found = hash.digest('hex');
  if (found === file.sha256) return;
  await removePart(part);
  throw new CheckpointError(
    'wrong-hash',
    `${file.path} is not the file that the channel promises (SHA-256 ${found.slice(0, 12)}… instead of ${file.sha256.slice(0, 12)}…). It was removed. ` +
      'Try again; when it stays so, tell whoever publishes the channel.',
  );
}

/** A system that runs out of room may write a part of what it is given, and say so only the next time. */
async function writeAll(handle: FileHandle, chunk: Buffer, position: number): Promise<void> {
  for (let done = 0; done < chunk.length;) {
    const { bytesWritten } = await handle.write(chunk, done, chunk.length - done, position + done);
    done += bytesWritten;
  }
}

interface Circumstances {
  readonly signal: AbortSignal;
  readonly patience: Patience;
  readonly have: number;
  readonly file: ReleaseFile;
  readonly part: string;
  readonly stallMs: number;
}

/** What went wrong with a connection, in words; and what is no use is removed. */
async function explained(
  error: unknown,
  { signal, patience, have, file, part, stallMs }: Circumstances,
): Promise<unknown> {
  if (signal.aborted) return stopped(have, file);
  if (patience.isOver)
    return new CheckpointError(
      'interrupted',
      `Nothing came for ${stallMs / 1000} s after ${byteText(have)} of ${byteText(file.bytes)} of ${file.path}.`,
      error,
    );
  if (error instanceof CheckpointError) {
    if (error.code === 'not-a-file' || error.code === 'wrong-size') await removePart(part);
    return error;
  }
  if (isDiskFull(error)) {
    const free = await freeBytesAt(part);
    return new CheckpointError(
      'disk',
      `The disk is full after ${byteText(have)} of ${byteText(file.bytes)} of ${file.path}: ${byteText(file.bytes - have)} more are needed` +
        `${free === undefined ? '' : `, ${byteText(free)} are free`}. Free some space, or remove old checkpoints (querent models remove --old); then the same command goes on.`,
      error,
    );
  }
  // What the system says of our own file is no matter of the connection.
  if (
    ['EACCES', 'EPERM', 'EROFS', 'EIO', 'EFBIG', 'EMFILE', 'EBADF', 'ENOENT'].includes(
      systemCode(error) ?? '',
    )
  )
    return storeError(`Writing ${part}`, error);
  return new CheckpointError(
    'interrupted',
    `The connection broke off after ${byteText(have)} of ${byteText(file.bytes)} of ${file.path} (${reasonOf(error).slice(0, 100)}).`,
    error,
  );
}

/** @throws CheckpointError where the answer is another file than was promised */
function assertPromised({ totalBytes, type, offset, stream }: OpenedFile, file: ReleaseFile): void {
  if (offset > 0 && isPage(type)) {
    stream.destroy();
    throw page(file);
  }
  // A page is told apart by how it begins.
  if (totalBytes !== undefined && totalBytes !== file.bytes && !isPage(type)) {
    stream.destroy();
    throw wrongSize(file, totalBytes);
  }
}

function isPage(type: string | undefined): boolean {
  return type !== undefined && /^text\/html|^application\/xhtml/i.test(type);
}

/** @throws CheckpointError for a web page in the place of the file */
function assertNoPage(first: Buffer, file: ReleaseFile, type: string | undefined): void {
  const start = first.subarray(0, 200).toString('latin1').trimStart();
  const isMarkup = /^<(?:!doctype\s+html|html|head|body|\?xml)/i.test(start);
  if (isMarkup || (isPage(type) && !start.startsWith('GGUF'))) throw page(file);
}

function page(file: ReleaseFile): CheckpointError {
  return new CheckpointError(
    'not-a-file',
    `A web page came instead of ${file.path}: a sign-in page or a proxy answers for the channel. Open its address in a browser, sign in or ask whoever runs the network, and try again.`,
  );
}

function wrongSize(file: ReleaseFile, bytes?: number): CheckpointError {
  const found = bytes === undefined ? `more than the ${file.bytes}` : `${bytes} instead of the ${file.bytes}`;
  return new CheckpointError(
    'wrong-size',
    `${file.path} has ${found} bytes that the channel promises. ` +
      `${bytes !== undefined && bytes < file.bytes ? 'It may be cut off, or still be on its way there' : 'It is another file'}. Try again later; when it stays so, tell whoever publishes the channel.`,
  );
}

/** Devices, which stand for full disks in tests, know neither. */
function ignoreDevices(error: unknown): void {
  if (systemCode(error) !== 'EINVAL') throw error;
}

/** Ends a connection from which nothing comes. */
class Patience {
  readonly #controller = new AbortController();
  readonly #ms: number;
  #timer: NodeJS.Timeout;
  readonly signal: AbortSignal;

  constructor(ms: number, signal: AbortSignal) {
    this.#ms = ms;
    this.signal = AbortSignal.any([signal, this.#controller.signal]);
    this.#timer = this.#start();
  }

  get isOver(): boolean {
    return this.#controller.signal.aborted;
  }

  heard(): void {
    clearTimeout(this.#timer);
    this.#timer = this.#start();
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #start(): NodeJS.Timeout {
    return setTimeout(() => this.#controller.abort(), this.#ms);
  }
}

/** Pieces of a stream; time that is spent on writing them is none in which nothing came. */
async function* chunksOf(stream: Readable, patience: Patience): AsyncGenerator<Buffer> {
  const stop = (): void => void stream.destroy(new Error('nothing came'));
  patience.signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      patience.end();
      yield chunk;
      patience.heard();
    }
  } finally {
    patience.signal.removeEventListener('abort', stop);
  }
}
