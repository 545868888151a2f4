import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What was not used for so long is removed when something new is kept: its library is probably gone. */
const FORGET_AFTER_MS = 90 * 24 * 3_600_000;

/**
 * Makes a folder and those above it, also when other threads or processes do so at the same time. Node's own recursive `mkdir` never ends
 * where a folder cannot be made though its parent is there, as in /proc.
 */
export async function makeFolder(path: string): Promise<void> {
  for (let attempt = 1; ; attempt++)
    try {
      return await mkdir(path, { mode: 0o700 });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
      if (code !== 'ENOENT' || attempt > 1) throw error;
      await makeFolder(dirname(path));
    }
}

/** A name for a file or folder of the cache, from a text of any length. */
export function hex(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 24);
}

/** Removes the folders below `all`, but for `own`, all files of which have gone unused for months. A use must touch a file's time. */
export async function forgetUnused(all: string, own: string): Promise<void> {
  const now = Date.now();
  for (const library of await readdir(all)) {
    const folder = join(all, library);
    if (folder === own) continue;
    const names = await readdir(folder);
    const times = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).mtimeMs));
    if (times.every((time) => now - time > FORGET_AFTER_MS)) await rm(folder, { recursive: true });
  }
}

/** Why something could not be kept in `folder`, for people. */
export function reasonOf(error: unknown, folder: string): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return `there is no room left in ${folder}.`;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return `${folder} cannot be written.`;
  if (code === 'ENOTDIR' || code === 'EEXIST') return `${folder} is no folder.`;
  return `${folder}: ${message}`;
}
