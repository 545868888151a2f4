import { createHash, randomUUID } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { assertNotAborted, systemCode } from './checkpointError.ts';

/** Writes a small file so that readers see the old or the new one whole, also after a power cut. @throws errors of the system */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    const file = await open(draft, 'wx');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Writes a file's bytes through to the disk. */
export async function syncFile(path: string): Promise<void> {
  // Windows syncs only what is open for writing.
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes a rename in the folder last; where the system knows how. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  try {
    await folder?.sync();
  } catch {
    // Windows and some network drives cannot.
  } finally {
    await folder?.close();
  }
}

/** A file's bytes, undefined where there is none. @throws other errors of the system */
export async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Feeds the first `bytes` bytes of a file, or all of it, into a hash.
 * @returns the bytes read
 * @throws CheckpointError `aborted`, and errors of the system
 */
export async function hashInto(
  hash: Hash,
  path: string,
  options: {
    readonly bytes?: number;
    readonly signal?: AbortSignal | undefined;
    readonly onBytes?: (bytes: number) => void;
  } = {},
): Promise<number> {
  const { bytes = Infinity, signal, onBytes } = options;
  if (bytes === 0) return 0;
  let read = 0;
  const end = Number.isFinite(bytes) ? { end: bytes - 1 } : {};
  for await (const chunk of createReadStream(path, {
    highWaterMark: 1 << 20,
    ...end,
  }) as AsyncIterable<Buffer>) {
    assertNotAborted(signal);
    hash.update(chunk);
    read += chunk.length;
    onBytes?.(read);
  }
  return read;
}

/** SHA-256 of a file as 64 hexadecimal digits. @throws CheckpointError `aborted`, and errors of the system */
export async function sha256OfFile(
  path: string,
  signal?: AbortSignal,
  onBytes?: (bytes: number) => void,
): Promise<string> {
  const hash = createHash('sha256');
  await hashInto(hash, path, { signal, ...(onBytes === undefined ? {} : { onBytes }) });
  return hash.digest('hex');
}

/** Bytes that this user may still write where `folder` is or will be; undefined where the system does not tell. */
export async function freeBytesAt(folder: string): Promise<number | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    try {
      const { bavail, bsize } = await statfs(at);
      return bavail * bsize;
    } catch (error) {
      if (systemCode(error) !== 'ENOENT' || dirname(at) === at) return undefined;
    }
  }
}
