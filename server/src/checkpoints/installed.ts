import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { pathFault, releaseSchema } from '@querent/core/channel';
import type { Release } from '@querent/core/channel';
import { CheckpointError, storeError } from './checkpointError.ts';
import { readIfThere, sha256OfFile, writeWhole } from './files.ts';
import { isReleaseId, partsOfId, releaseId } from './releaseId.ts';

/** What tells whether a file is the one that was verified, without reading it. */
export interface FileStamp {
  readonly bytes: number;
  readonly mtimeMs: number;
}

/** How the last self-test went. */
export interface SelfTestRecord {
  /** ISO 8601. */
  readonly at: string;
  readonly ok: boolean;
  /** One sentence for people. */
  readonly message: string;
  /** Version of Querent that tried it. */
  readonly by: string;
}

/** `release.json` of an installed release. */
export interface InstalledRelease {
  readonly name: string;
  readonly channel: 'stable' | 'preview';
  readonly release: Release;
  /** The model file, beside release.json. */
  readonly file: {
    readonly name: string;
    readonly bytes: number;
    readonly sha256: string;
    readonly quantisation: string;
  };
  /** Channel or folder that it came from, and the key that its signature fitted. */
  readonly source: string;
  readonly keyId: string;
  /** ISO 8601. */
  readonly installed: string;
  /** As the file was when its SHA-256 was last right. */
  readonly verified: FileStamp & { readonly at: string };
  readonly selfTest: SelfTestRecord | null;
}

const schema: z.ZodType<InstalledRelease> = z.object({
  name: z.string(),
  channel: z.enum(['stable', 'preview']),
  release: releaseSchema,
  file: z.object({
    name: z.string().refine((name) => pathFault(name) === undefined && !name.includes('/')),
    bytes: z.int().min(1),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    quantisation: z.string(),
  }),
  source: z.string(),
  keyId: z.string(),
  installed: z.string(),
  verified: z.object({ bytes: z.number(), mtimeMs: z.number(), at: z.string() }),
  selfTest: z.object({ at: z.string(), ok: z.boolean(), message: z.string(), by: z.string() }).nullable(),
});

export function releasesFolder(folder: string): string {
  return join(folder, 'releases');
}

/** @throws CheckpointError `usage` for an id that is none */
export function releaseFolder(folder: string, id: string): string {
  partsOfId(id);
  return join(releasesFolder(folder), id);
}

export function modelPathOf(folder: string, installed: InstalledRelease): string {
  return join(
    releaseFolder(folder, releaseId(installed.name, installed.release.version)),
    installed.file.name,
  );
}

/** What is installed under an id; undefined where nothing is. @throws CheckpointError `store` where it is damaged */
export async function readInstalled(folder: string, id: string): Promise<InstalledRelease | undefined> {
  const path = join(releaseFolder(folder, id), 'release.json');
  const bytes = await readIfThere(path).catch((error: unknown) => {
    throw storeError(`Reading ${path}`, error);
  });
  if (bytes === undefined) return undefined;
  try {
    const read = schema.parse(JSON.parse(bytes.toString('utf8')));
    if (releaseId(read.name, read.release.version) !== id) throw new Error('it is of another release');
    return read;
  } catch (error) {
    throw new CheckpointError(
      'store',
      `${path} is damaged. Remove ${id} (querent models remove ${id}) and pull it again.`,
      error,
    );
  }
}

/** @throws CheckpointError `not-installed`, and as {@link readInstalled} */
export async function needInstalled(folder: string, id: string): Promise<InstalledRelease> {
  const found = await readInstalled(folder, id);
  if (found === undefined)
    throw new CheckpointError(
      'not-installed',
      `${id} is not installed. Pull it first (querent models pull ${id}), or import it from a folder.`,
    );
  return found;
}

/** @throws CheckpointError `disk` */
export async function writeInstalled(folder: string, installed: InstalledRelease): Promise<void> {
  const id = releaseId(installed.name, installed.release.version);
  const path = join(releaseFolder(folder, id), 'release.json');
  await writeWhole(path, `${JSON.stringify(installed, null, 2)}\n`).catch((error: unknown) => {
    throw storeError(`Writing ${path}`, error);
  });
}

/** Ids of all that is in the store, damaged or not, in no order. */
export async function installedIds(folder: string): Promise<readonly string[]> {
  const entries = await readdir(releasesFolder(folder), { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory() && isReleaseId(entry.name)).map(({ name }) => name);
}

/** @throws errors of the system */
export async function stampOf(path: string): Promise<FileStamp> {
  const { size, mtimeMs } = await stat(path);
  return { bytes: size, mtimeMs };
}

export interface VerifyOptions {
  /** Reads all of the file although nothing speaks for a change. */
  readonly full?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: (bytes: number) => void;
}

/**
 * Holds an installed file to what the channel promised: its size always, its SHA-256 when the file was changed since that was last right, or on request.
 * @returns path of the file
 * @throws CheckpointError `store`, `wrong-size`, `wrong-hash`, `aborted`
 */
export async function verifyInstalled(
  folder: string,
  installed: InstalledRelease,
  { full = false, signal, onBytes }: VerifyOptions = {},
): Promise<string> {
  const id = releaseId(installed.name, installed.release.version);
  const path = modelPathOf(folder, installed);
  const { bytes, sha256 } = installed.file;
  const way = `Remove it (querent models remove ${id}) and pull it again, or roll back`;
  const stamp = await stampOf(path).catch((error: unknown) => {
    throw new CheckpointError('store', `The file of ${id} cannot be read: ${path}. ${way}.`, error);
  });
  if (stamp.bytes !== bytes)
    throw new CheckpointError(
      'wrong-size',
      `The file of ${id} has ${stamp.bytes} bytes instead of ${bytes}: it was changed or cut off. It is not loaded. ${way}.`,
    );
  const { verified } = installed;
  if (!full && stamp.mtimeMs === verified.mtimeMs && stamp.bytes === verified.bytes) return path;
  const found = await sha256OfFile(path, signal, onBytes);
  if (found !== sha256)
    throw new CheckpointError(
      'wrong-hash',
      `The file of ${id} is not the one that was published (SHA-256 ${found.slice(0, 12)}… instead of ${sha256.slice(0, 12)}…). It is not loaded. ${way}.`,
    );
  // Where the store cannot be written the file is read again the next time, no more.
  await writeInstalled(folder, {
    ...installed,
    verified: { ...stamp, at: new Date().toISOString() },
  }).catch(() => undefined);
  return path;
}
