import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { RANKED_VERSION, type RankedCache } from '@querent/core/connectors';

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
/** What was not used for so long is removed when something new is kept: its library is probably gone. */
const FORGET_AFTER_MS = 90 * 24 * 3_600_000;
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
      // A sign of use, see FORGET_AFTER_MS.
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

/** Node's own recursive `mkdir` never ends where a folder cannot be made though its parent is there, as in /proc. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (code !== 'ENOENT' || existsSync(dirname(path))) throw error;
    await makeFolder(dirname(path));
    await mkdir(path, { mode: 0o700 });
  }
}

function checksum(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function hex(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 24);
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
  for (const library of await readdir(all)) {
    const folder = join(all, library);
    if (folder === own) continue;
    const names = await readdir(folder);
    const times = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).mtimeMs));
    if (times.every((time) => now - time > FORGET_AFTER_MS)) await rm(folder, { recursive: true });
  }
}

function reasonOf(error: unknown, folder: string): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return `there is no room left in ${folder}.`;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return `${folder} cannot be written.`;
  if (code === 'ENOTDIR' || code === 'EEXIST') return `${folder} is no folder.`;
  return `${folder}: ${message}`;
}
