import { createHash, randomUUID } from 'node:crypto';
import { open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { RANKED_VERSION, type RankedCache } from '@querent/core/connectors';
import { forgetUnused, hex, makeFolder, reasonOf } from './cacheFiles.ts';

/** Which index is kept where. */
export interface RankedCachePlace {
  /** The cache folder; indexes get a folder of their own in it. */
  readonly folder: string;
  /** Path of the library or of the citation files. */
  readonly library: string;
  /** Id of the engine over it, which changes with its records: `library:<content hash>`. */
  readonly engineId: string;
}

const CHECKSUM_BYTES = 32;
/** Files that a process left half-written are removed after so long; nobody writes for longer. */
const ABANDONED_AFTER_MS = 3_600_000;

/**
 * Indexes for ranking on disk: `FOLDER/ranked/<library>/<records and version>.index`, a SHA-256 and the bytes behind it. They are not
 * packed: gzip would save a quarter of the 23 MB of 61,281 records and cost 0.6 s at writing and 0.13 s at every reading.
 */
export function rankedCache({ folder, library, engineId }: RankedCachePlace): RankedCache {
  const all = join(folder, 'ranked');
  const own = join(all, hex(resolve(library)));
  // Which MeSH is used changes nothing about the words of records.
  const name = `${hex(`${engineId.replace(/\+mesh:.*$/, '')} ${RANKED_VERSION}`)}.index`;
  const path = join(own, name);
  return {
    async load() {
      const bytes = await readFile(path).catch(() => undefined);
      if (bytes === undefined) return undefined;
      const content = bytes.subarray(CHECKSUM_BYTES);
      if (!checksum(content).equals(bytes.subarray(0, CHECKSUM_BYTES))) {
        await rm(path, { force: true }).catch(() => undefined);
        return undefined;
      }
      // A sign of use, see forgetUnused().
      await utimes(path, new Date(), new Date()).catch(() => undefined);
      return content;
    },
    async store(bytes) {
      try {
        await makeFolder(own);
        await writeAtomically(own, path, [checksum(bytes), bytes]);
      } catch (error) {
        throw new Error(reasonOf(error, folder), { cause: error });
      }
      await tidy(all, own, name).catch(() => undefined);
    },
  };
}

function checksum(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** Others see the old file or the whole new one, never a part. */
async function writeAtomically(folder: string, path: string, parts: readonly Uint8Array[]): Promise<void> {
  const temporary = join(folder, `${randomUUID()}.tmp`);
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      for (const part of parts) await file.writeFile(part);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Removes older indexes of this library, and those of libraries that were not ranked for months. */
async function tidy(all: string, own: string, keep: string): Promise<void> {
  const now = Date.now();
  for (const name of await readdir(own)) {
    if (name === keep) continue;
    const path = join(own, name);
    if (name.endsWith('.tmp') && now - (await stat(path)).mtimeMs < ABANDONED_AFTER_MS) continue;
    await rm(path, { force: true });
  }
  await forgetUnused(all, own);
}
