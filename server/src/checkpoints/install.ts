import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Release, ReleaseFile } from '@querent/core/channel';
import { storeError } from './checkpointError.ts';
import { syncFile, syncFolder, writeWhole } from './files.ts';
import { releaseFolder, releasesFolder, stampOf } from './installed.ts';
import type { InstalledRelease } from './installed.ts';
import { releaseId } from './releaseId.ts';

/** Where a release is fetched to. */
export function partPath(folder: string, id: string): string {
  return join(folder, 'partial', `${id}.part`);
}

/** The lock of everything that is done to one release. */
export function lockPath(folder: string, id: string): string {
  return join(folder, 'partial', `${id}.lock`);
}

/** A fetched file and what it is of. */
export interface Fetched {
  readonly name: string;
  readonly channel: 'stable' | 'preview';
  readonly release: Release;
  readonly file: ReleaseFile;
  readonly source: string;
  readonly keyId: string;
}

/**
 * Makes a verified file an installed release: a folder that is there whole or not at all, also after a power cut. One that is there is replaced.
 * @throws CheckpointError `disk`
 */
export async function install(folder: string, part: string, fetched: Fetched): Promise<InstalledRelease> {
  const { name, channel, release, file, source, keyId } = fetched;
  const id = releaseId(name, release.version);
  const draft = join(folder, 'partial', `${id}.draft`);
  const target = releaseFolder(folder, id);
  const fileName = file.path.split('/').at(-1) ?? 'model.gguf';
  try {
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true });
    await syncFile(part);
    const installed: InstalledRelease = {
      name,
      channel,
      release,
      file: { name: fileName, bytes: file.bytes, sha256: file.sha256, quantisation: file.quantisation },
      source,
      keyId,
      installed: new Date().toISOString(),
      // Renaming leaves the time of the last change as it is.
      verified: { ...(await stampOf(part)), at: new Date().toISOString() },
      selfTest: null,
    };
    await writeWhole(join(draft, 'release.json'), `${JSON.stringify(installed, null, 2)}\n`);
    await rename(part, join(draft, fileName));
    await syncFolder(draft);
    await mkdir(releasesFolder(folder), { recursive: true });
    await removeRelease(folder, id);
    await rename(draft, target);
    await syncFolder(releasesFolder(folder));
    await rm(`${part}.json`, { force: true });
    return installed;
  } catch (error) {
    throw storeError(`Installing ${id} in ${target}`, error);
  }
}

/** Removes an installed release, so that it is gone at once and whole. @throws errors of the system */
export async function removeRelease(folder: string, id: string): Promise<void> {
  const aside = join(folder, 'partial', `${id}.removed`);
  await rm(aside, { recursive: true, force: true });
  await mkdir(join(folder, 'partial'), { recursive: true });
  try {
    await rename(releaseFolder(folder, id), aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  await rm(aside, { recursive: true, force: true });
}
