import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Clock } from './clock.ts';
import { memoryGate } from './memoryGate.ts';

/** A clock that stands still until it is told to move on. */
class ManualClock implements Clock {
  #now = 0;
  #sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  now(): number {
    return this.#now;
  }
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((wake, reject) => {
      this.#sleepers.push({ at: this.#now + ms, wake });
      signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
  }
  /** Moves to `time`, waking sleepers in their order on the way. */
  async moveTo(time: number): Promise<void> {
    await settled();
    for (;;) {
      const next = this.#sleepers.filter(({ at }) => at <= time).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) {
        break;
      }
      this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== next);
      this.#now = next.at;
      next.wake();
      await settled();
    }
    this.#now = time;
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the gate in memory', () => {
  it('never lets more than its limit through in any window, keeps the order, and wastes no time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.record({ gap: fc.nat(900), leaves: fc.option(fc.nat(2500), { freq: 4 }) }), {
          maxLength: 14,
        }),
        async (limit, arrivals) => {
          const clock = new ManualClock();
          const gate = memoryGate({ limit, windowMs: 1000, clock });
          const started: { index: number; at: number; came: number }[] = [];
          const gone = new Set<number>();
          const events: { at: number; run: () => void }[] = [];
          let time = 0;
          arrivals.forEach(({ gap, leaves }, index) => {
            const came = (time += gap);
            const abort = new AbortController();
            const enter = (): void => {
              gate.enter({ signal: abort.signal }).then(
                (arrived) => {
                  arrived?.();
                  started.push({ index, at: clock.now(), came });
                },
                () => gone.add(index),
              );
            };
            events.push({ at: came, run: enter });
            if (leaves !== null) {
              events.push({ at: came + leaves, run: () => abort.abort(new Error('gone')) });
            }
          });
          for (const event of events.sort((a, b) => a.at - b.at)) {
            await clock.moveTo(event.at);
            event.run();
          }
          await clock.moveTo(time + 60_000);

          expect(started.length + gone.size).toBe(arrivals.length);
          const starts = started.map(({ at }) => at);
          starts.forEach((at, i) => {
            const earlier = starts[i - limit];
            expect(earlier === undefined || at - earlier >= 1000, `${limit}: ${starts.join(' ')}`).toBe(true);
            // Whoever waited did so because the window was full or someone who came earlier was waiting.
            const { came } = started[i] ?? { came: 0 };
            expect(
              at === came || at <= Math.max(came, (earlier ?? -Infinity) + 1000, starts[i - 1] ?? 0),
            ).toBe(true);
          });
          const order = started.map(({ index }) => index);
          expect(order).toEqual([...order].sort((a, b) => a - b));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('lets a caller leave while it waits', async () => {
    const clock = new ManualClock();
    const gate = memoryGate({ limit: 1, windowMs: 1000, clock });
    (await gate.enter())?.();
    const abort = new AbortController();
    const leaving = gate.enter({ signal: abort.signal });
    const staying = gate.enter();
    await settled();
    abort.abort(new Error('gone'));
    await expect(leaving).rejects.toThrow('gone');
    await clock.moveTo(1000);
    await expect(staying).resolves.toBeTypeOf('function');
  });

  it('counts what arrives, however late it does', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.record({ gap: fc.nat(400), latency: fc.nat(1000) }), { maxLength: 20 }),
        async (limit, requests) => {
          const clock = new ManualClock();
          const gate = memoryGate({ limit, windowMs: 1100, clock });
          const arrivals: number[] = [];
          let time = 0;
          for (const { gap, latency } of requests) {
            await clock.moveTo((time += gap));
            void gate.enter().then(async (arrived) => {
              await clock.sleep(latency);
              arrivals.push(clock.now());
              arrived?.();
            });
          }
          await clock.moveTo(time + 60_000);
          expect(arrivals).toHaveLength(requests.length);
          arrivals.sort((one, other) => one - other);
          arrivals.forEach((at, i) => {
            const earlier = arrivals[i - limit];
            expect(earlier === undefined || at - earlier >= 999, `${limit}: ${arrivals.join(' ')}`).toBe(
              true,
            );
          });
        },
      ),
      { numRuns: 150 },
    );
  });

  it('is not held up for long by a request that hangs', async () => {
    const clock = new ManualClock();
    const gate = memoryGate({ limit: 1, windowMs: 1000, clock });
    await gate.enter(); // and never an answer
    const next = gate.enter();
    await clock.moveTo(2000);
    await expect(next).resolves.toBeTypeOf('function');
  });

  it('lets those go first whom a person looks at, also when they come last', async () => {
    const clock = new ManualClock();
    const gate = memoryGate({ limit: 1, windowMs: 1000, clock });
    const order: string[] = [];
    const enter = (name: string, priority?: number): Promise<unknown> =>
      gate.enter(priority === undefined ? {} : { priority }).then((arrived) => {
        arrived?.();
        order.push(name);
      });
    await enter('first');
    const waiting = [enter('line 1'), enter('line 2'), enter('hover', 1), enter('line 3', -1)];
    for (let time = 1000; time <= 4000; time += 1000) await clock.moveTo(time);
    await Promise.all(waiting);
    expect(order).toEqual(['first', 'hover', 'line 1', 'line 2', 'line 3']);
  });

  it('has no timer while nobody waits: it would keep the process alive', async () => {
    const clock = new ManualClock();
    let sleeping = 0;
    const gate = memoryGate({
      limit: 2,
      windowMs: 1000,
      clock: {
        now: () => clock.now(),
        sleep: (ms, signal) => {
          sleeping++;
          return clock.sleep(ms, signal);
        },
      },
    });
    for (let at = 0; at < 2; at++) (await gate.enter())?.();
    await settled();
    expect(sleeping).toBe(0);
    const third = gate.enter();
    await settled();
    expect(sleeping).toBe(1);
    await clock.moveTo(1000);
    await third;
  });

  it('lets everyone through where there is no limit, but nobody who has gone', async () => {
    const gate = memoryGate({ limit: Infinity, clock: new ManualClock() });
    await Promise.all(Array.from({ length: 100 }, () => gate.enter()));
    await expect(gate.enter({ signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow('gone');
  });
});
