import { rm, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError, storeError } from './checkpointError.ts';
import { removePart } from './download.ts';
import { lockPath, partPath, removeRelease } from './install.ts';
import { installedIds, readInstalled, releaseFolder } from './installed.ts';
import { takeLock } from './lock.ts';
import { isReleaseId, partsOfId } from './releaseId.ts';
import { changeState, readState } from './state.ts';
import type { Store } from './store.ts';

/** A pin that no editor has made use of for so long binds nothing any more. */
const pinnedForMs = 90 * 24 * 3_600_000;

/** Removes an installed release that is not active, and what an interrupted download left of it. @throws CheckpointError */
export async function remove(
  store: Store,
  id: string,
  signal: AbortSignal,
): Promise<{ readonly message: string }> {
  const { folder } = store;
  partsOfId(id);
  if ((await readState(folder)).active === id)
    throw new CheckpointError(
      'in-use',
      `${id} is the active checkpoint. Activate another one, or roll back, before you remove it.`,
    );
  const lock = await takeLock(lockPath(folder, id), { signal });
  try {
    const part = partPath(folder, id);
    const isThere = (await installedIds(folder)).includes(id);
    const leftover = (await partNames(folder)).includes(`${id}.part`);
    if (!isThere && !leftover)
      throw new CheckpointError('not-installed', `${id} is not installed, and no download of it was begun.`);
    await changeState(folder, (state) => {
      if (state.active === id)
        throw new CheckpointError('in-use', `${id} has just become the active checkpoint; it stays.`);
      return state.previous === id ? { ...state, previous: null } : state;
    });
    await removePart(part);
    await rm(join(folder, 'partial', `${id}.draft`), { recursive: true, force: true });
    await removeRelease(folder, id);
    return { message: isThere ? `${id} was removed.` : `What was fetched of ${id} was removed.` };
  } catch (error) {
    throw storeError(`Removing ${id} from ${releaseFolder(folder, id)}`, error);
  } finally {
    await lock.release();
  }
}

/**
 * Removes all installed releases but the active one, the previous one, and those that a workspace is pinned to; and what interrupted downloads left.
 * @param keep ids that stay as well
 * @returns what was removed, and bytes of the model files
 * @throws CheckpointError
 */
export async function prune(
  store: Store,
  signal: AbortSignal,
  keep: readonly string[] = [],
): Promise<{ readonly removed: readonly string[]; readonly bytes: number }> {
  const { folder } = store;
  const state = await readState(folder);
  const pinned = Object.entries(state.pinned).flatMap(([id, at]) =>
    Date.now() - Date.parse(at) < pinnedForMs ? [id] : [],
  );
  const kept = new Set([state.active, state.previous, ...pinned, ...keep]);
  const parts = (await partNames(folder))
    .filter((name) => name.endsWith('.part'))
    .map((name) => name.slice(0, -'.part'.length))
    .filter(isReleaseId);
  const old = [...new Set([...(await installedIds(folder)), ...parts])].filter((id) => !kept.has(id));
  let bytes = 0;
  for (const id of old) {
    bytes += (await readInstalled(folder, id).catch(() => undefined))?.file.bytes ?? 0;
    await remove(store, id, signal);
  }
  return { removed: old, bytes };
}

async function partNames(folder: string): Promise<readonly string[]> {
  return readdir(join(folder, 'partial')).catch((): string[] => []);
}
