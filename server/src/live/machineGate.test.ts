import { chmod, mkdtemp, readdir, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Gate, GateOptions } from '@querent/core/connectors';
import { machineGate } from './machineGate.ts';
import type { MachineGateOptions } from './machineGate.ts';
import { monotonicClock } from './monotonicClock.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-gate-'));
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(folder, { recursive: true, force: true });
});

const windowMs = 120;
/** A window's gate: what another process has is another object of the same folder. */
function gate(options: Partial<MachineGateOptions> = {}): Gate {
  return machineGate({ service: 'https://service.example', limit: 3, windowMs, folder, ...options });
}

/** Most of `times` within any nine tenths of the window: a second of 1,100 ms. */
function most(times: readonly number[]): number {
  const sorted = [...times].sort((one, other) => one - other);
  return Math.max(
    ...sorted.map((start, at) => sorted.slice(at).filter((time) => time < start + 0.9 * windowMs).length),
  );
}

/** Goes through a gate, and has arrived at once. */
async function pass(one: Gate, options: GateOptions = {}): Promise<number> {
  const arrived = await one.enter(options);
  const time = monotonicClock.now();
  arrived?.();
  return time;
}

async function times(gates: readonly Gate[], each: number): Promise<number[]> {
  return Promise.all(gates.flatMap((one) => Array.from({ length: each }, () => pass(one))));
}

/** The folder of the one gate that was used. */
async function slots(): Promise<string> {
  const [name = ''] = await readdir(folder);
  return join(folder, name);
}

