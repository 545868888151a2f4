import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SlotFolder } from './slotFolder.ts';
import type { TakenSlot } from './slotFolder.ts';

const windowUs = 1_100_000;

/** A request as the service may see it: it arrived when it was told of at the latest. */
interface Request {
  readonly slot: TakenSlot;
  arrivedAt?: number;
}

const step = fc.oneof(
  fc.record({ kind: fc.constant('wait' as const), us: fc.integer({ min: 0, max: windowUs }) }),
  fc.record({ kind: fc.constant('take' as const), process: fc.integer({ min: 0, max: 1 }) }),
  fc.record({
    kind: fc.constant('arrive' as const),
    which: fc.nat(9),
    process: fc.integer({ min: 0, max: 1 }),
  }),
  fc.record({ kind: fc.constant('give back' as const), which: fc.nat(9) }),
);

it('lets no more arrive in a second than it may, whatever two processes do and when', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'querent-slots-'));
  let run = 0;
  const limits = fc.integer({ min: 1, max: 3 });
  const manySteps = fc.array(step, { minLength: 5, maxLength: 40 });
  const property = fc.asyncProperty(limits, manySteps, async (limit, steps) => {
    const path = join(folder, String(run++));
    const processes = [new SlotFolder(path, limit, windowUs), new SlotFolder(path, limit, windowUs)] as const;
    let now = 5_000_000;
    let requests: Request[] = [];
    for (const one of steps) {
      const underWay = requests.filter(({ arrivedAt }) => arrivedAt === undefined);
      if (one.kind === 'wait') now += one.us;
      else if (one.kind === 'take') {
        const slot = await processes[one.process === 0 ? 0 : 1].take(() => now);
        // Those that may count with a request that arrives at once: on their way, or arrived in the second before.
        const close = requests.filter(({ slot: { at }, arrivedAt }) =>
          arrivedAt === undefined ? now - at < 2 * windowUs : now - arrivedAt < (windowUs * 10) / 11 - 1,
        );
        if (typeof slot === 'number') {
          expect(slot).toBeGreaterThan(0);
          // It waits for something, not for ever.
          expect(slot).toBeLessThanOrEqual(2 * windowUs + 1);
          expect(requests.length).toBeGreaterThanOrEqual(limit);
        } else {
          expect(close.length).toBeLessThan(limit);
          requests.push({ slot });
        }
      } else {
        const request = underWay[one.which % Math.max(1, underWay.length)];
        if (request === undefined) continue;
        if (one.kind === 'give back') {
          await processes[0].giveBack(request.slot);
          requests = requests.filter((each) => each !== request);
        } else {
          await processes[one.process === 0 ? 0 : 1].arrived(request.slot, now);
          request.arrivedAt = now;
        }
      }
    }
  });
  try {
    await fc.assert(property, { numRuns: 300 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
