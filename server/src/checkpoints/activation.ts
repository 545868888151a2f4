import { CheckpointError } from './checkpointError.ts';
import { lockPath } from './install.ts';
import { needInstalled, readInstalled, verifyInstalled, writeInstalled } from './installed.ts';
import type { InstalledRelease } from './installed.ts';
import { takeLock } from './lock.ts';
import { selfTest } from './selfTest.ts';
import { changeState, readState } from './state.ts';
import type { StoreState } from './state.ts';
import type { ActionOptions, Change, Store } from './store.ts';
import { whyUnusable } from './usable.ts';

/**
 * Makes an installed release the active one, after its file was verified and it has answered. The one before is kept as the previous one. When it does not answer nothing changes; when it was active
 * already, the previous one takes its place.
 * @throws CheckpointError
 */
export async function activate(store: Store, id: string, options: ActionOptions): Promise<Change> {
  const { folder } = store;
  const lock = await takeLock(lockPath(folder, id), { signal: options.signal });
  try {
    const installed = await needInstalled(folder, id);
    return await testAndActivate(store, id, installed, options);
  } finally {
    await lock.release();
  }
}

/** The same, under the release's lock. @throws CheckpointError */
export async function testAndActivate(
  store: Store,
  id: string,
  installed: InstalledRelease,
  options: ActionOptions,
): Promise<Change> {
  const { folder, version } = store;
  const { signal, onProgress } = options;
  const refused = whyUnusable(id, installed.release, version);
  if (refused !== undefined) throw new CheckpointError('refused', `${id} is not activated. ${refused}`);
  const totalBytes = installed.file.bytes;
  const path = await verifyInstalled(folder, installed, {
    signal,
    onBytes: (doneBytes) => onProgress?.({ phase: 'checking', doneBytes, totalBytes }),
  });
  onProgress?.({ phase: 'testing', doneBytes: totalBytes, totalBytes });
  await options.beforeTest?.();
  const record = await selfTest(path, installed, {
    run: store.run,
    version,
    signal,
    limitMs: options.testLimitMs,
    memoryBytes: options.testMemoryBytes,
  });
  // Verifying may have written it anew.
  const now = (await readInstalled(folder, id)) ?? installed;
  await writeInstalled(folder, { ...now, selfTest: record });
  if (!record.ok) throw await failedTest(store, id, record.message);
  const state = await changeState(folder, (before) => madeActive(before, id));
  return { ...activeOf(state), message: `${id} is active now. ${record.message}` };
}

function madeActive(state: StoreState, id: string): StoreState {
  if (state.active === id) return state;
  return { ...state, active: id, previous: state.active ?? state.previous };
}

/** What is told of a failed self-test. Where the failed one was active, the previous one becomes so, if its file is sound. */
async function failedTest(store: Store, id: string, reason: string): Promise<CheckpointError> {
  const { folder } = store;
  let state = await readState(folder);
  let outcome = state.active === null ? 'No checkpoint is active' : `${state.active} stays active`;
  if (state.active === id) {
    const { previous } = state;
    const isSound = previous !== null && previous !== id && (await isUsable(store, previous));
    state = await changeState(folder, (now) =>
      now.active === id ? { ...now, active: isSound ? previous : null, previous: null } : now,
    );
    outcome =
      state.active === null
        ? 'It is not active any more, and there is no previous checkpoint to go back to'
        : `${state.active}, the previous one, is active again`;
  }
  return new CheckpointError(
    'self-test',
    `${id} failed its self-test: ${reason} ${outcome}. Try it again (querent models activate ${id}), or tell its publisher.`,
  );
}

async function isUsable(store: Store, id: string): Promise<boolean> {
  try {
    const installed = await needInstalled(store.folder, id);
    await verifyInstalled(store.folder, installed);
    return whyUnusable(id, installed.release, store.version) === undefined;
  } catch {
    return false;
  }
}

/** Makes the previous release the active one again, after its file was read and verified. @throws CheckpointError */
export async function rollBack(store: Store, options: ActionOptions): Promise<Change> {
  const { folder } = store;
  const { previous, active } = await readState(folder);
  if (previous === null)
    throw new CheckpointError(
      'not-installed',
      `There is no previous checkpoint to go back to${active === null ? '' : `; ${active} stays active`}. Activate one that is installed instead.`,
    );
  const installed = await needInstalled(folder, previous);
  const totalBytes = installed.file.bytes;
  await verifyInstalled(folder, installed, {
    full: true,
    signal: options.signal,
    onBytes: (doneBytes) => options.onProgress?.({ phase: 'checking', doneBytes, totalBytes }),
  });
  const refused = whyUnusable(previous, installed.release, store.version);
  if (refused !== undefined) throw new CheckpointError('refused', `${previous} is not activated. ${refused}`);
  const state = await changeState(folder, (now) => {
    if (now.previous !== previous)
      throw new CheckpointError(
        'in-use',
        'Another window has just changed the active checkpoint. Look at it, and try again.',
      );
    return { ...now, active: previous, previous: now.active };
  });
  return {
    ...activeOf(state),
    message: `${previous} is active again${active === null ? '' : ` instead of ${active}`}.`,
  };
}

/** Leaves no checkpoint active; all stay installed. @throws CheckpointError */
export async function deactivate(store: Store): Promise<Change> {
  const before = await readState(store.folder);
  const state = await changeState(store.folder, (now) =>
    now.active === null ? now : { ...now, active: null, previous: now.active },
  );
  return {
    ...activeOf(state),
    message:
      before.active === null
        ? 'No checkpoint was active.'
        : `${before.active} is not active any more; it stays installed.`,
  };
}

function activeOf({ active, previous }: StoreState): { active?: string; previous?: string } {
  return { ...(active === null ? {} : { active }), ...(previous === null ? {} : { previous }) };
}
