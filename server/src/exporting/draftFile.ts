import { open as openFile, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { formatCount } from '@querent/core/text';

/** Why a file cannot be written, for people: the place, the cause, the way out. */
export class ExportError extends Error {
  override readonly name = 'ExportError';
}

/** A file on its way: written beside its place. */
export interface Draft {
  readonly path: string;
  readonly part: string;
  readonly bytes: number;
  /** @throws ExportError */
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

/** A draft that nothing was written to for so long is of a process that was killed. */
const abandonedMs = 10 * 60_000;

/**
 * Opens `FILE.part` for the file at `path`.
 * @throws ExportError when the file is there and not to be replaced, another export writes to it, or it cannot be written.
 */
export async function openDraft(
  path: string,
  replace: boolean,
  open: (part: string) => Promise<FileHandle> = (part) => openFile(part, 'wx'),
): Promise<Draft> {
  await refuseExisting(path, replace);
  const part = `${path}.part`;
  const handle = await open(part).catch(async (error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw writeError(path, error, 0);
    await refuseBusy(part);
    await rm(part, { force: true });
    return open(part).catch((again: unknown) => {
      throw writeError(path, again, 0);
    });
  });
  let bytes = 0;
  let isOpen = true;
  return {
    path,
    part,
    get bytes() {
      return bytes;
    },
    async write(text) {
      const data = Buffer.from(text);
      try {
        for (let at = 0; at < data.length;) at += (await handle.write(data, at)).bytesWritten;
      } catch (error) {
        throw writeError(path, error, bytes);
      }
      bytes += data.length;
    },
    async close() {
      if (!isOpen) return;
      isOpen = false;
      await handle.close();
    },
  };
}

/** Puts a complete draft into its place. @throws ExportError */
export async function finish(draft: Draft, replace: boolean): Promise<void> {
  try {
    await draft.close();
  } catch (error) {
    throw writeError(draft.path, error, draft.bytes);
  }
  // Somebody may have saved a file there meanwhile.
  await refuseExisting(draft.path, replace);
  await rename(draft.part, draft.path).catch((error: unknown) => {
    throw writeError(draft.path, error, draft.bytes);
  });
}

/** Leaves nothing behind; does not throw. */
export async function discard(draft: Draft): Promise<void> {
  await draft.close().catch(() => undefined);
  await rm(draft.part, { force: true }).catch(() => undefined);
}

async function refuseExisting(path: string, replace: boolean): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true) throw new ExportError(`${path} is a folder. Name a file in it.`);
  if (found !== undefined && !replace)
    throw new ExportError(
      `${path} is there already and was left as it is. Choose another name, or say that it is to be replaced.`,
    );
}

async function refuseBusy(part: string): Promise<void> {
  const { mtimeMs } = await stat(part).catch(() => ({ mtimeMs: 0 }));
  if (Date.now() - mtimeMs < abandonedMs)
    throw new ExportError(
      `${part} is being written by another export at the moment. Wait for it, or choose another name; where no export runs, delete that file.`,
    );
}

function writeError(path: string, error: unknown, written: number): ExportError {
  return new ExportError(`${path} cannot be written: ${causeOf(error, written)}`, { cause: error });
}

function causeOf(error: unknown, written: number): string {
  const megabytes = formatCount(Math.max(1, Math.round(written / 1_000_000)));
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return `the disk is full (${megabytes} MB of the file were written, and are gone again). Make room, or choose another place.`;
    case 'ENOENT':
    case 'ENOTDIR':
      return 'there is no such folder. Make it, or choose another place.';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'you may not write there. Choose another place.';
    case 'EBUSY':
      return 'another program has it open. Close it there and export again.';
    default:
      return `${error instanceof Error ? error.message : String(error)}. Choose another place, or try again.`;
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | null | undefined)?.code;
}