describe('a gate of the machine', () => {
  it('lets the limit through at once, and never more in any window, from however many processes', async () => {
    const seen = await times([gate(), gate(), gate(), gate()], 5);
    expect(seen.length).toBe(20);
    expect(most(seen)).toBe(3);
    // The 17 after the first three take six windows, and hardly more.
    const took = Math.max(...seen) - Math.min(...seen);
    expect(took).toBeGreaterThanOrEqual(5.9 * windowMs);
    expect(took).toBeLessThan(12 * windowMs);
  });

  it('gives a process with one request its turn among those with many', async () => {
    const order: string[] = [];
    const ask = (name: string, one: Gate, count: number): Promise<unknown> =>
      Promise.all(Array.from({ length: count }, () => pass(one).then(() => order.push(name))));
    const all = [ask('busy', gate(), 18)];
    await expect.poll(() => order.length, { interval: 1 }).toBeGreaterThanOrEqual(3);
    all.push(ask('other', gate(), 1));
    await Promise.all(all);
    expect(order.indexOf('other')).toBeLessThan(12);
  });

  it('counts what arrives, not what leaves: a request that takes its time holds its slot for longer', async () => {
    const one = gate({ limit: 1 });
    const start = monotonicClock.now();
    const arrived = await one.enter();
    setTimeout(() => arrived?.(), 0.8 * windowMs);
    const next = await pass(gate({ limit: 1 }));
    expect(next - start).toBeGreaterThanOrEqual(1.65 * windowMs);
    expect(next - start).toBeLessThan(2.6 * windowMs);
    // One that never tells is taken to have arrived after a while.
    const silent = monotonicClock.now();
    await new Promise((later) => setTimeout(later, windowMs));
    await one.enter();
    expect((await pass(gate({ limit: 1 }))) - silent).toBeGreaterThanOrEqual(2.9 * windowMs);
  });

  it('lets those who are looked at go first, and those who give up cost nobody their turn', async () => {
    const one = gate({ limit: 1 });
    await pass(one);
    const order: string[] = [];
    const leave = new AbortController();
    const given = one.enter({ signal: leave.signal }).catch((error: unknown) => order.push(String(error)));
    const low = pass(one).then(() => order.push('low'));
    const high = pass(one, { priority: 1 }).then(() => order.push('high'));
    leave.abort(new Error('gone'));
    await given;
    await Promise.all([low, high]);
    expect(order).toEqual(['Error: gone', 'high', 'low']);
    // Somebody who waits alone and gives up leaves the slot to another process.
    const start = monotonicClock.now();
    const alone = new AbortController();
    const waiting = one.enter({ signal: alone.signal });
    setTimeout(() => alone.abort(new Error('gone')), 10);
    await expect(waiting).rejects.toThrow('gone');
    expect((await pass(gate({ limit: 1 }))) - start).toBeLessThan(1.8 * windowMs);
    await expect(one.enter({ signal: AbortSignal.abort(new Error('never')) })).rejects.toThrow('never');
  });

  it('goes by a clock that nobody sets: of a clock that jumps it sees nothing', async () => {
    const one = gate();
    await times([one], 3);
    for (const day of ['1999-01-01', '2050-01-01']) {
      vi.useFakeTimers({ toFake: ['Date'], now: new Date(day) });
      const seen = await times([one, gate()], 2);
      expect(most(seen)).toBeLessThanOrEqual(3);
      expect(Math.max(...seen) - Math.min(...seen)).toBeLessThan(4 * windowMs);
    }
  });

  it('forgets times of before the machine was started again', async () => {
    const day = 24 * 3_600_000;
    const before = { ...monotonicClock, now: () => monotonicClock.now() + 10 * day };
    await times([gate({ clock: before })], 5);
    const start = monotonicClock.now();
    const seen = await times([gate()], 4);
    expect(Math.max(...seen) - start).toBeLessThan(4 * windowMs);
    expect(most(seen)).toBeLessThanOrEqual(3);
  });

  it('has slots again that were deleted, without letting more through', async () => {
    const one = gate();
    await times([one], 3);
    const path = await slots();
    const names = await readdir(path);
    expect(names.length).toBe(3);
    await unlink(join(path, names[1] ?? ''));
    const seen = await times([one, gate()], 3);
    expect(most(seen)).toBeLessThanOrEqual(3);
    expect(new Set((await readdir(path)).map((name) => name.split('-')[0]))).toEqual(
      new Set(['0', '1', '2']),
    );
    await rm(path, { recursive: true });
    expect((await times([one], 2)).length).toBe(2);
  });

  it('has one limit for each service and key, and writes no key down', async () => {
    const key = 'd41d8cd98f00b204e9800998ecf8427e';
    const start = monotonicClock.now();
    await Promise.all([
      times([gate()], 3),
      times([gate({ key })], 3),
      times([gate({ service: 'https://other.example' })], 3),
    ]);
    expect(monotonicClock.now() - start).toBeLessThan(1.9 * windowMs);
    const names = await readdir(folder, { recursive: true });
    expect(names.filter((name) => !name.includes('-')).length).toBe(3);
    expect(names.join(' ')).not.toContain(key);
    expect(names.join(' ')).not.toContain('example');
  });

  it.each(['no folder', 'a folder that cannot be written'])(
    'keeps to the limit by itself with %s',
    async (what) => {
      const bad = join(folder, 'bad');
      if (what === 'no folder') await writeFile(bad, '');
      else {
        await pass(machineGate({ service: 's', limit: 3, windowMs, folder: bad }));
        await Promise.all((await readdir(bad)).map((name) => chmod(join(bad, name), 0o500)));
        await chmod(bad, 0o500);
      }
      // Who may write everything, as in containers, is in the way of this test.
      const isRoot = process.getuid?.() === 0 && what !== 'no folder';
      const told: string[] = [];
      const gates = [1, 2].map(() =>
        machineGate({ service: 's', limit: 3, windowMs, folder: bad, warn: (message) => told.push(message) }),
      );
      const seen = await times(gates, 4);
      expect(most(seen)).toBeLessThanOrEqual(3);
      expect(told.length).toBe(isRoot ? 0 : 1);
      if (!isRoot)
        expect(told[0]).toMatch(/requests to s cannot be shared.*(is no folder|cannot be written)/);
      await chmod(bad, 0o700);
      await Promise.all(
        what === 'no folder' ? [] : (await readdir(bad)).map((name) => chmod(join(bad, name), 0o700)),
      );
    },
  );

  it('has no limit where there is none', async () => {
    const seen = await times([gate({ limit: Infinity })], 100);
    expect(Math.max(...seen) - Math.min(...seen)).toBeLessThan(windowMs);
    expect(await readdir(folder)).toEqual([]);
  });
});
