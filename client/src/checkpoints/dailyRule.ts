import type { CheckpointEntry } from '@querent/server/checkpointProtocol';

const dayMs = 24 * 60 * 60_000;

/** When the channel may be asked again by itself, in milliseconds since 1970: a day after the latest of these times; 0 where there is none. */
export function dueAt(asked: readonly (string | undefined)[]): number {
  const times = asked.flatMap((iso) => {
    const time = iso === undefined ? NaN : Date.parse(iso);
    return Number.isFinite(time) ? [time] : [];
  });
  // A clock that was wrong must not silence the check for years.
  const past = times.filter((time) => time <= Date.now() + dayMs);
  return past.length === 0 ? 0 : Math.max(...past) + dayMs;
}

/** Whether nothing is to be said of a release: the person said so, or it is here already or cannot be used. */
export function isQuiet({ id, state, refused }: CheckpointEntry, dismissed: readonly string[]): boolean {
  return dismissed.includes(id) || state === 'active' || refused !== undefined;
}
