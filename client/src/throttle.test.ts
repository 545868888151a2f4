import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Throttle } from './throttle.ts';

const work = vi.fn();
let throttle: Throttle;
beforeEach(() => {
  vi.useFakeTimers();
  work.mockClear();
  throttle = new Throttle(work, 80);
});
afterEach(() => vi.useRealTimers());

it('does once what is asked for ten times in a pause, and not before its end', () => {
  for (let i = 0; i < 10; i++) throttle.soon();
  vi.advanceTimersByTime(79);
  expect(work).toHaveBeenCalledTimes(0);
  vi.advanceTimersByTime(1_000);
  expect(work).toHaveBeenCalledTimes(1);
});

it('is not put off by who asks again and again', () => {
  for (let ms = 0; ms < 800; ms += 10) {
    throttle.soon();
    vi.advanceTimersByTime(10);
  }
  expect(work).toHaveBeenCalledTimes(10);
});

it('does at once what cannot wait, and nothing more for what was to come soon', () => {
  throttle.soon();
  throttle.now();
  expect(work).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1_000);
  expect(work).toHaveBeenCalledTimes(1);
});

it('does nothing after its end', () => {
  throttle.soon();
  throttle.dispose();
  vi.advanceTimersByTime(1_000);
  expect(work).toHaveBeenCalledTimes(0);
});
