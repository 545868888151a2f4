import { compareVersions } from '@querent/core/channel';
import { CheckpointError } from './checkpointError.ts';
import { installedIds, needInstalled, readInstalled, verifyInstalled } from './installed.ts';
import type { InstalledRelease } from './installed.ts';
import { isReleaseId, partsOfId } from './releaseId.ts';
import { changeState, readState } from './state.ts';
import type { Store } from './store.ts';
import { whyUnusable } from './usable.ts';

/** A checkpoint to be used, and why this one. */
export interface Chosen {
  readonly id: string;
  readonly isPinned: boolean;
  /** Where the workspace is pinned to a version that is not installed: that, one sentence for people. */
  readonly note?: string;
}

/**
 * The checkpoint to use: the one that the workspace is pinned to where it is installed, else the active one; undefined where there is none. Nothing is read of its file.
 * @param pinned a version, `1.2.0`, or an id
 * @throws CheckpointError where the state is damaged
 */
export async function chosenCheckpoint(folder: string, pinned = ''): Promise<Chosen | undefined> {
  const { active } = await readState(folder);
  const wanted = pinned.trim();
  if (wanted !== '') {
    const id = await pinnedId(folder, wanted, active);
    if (id !== undefined) return { id, isPinned: true };
  }
  if (active === null) return undefined;
  const note = `This workspace is pinned to version ${wanted.slice(0, 40)}, which is not installed; ${active} is used instead. Pull it, or change querent.model.pinnedVersion.`;
  return { id: active, isPinned: false, ...(wanted === '' ? {} : { note }) };
}

/** Of several models with that version the one that is active in another version, else the first by name. */
async function pinnedId(folder: string, wanted: string, active: string | null): Promise<string | undefined> {
  const ids = [...(await installedIds(folder))].sort();
  if (isReleaseId(wanted)) return ids.includes(wanted) ? wanted : undefined;
  const same = ids.filter((id) => partsOfId(id).version === wanted);
  const name = active === null ? undefined : partsOfId(active).name;
  return same.find((id) => partsOfId(id).name === name) ?? same[0];
}

/** A checkpoint whose file has just been verified. */
export interface UsableCheckpoint {
  readonly id: string;
  readonly path: string;
  readonly installed: InstalledRelease;
}

/**
 * A checkpoint to be loaded now: its size, and its SHA-256 where the file was changed since, are verified again.
 * @throws CheckpointError
 */
export async function usableCheckpoint(
  store: Store,
  chosen: Chosen,
  signal?: AbortSignal,
): Promise<UsableCheckpoint> {
  const { folder, version } = store;
  const { id, isPinned } = chosen;
  const installed = await needInstalled(folder, id);
  const refused = whyUnusable(id, installed.release, version);
  if (refused !== undefined) throw new CheckpointError('refused', refused);
  const path = await verifyInstalled(folder, installed, { signal });
  if (isPinned) await notePinned(folder, id);
  return { id, path, installed };
}

/** Remembers, once a day, that a workspace is pinned to a release, so that pruning keeps it. */
async function notePinned(folder: string, id: string): Promise<void> {
  const today = new Date().toISOString().slice(0, 10);
  if ((await readState(folder)).pinned[id]?.startsWith(today) === true) return;
  await changeState(folder, (state) => ({
    ...state,
    pinned: { ...state.pinned, [id]: new Date().toISOString() },
  })).catch(() => undefined);
}

/** All that is installed and can be read, newest first. */
export async function allInstalled(folder: string): Promise<readonly InstalledRelease[]> {
  const read = await Promise.all(
    (await installedIds(folder)).map((id) => readInstalled(folder, id).catch(() => undefined)),
  );
  return read
    .filter((each) => each !== undefined)
    .sort((a, b) => compareVersions(b.release.version, a.release.version));
}
