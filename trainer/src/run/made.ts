import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { sha256OfFile } from '../sha256OfFile.ts';

/** A file that a step made. */
export interface MadeFile {
  readonly bytes: number;
  readonly sha256: string;
}

/** Files larger than this are looked at by their size when it is asked whether they are intact: weights take minutes to read. */
const readWhole = 64 * 1024 * 1024;

/** Describes files by their paths relative to `folder`. @throws the system's error when one is not there */
export async function describeFiles(
  folder: string,
  paths: readonly string[],
): Promise<Readonly<Record<string, MadeFile>>> {
  const made: Record<string, MadeFile> = {};
  for (const path of paths) {
    const { size } = await stat(path);
    made[relative(folder, path)] = { bytes: size, sha256: await sha256OfFile(path) };
  }
  return made;
}

/** All files of a folder and of those in it, sorted. */
export async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Whether files are still as they were described. */
export async function areIntact(folder: string, files: unknown): Promise<boolean> {
  if (typeof files !== 'object' || files === null) return false;
  for (const [name, made] of Object.entries(files as Readonly<Record<string, MadeFile>>)) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile() !== true || found.size !== made.bytes) return false;
    if (made.bytes <= readWhole && (await sha256OfFile(path)) !== made.sha256) return false;
  }
  return true;
}
