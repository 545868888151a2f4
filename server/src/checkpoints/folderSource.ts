import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CheckpointError, reasonOf, systemCode } from './checkpointError.ts';
import type { ChannelSource } from './source.ts';

/** A channel in a folder of this machine, or of a drive that it has: `path` is the folder or its channel.json. */
export function folderSource(path: string): ChannelSource {
  const folder = basename(path).toLowerCase() === 'channel.json' ? dirname(path) : path;
  const look = async (relative: string): Promise<{ place: string; bytes: number; stamp: string }> => {
    const place = join(folder, ...relative.split('/'));
    const found = await stat(place).catch((error: unknown) => {
      throw unreadable(place, error);
    });
    if (!found.isFile())
      throw new CheckpointError('unreachable', `${place} is no file. Check the folder of the channel.`);
    return { place, bytes: found.size, stamp: `${found.size}:${found.mtimeMs}` };
  };
  return {
    name: folder,
    kind: 'folder',
    async read(relative, mostBytes, signal) {
      const { place, bytes } = await look(relative);
      if (bytes > mostBytes)
        throw new CheckpointError(
          'channel',
          `${place} has ${bytes} bytes; at most ${mostBytes} are read. This is no channel of Querent: check its folder.`,
        );
      try {
        return await readFile(place, { signal });
      } catch (error) {
        throw signal.aborted ? new CheckpointError('aborted', 'Cancelled.') : unreadable(place, error);
      }
    },
    async open(relative, { from, validator, signal }) {
      const { place, bytes, stamp } = await look(relative);
      const isSame = validator === undefined || validator === stamp;
      const offset = isSame && from <= bytes ? from : 0;
      return {
        stream: createReadStream(place, { start: offset, signal, highWaterMark: 1 << 20 }),
        offset,
        totalBytes: bytes,
        validator: stamp,
        ...(offset === from ? {} : { restarted: 'the file was changed since' }),
      };
    },
  };
}

function unreadable(place: string, error: unknown): CheckpointError {
  const code = systemCode(error);
  const cause =
    code === 'ENOENT' || code === 'ENOTDIR'
      ? 'is not there'
      : code === 'EACCES' || code === 'EPERM'
        ? 'may not be read by this user'
        : `cannot be read (${reasonOf(error)})`;
  return new CheckpointError('unreachable', `${place} ${cause}. Check the folder of the channel.`, error);
}
