import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { ArrivalClock, mostWithin } from './arrivals.ts';
import type { Arrival } from './arrivals.ts';

describe('arrivals', () => {
  it.each([
    [[], 0],
    [[[5, 5]], 1],
    [[0, 1_000, 2_000].map((at) => [at, at]), 1],
    [[0, 999, 1_000].map((at) => [at, at]), 2],
    [[3_000, 10, 500, 3_999, 3_500].map((at) => [at, at]), 3],
    // Heard of at 500, but perhaps there since 400: what came at 1,450 may be more than a second later.
    [
      [
        [400, 500],
        [1_450, 1_450],
      ],
      1,
    ],
    [
      [
        [400, 500],
        [1_300, 1_399],
      ],
      2,
    ],
  ])('of %j a second has at most %i', (times, most) => {
    const arrivals = times.map(([since = 0, at = 0]) => ({ since, at }));
    expect(mostWithin(arrivals, 1_000)).toBe(most);
  });

  describe('a clock', () => {
    const clock = new ArrivalClock();
    afterEach(() => clock.stop());

    it('knows that something may have come while the process was busy', async () => {
      const server = createServer();
      await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
      const { port } = server.address() as AddressInfo;
      const other = new Worker(
        `const { parentPort } = require('node:worker_threads');
         parentPort.once('message', (port) => require('node:net').connect(port, '127.0.0.1').on('error', () => undefined));
         parentPort.postMessage('ready');`,
        { eval: true },
      );
      await once(other, 'message');
      const heard = new Promise<Arrival>((done) => {
        server.once('connection', (socket) => {
          done(clock.now());
          socket.destroy();
        });
      });
      other.postMessage(port);
      const end = performance.now() + 200;
      while (performance.now() < end);
      const { since, at } = await heard;
      expect(at - since).toBeGreaterThanOrEqual(190);
      await other.terminate();
      server.close();
    });
  });
});
