import { join } from 'node:path';
import { z } from 'zod';
import { CheckpointError, storeError } from './checkpointError.ts';
import { readIfThere, writeWhole } from './files.ts';
import { isReleaseId } from './releaseId.ts';
import { takeLock } from './lock.ts';
import { statePath } from './statePath.ts';

/** What the store remembers beside what is installed; `state.json`. */
export interface StoreState {
  readonly active: string | null;
  /** What was active before: what rolling back goes to. */
  readonly previous: string | null;
  /** The channel of the command line, and of editors that name none. */
  readonly channel: { readonly source: string; readonly key: string } | null;
  /** By the channel's name: what was seen there last. */
  readonly channels: Readonly<Record<string, SeenChannel>>;
  /** Releases that a workspace was pinned to, and when that was last made use of (ISO): pruning keeps them. */
  readonly pinned: Readonly<Record<string, string>>;
}

export interface SeenChannel {
  readonly name: string;
  readonly serial: number;
  /** Of the key that its signature fitted. */
  readonly keyId: string;
  /** ISO 8601. */
  readonly checked: string;
}

const id = z.string().refine(isReleaseId).nullable();
const schema: z.ZodType<StoreState> = z.object({
  active: id.default(null),
  previous: id.default(null),
  channel: z.object({ source: z.string(), key: z.string() }).nullable().default(null),
  channels: z
    .record(
      z.string(),
      z.object({ name: z.string(), serial: z.int(), keyId: z.string(), checked: z.string() }),
    )
    .default({}),
  pinned: z.record(z.string(), z.string()).default({}),
});

const empty: StoreState = { active: null, previous: null, channel: null, channels: {}, pinned: {} };
/** Changing the state takes milliseconds; who waits longer waits for a process that hangs. */
const patienceMs = 20_000;

/** @throws CheckpointError `store` where it is damaged, `disk` where it cannot be read */
export async function readState(folder: string): Promise<StoreState> {
  const path = statePath(folder);
  const bytes = await readIfThere(path).catch((error: unknown) => {
    throw storeError(`Reading ${path}`, error);
  });
  if (bytes === undefined) return empty;
  try {
    return schema.parse(JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    throw new CheckpointError(
      'store',
      `${path} is damaged. Remove it and activate a checkpoint again; what is installed stays.`,
      error,
    );
  }
}

/** Changes the state under its lock. A change that changes nothing writes nothing. @throws CheckpointError */
export async function changeState(
  folder: string,
  change: (state: StoreState) => StoreState | Promise<StoreState>,
): Promise<StoreState> {
  const lock = await takeLock(join(folder, 'state.lock'), { patienceMs });
  try {
    const before = await readState(folder);
    const after = await change(before);
    if (JSON.stringify(after) !== JSON.stringify(before))
      await writeWhole(statePath(folder), `${JSON.stringify(after, null, 2)}\n`).catch((error: unknown) => {
        throw storeError(`Writing ${statePath(folder)}`, error);
      });
    return after;
  } finally {
    await lock.release();
  }
}
