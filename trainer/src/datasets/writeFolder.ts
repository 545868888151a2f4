import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { badInput, CliError, EXIT } from '@querent/server/terminal';

/** Writes one file from pieces of text. The one place where a full disk is met, so that tests can fill it. */
export type FileWriter = (path: string, pieces: Iterable<string>, signal?: AbortSignal) => Promise<void>;

/** Pieces are gathered to writes of about this many characters. */
const AT_ONCE = 1 << 18;

/** Writes and syncs a file, so that a folder is never renamed before its contents are safe. */
export const writeFileWhole: FileWriter = async (path, pieces, signal) => {
  const file = await open(path, 'wx');
  try {
    let pending = '';
    for (const piece of pieces) {
      pending += piece;
      if (pending.length < AT_ONCE) continue;
      signal?.throwIfAborted();
      await file.writeFile(pending);
      pending = '';
    }
    await file.writeFile(pending);
    await file.sync();
  } finally {
    await file.close();
  }
};

/** A file of a folder that is to be written. */
export interface FolderFile {
  readonly name: string;
  readonly pieces: Iterable<string>;
}

/**
 * Writes a folder as a whole: into another beside it, which then takes its place. Whatever happens (full disk, Ctrl-C, power), there is the
 * folder as it was before or as it is now, never half of one. Replacing takes two renames; what is killed just between them leaves the old
 * folder beside its place, whole, under a name that ends in `.old`.
 * @param marker name of the file by which a folder shows that it is one of these: others are never replaced
 * @throws CliError for a folder that is there and may not be replaced, and for a full disk
 */
export async function writeFolder(
  path: string,
  files: Iterable<FolderFile>,
  options: {
    readonly marker: string;
    readonly replace: boolean;
    readonly signal?: AbortSignal;
    readonly write?: FileWriter;
  },
): Promise<void> {
  const { marker, signal, write = writeFileWhole } = options;
  const target = resolve(path);
  const isThere = await checkTarget(target, marker, options.replace);
  // Not mkdtemp(), whose folders nobody else may read.
  const part = join(dirname(target), `.${basename(target)}.part-${randomUUID().slice(0, 8)}`);
  await mkdir(part);
  try {
    for (const { name, pieces } of files) {
      signal?.throwIfAborted();
      await write(join(part, name), pieces, signal);
    }
    signal?.throwIfAborted();
    if (isThere) await rename(target, `${part}.old`);
    await rename(part, target).catch(async (error: unknown) => {
      if (isThere) await rename(`${part}.old`, target);
      throw error;
    });
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
      throw new CliError(
        EXIT.badInput,
        `The disk is full: ${target} was not written, and nothing half is left. Make room and run the command again; it gives the same dataset.`,
        error,
      );
    throw error;
  }
  await rm(`${part}.old`, { recursive: true, force: true });
}

/** Whether the folder is there. @throws CliError when it may not be replaced */
export async function checkTarget(path: string, marker: string, replace: boolean): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    const parent = await stat(dirname(resolve(path))).catch(() => undefined);
    if (parent?.isDirectory() !== true)
      throw badInput(
        `${path} cannot be written: there is no folder ${dirname(resolve(path))}. Make it first.`,
      );
    return false;
  }
  if (!found.isDirectory()) throw badInput(`${path} is a file. Name a folder for the dataset.`);
  const inside = await readdir(path);
  if (inside.length === 0) return true;
  if (!inside.includes(marker))
    throw badInput(`${path} holds other things than a dataset (there is no ${marker}). Name another folder.`);
  if (!replace) throw badInput(`${path} is there already. --force replaces it, or name another folder.`);
  return true;
}
