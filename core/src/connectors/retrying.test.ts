import { describe, expect, it } from 'vitest';
import { SearchError } from '../search/index.ts';
import type { Clock } from './clock.ts';
import { monotonicClock } from './clock.ts';
import { PassingFault, retrying } from './retrying.ts';

const passing = (waitMs?: number): SearchError => new PassingFault('network', 'It passes.', waitMs);

/** Fails with these errors, one after another, then gives its number of tries. */
function failing(...errors: readonly Error[]): {
  readonly work: () => Promise<number>;
  tries: () => number;
} {
  let tries = 0;
  return {
    tries: () => tries,
    work: () => {
      const error = errors[tries++];
      return error === undefined ? Promise.resolve(tries) : Promise.reject(error);
    },
  };
}

const slept: number[] = [];
const clock: Clock = {
  now: () => 0,
  sleep: (ms, signal) => {
    signal?.throwIfAborted();
    slept.push(ms);
    return Promise.resolve();
  },
};
const quick = { firstPauseMs: 0, clock };

describe('retrying', () => {
  it('tries passing faults again, so often and no more', async () => {
    expect(await retrying(failing(passing(), passing(), passing()).work, quick)).toBe(4);
    const { work, tries } = failing(...Array.from({ length: 9 }, () => passing()));
    await expect(retrying(work, quick)).rejects.toMatchObject({ message: 'It passes.' });
    expect(tries()).toBe(4);
    const twice = failing(...Array.from({ length: 9 }, () => passing()));
    await expect(retrying(twice.work, { ...quick, attempts: 2 })).rejects.toThrow('It passes.');
    expect(twice.tries()).toBe(2);
  });

  it('tries nothing else again', async () => {
    const { work, tries } = failing(new SearchError('rejected', 'No.'));
    await expect(retrying(work, quick)).rejects.toMatchObject({ code: 'rejected', message: 'No.' });
    expect(tries()).toBe(1);
    const odd: readonly unknown[] = [new TypeError('fetch failed'), new RangeError('x'), 'text', undefined];
    for (const each of odd) {
      const work = async (): Promise<never> => {
        await Promise.resolve();
        throw each;
      };
      await expect(retrying(work, quick), String(each)).rejects.toMatchObject({
        name: 'SearchError',
        code: 'internal',
      });
    }
  });

  it('waits as long as the server wants, unless that is too long', async () => {
    slept.length = 0;
    await retrying(failing(passing(5000), passing(0), passing(20_000)).work, quick);
    expect(slept).toEqual([5000, 20_000]);
    const { work, tries } = failing(passing(20_001));
    await expect(retrying(work, quick)).rejects.toMatchObject({ waitMs: 20_001 });
    expect(tries()).toBe(1);
    // Nor does it wait after its last try.
    slept.length = 0;
    await expect(
      retrying(failing(passing(1), passing(2)).work, { ...quick, attempts: 2 }),
    ).rejects.toMatchObject({ waitMs: 2 });
    expect(slept).toEqual([1]);
  });

  it('waits longer each time, and never twice the same', async () => {
    const pauses = async (): Promise<readonly number[]> => {
      const times: number[] = [];
      await retrying(
        () => {
          times.push(performance.now());
          return times.length < 4 ? Promise.reject(passing()) : Promise.resolve();
        },
        { firstPauseMs: 20, clock: monotonicClock },
      );
      return times.slice(1).map((time, at) => time - (times[at] ?? 0));
    };
    const [one, other] = await Promise.all([pauses(), pauses()]);
    for (const all of [one, other])
      all.forEach((pause, at) => {
        expect(pause).toBeGreaterThanOrEqual(20 * 2 ** at - 2);
      });
    expect(one.map(Math.round)).not.toEqual(other.map(Math.round));
  });

  it('stops at once when it is cancelled, also while it waits', async () => {
    const controller = new AbortController();
    const work = retrying(() => Promise.reject(passing(15_000)), {
      signal: controller.signal,
      clock: monotonicClock,
    });
    setTimeout(() => {
      controller.abort();
    }, 10);
    await expect(work).rejects.toMatchObject({ code: 'aborted' });
    const pausing = new AbortController();
    const backing = retrying(() => Promise.reject(passing()), { signal: pausing.signal });
    setTimeout(() => {
      pausing.abort();
    }, 10);
    await expect(backing).rejects.toMatchObject({ code: 'aborted' });
    await expect(retrying(() => Promise.resolve(1), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'aborted',
    });
  });
});
