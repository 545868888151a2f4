import { createHash } from 'node:crypto';
import { open, truncate, utimes } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DENSE_VERSION, type DenseCache } from '@querent/core/connectors';
import { forgetUnused, hex, makeFolder, reasonOf } from './cacheFiles.ts';

/** Whose vectors are kept where. */
export interface DenseCachePlace {
  /** The cache folder; vectors get a folder of their own in it. */
  readonly folder: string;
  /** Path of the library or of the citation files. */
  readonly library: string;
  /** Id of the embedding model. */
  readonly model: string;
}

/** Before each entry: its length in bytes (32 bits) and its SHA-256. */
const HEAD_BYTES = 36;
/** No entry is longer; a greater length is damage. */
const MOST_ENTRY_BYTES = 1 << 28;

/**
 * Vectors on disk: `FOLDER/dense/<library>/<model and version>.vectors`, one entry behind the other, each with its SHA-256, so that what an
 * interrupted run has made is there for the next. What follows damage is cut off. Records that change leave their old vectors behind in the
 * file; remove the folder to be rid of them.
 */
export function denseCache({ folder, library, model }: DenseCachePlace): DenseCache {
  const all = join(folder, 'dense');
  const own = join(all, hex(resolve(library)));
  const path = join(own, `${hex(`${model} ${DENSE_VERSION}`)}.vectors`);
  let isTidy = false;
  return {
    async *entries() {
      const file = await open(path, 'r').catch(() => undefined);
      if (file === undefined) return;
      let whole = 0;
      try {
        for (;;) {
          const head = await read(file, HEAD_BYTES, whole);
          const length = head?.readUInt32LE(0) ?? 0;
          if (head === undefined || length > MOST_ENTRY_BYTES) break;
          const entry = await read(file, length, whole + HEAD_BYTES);
          if (entry === undefined || !checksum(entry).equals(head.subarray(4))) break;
          yield entry;
          whole += HEAD_BYTES + length;
        }
      } finally {
        await file.close();
      }
      await truncate(path, whole).catch(() => undefined);
      // A sign of use, see forgetUnused().
      await utimes(path, new Date(), new Date()).catch(() => undefined);
    },
    async append(entry) {
      try {
        await makeFolder(own);
        const head = Buffer.alloc(HEAD_BYTES);
        head.writeUInt32LE(entry.length, 0);
        checksum(entry).copy(head, 4);
        const file = await open(path, 'a', 0o600);
        const { size } = await file.stat();
        try {
          // In one piece, so that two processes that embed the same library do not write into each other's entries.
          await file.writeFile(Buffer.concat([head, entry]));
        } catch (error) {
          // A full disk takes a part; behind it, nothing could be read.
          await file.truncate(size).catch(() => undefined);
          throw error;
        } finally {
          await file.close();
        }
      } catch (error) {
        throw new Error(reasonOf(error, folder), { cause: error });
      }
      if (!isTidy) await forgetUnused(all, own).catch(() => undefined);
      isTidy = true;
    },
  };
}

/** `length` bytes from `position` on; undefined where the file ends before. */
async function read(
  file: Awaited<ReturnType<typeof open>>,
  length: number,
  position: number,
): Promise<Buffer | undefined> {
  const bytes = Buffer.alloc(length);
  for (let filled = 0; filled < length;) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) return undefined;
    filled += bytesRead;
  }
  return bytes;
}

function checksum(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
