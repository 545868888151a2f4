import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { badInput, CliError, EXIT } from '@querent/server/terminal';
import { lockRun } from '../../evaluation/runLock.ts';
import { sha256OfFile } from '../../sha256OfFile.ts';
import { stepwiseTarget } from './stepwise.ts';
import type { NewFile, PublishingTarget } from './target.ts';

/**
 * A folder, also of a network share. Files are written beside their place, synced, and renamed; a lock file keeps other publishers out.
 */
export function folderTarget(folder: string): PublishingTarget {
  const at = (path: string): string => join(folder, ...path.split('/'));
  return stepwiseTarget({
    name: folder,
    async read(path, most) {
      const file = at(path);
      const size = await sizeOf(file);
      if (size === undefined) return undefined;
      if (size > most)
        throw badInput(`${file} has ${size} bytes; at most ${most} are read. It is no channel.`);
      return { bytes: await readFile(file), tag: null };
    },
    async examine(path) {
      const bytes = await sizeOf(at(path));
      return bytes === undefined ? undefined : { bytes, sha256: await sha256OfFile(at(path)) };
    },
    async put(file, _replaces, signal) {
      await store(at(file.path), file, signal);
    },
    async remove(path) {
      await rm(at(path), { force: true });
      // The folder of its version, where nothing is left in it.
      await rmdir(dirname(at(path))).catch(() => undefined);
      return true;
    },
    async exclusively(task) {
      try {
        await mkdir(folder, { recursive: true });
      } catch (error) {
        throw badInput(
          `${folder} cannot be made or is a file (${codeOf(error)}). Name a folder that can be written.`,
          error,
        );
      }
      const unlock = await lockRun(folder, 'and publish again');
      try {
        return await task();
      } finally {
        await unlock();
      }
    },
  });
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    const info = await stat(file);
    if (!info.isFile()) throw badInput(`${file} is no file. Name a folder that holds a channel, or nothing.`);
    return info.size;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return undefined;
    throw error;
  }
}

async function store(place: string, file: NewFile, signal: AbortSignal | undefined): Promise<void> {
  const part = join(dirname(place), `.${basename(place)}.part`);
  try {
    await mkdir(dirname(place), { recursive: true });
    if ('text' in file.content) {
      const handle = await open(part, 'w');
      try {
        await handle.writeFile(file.content.text);
        await handle.sync();
      } finally {
        await handle.close();
      }
    } else
      await pipeline(
        createReadStream(file.content.file),
        createWriteStream(part, { flush: true }),
        signal === undefined ? {} : { signal },
      );
    await rename(part, place);
  } catch (error) {
    await rm(part, { force: true });
    if (['ENOSPC', 'EDQUOT'].includes(codeOf(error)))
      throw new CliError(
        EXIT.engineFailed,
        `The disk of the channel is full: ${file.path} needs ${file.bytes} bytes. Make room, or take old releases off with --keep, and publish again.`,
        error,
      );
    throw error;
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? '';
}
