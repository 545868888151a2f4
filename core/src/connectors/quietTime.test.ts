import { describe, expect, it } from 'vitest';
import { SearchError } from '../search/index.ts';
import type { Clock } from './clock.ts';
import { QuietTime } from './quietTime.ts';
import { PassingFault } from './retrying.ts';

/** Sleeping takes no time, and is written down. */
class FastClock implements Clock {
  readonly slept: number[] = [];
  #now = 1_000_000;
  now(): number {
    return this.#now;
  }
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.slept.push(ms);
    this.#now += ms;
  }
}

const limited = (waitMs?: number): PassingFault => new PassingFault('rate-limited', 'Too many.', waitMs);

describe('quiet time', () => {
  it.each([
    ['nothing went wrong', undefined, []],
    ['the service says for how long', limited(3000), [3000]],
    ['it does not say', limited(), [500]],
    ['it is busy for some time', new PassingFault('network', 'Busy.', 2000), [2000]],
    ['it has a fault of its own', new PassingFault('network', 'HTTP 500.'), []],
    ['it wants a longer pause than anybody waits', limited(90_000), []],
    ['it is something else', new SearchError('rejected', 'No.'), []],
  ])('when %s', async (_when, error, slept) => {
    const clock = new FastClock();
    const quiet = new QuietTime({ clock, pauseMs: 500, longestMs: 60_000 });
    quiet.note(error);
    await quiet.over(undefined);
    await quiet.over(undefined);
    expect(clock.slept).toEqual(slept);
  });

  it('lasts as long as the longest that was wanted, and ends with the signal', async () => {
    const clock = new FastClock();
    const quiet = new QuietTime({ clock, pauseMs: 500, longestMs: 60_000 });
    quiet.note(limited(5000));
    quiet.note(limited(1000));
    await expect(quiet.over(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
    await quiet.over(undefined);
    expect(clock.slept).toEqual([5000]);
  });
});
