import { expect, it } from 'vitest';
import { itemSignal } from './itemSignal.ts';

it('is aborted when another thread sets its flag, also for those who compute and get no events', () => {
  const flags = new Int32Array(4);
  const item = itemSignal(60_000, flags, 2);
  const { signal } = item;
  Atomics.store(flags, 1, 1);
  expect(signal.aborted).toBe(false);
  signal.throwIfAborted();
  Atomics.store(flags, 2, 1);
  expect(signal.aborted).toBe(true);
  expect(() => signal.throwIfAborted()).toThrow(/aborted/);
  item.end();
});

it('is aborted when its time is over, also while nothing else can run', () => {
  const item = itemSignal(200, new Int32Array(1), 0);
  expect([item.signal.aborted, item.isLate()]).toEqual([false, false]);
  const from = performance.now();
  while (performance.now() - from < 210);
  expect([item.signal.aborted, item.isLate()]).toEqual([true, true]);
  item.end();
});

it('tells those who wait for an event only once the flag is set', () => {
  const flags = new Int32Array(1);
  const item = itemSignal(60_000, flags, 0);
  let told = 0;
  item.signal.addEventListener('abort', () => told++);
  item.lookAtFlag();
  expect(told).toBe(0);
  Atomics.store(flags, 0, 1);
  item.lookAtFlag();
  expect(told).toBe(1);
  item.end();
});
