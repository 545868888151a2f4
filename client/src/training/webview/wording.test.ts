import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Series } from '../messages.ts';
import { axis, smoothed, ticksBetween } from './scale.ts';
import { duration, figure, latest, phasesOf, progressOf, spokenCurve } from './wording.ts';

const series = (columns: Series['columns']): Series => {
  const count = Object.values(columns)[0]?.length ?? 0;
  return { steps: Array.from({ length: count }, (_, i) => i + 1), times: [], columns, total: count };
};

describe('numbers', () => {
  it.each([
    [0, '0'],
    [0.41234, '0.412'],
    [-0.05, '-0.05'],
    [12.345, '12.3'],
    [1204.4, '1,204'],
    [3e-6, '3e-6'],
    [1.25e-5, '1.3e-5'],
  ])('%f is %s', (value, text) => expect(figure(value)).toBe(text));
  it.each([
    [3.21, '3.2 s'],
    [48, '48 s'],
    [720, '12 min'],
    [12_000, '3 h 20 min'],
    [7200, '2 h'],
    [187_200, '2 d 4 h'],
  ])('%d seconds are %s', (seconds, text) => expect(duration(seconds)).toBe(text));
});

describe('what is said of a run', () => {
  it('is the last value that was measured', () => {
    expect(latest(series({ a: [1, 2, null] }), 'a')).toEqual({ step: 2, value: 2 });
    expect(latest(series({ a: [null] }), 'a')).toBeUndefined();
    expect(latest(undefined, 'a')).toBeUndefined();
  });
  it('is how long the rest takes at the pace of the last steps', () => {
    const ppo = series({ 'seconds.total': [100, ...Array.from({ length: 10 }, () => 6)] });
    const run = {
      folder: '',
      phase: 'running' as const,
      steps: [],
      samples: [],
      evaluation: [],
      unreadable: {},
    };
    expect(progressOf({ ...run, plan: { ppoSteps: 21 }, ppo })).toEqual({
      done: 11,
      wanted: 21,
      secondsLeft: 60,
    });
    expect(progressOf({ ...run, plan: {}, ppo })).toEqual({ done: 11 });
    expect(progressOf({ ...run, plan: { ppoSteps: 5 } })).toBeUndefined();
  });
  it('is where the time goes, with what is not told of it', () => {
    const parts = phasesOf(
      series({
        'seconds.rollout': [2, 2],
        'seconds.update': [6, 6],
        'seconds.save': [null, 0],
        'seconds.total': [10, 10],
      }),
    );
    expect(parts.map(({ name, seconds, share }) => [name, seconds, share])).toEqual([
      ['update', 6, 0.6],
      ['rollout', 2, 0.2],
      ['other', 2, 0.2],
    ]);
  });
  it('is what a curve does, for those who do not see it', () => {
    expect(spokenCurve('Reward', [1, 2, 3], [0.1, 0.5, 0.4])).toBe(
      'Reward: 0.1 at step 1, 0.4 at step 3; highest 0.5 at step 2.',
    );
    expect(spokenCurve('Reward', [1], [null])).toBe('Reward: not measured yet.');
  });
});

describe('axes', () => {
  const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  it('hold every value and their ticks, and rise', () => {
    fc.assert(
      fc.property(fc.array(finite, { maxLength: 30 }), (values) => {
        const { at, ticks } = axis(values, 100, 0);
        for (const value of [...values, ...ticks]) {
          expect(at(value)).toBeGreaterThanOrEqual(-0.01);
          expect(at(value)).toBeLessThanOrEqual(100.01);
        }
        expect(ticks.length).toBeLessThan(14);
        for (let i = 1; i < ticks.length; i += 1) expect(ticks[i]).toBeGreaterThan(ticks[i - 1] ?? NaN);
      }),
    );
  });
  it('have round ticks', () => {
    expect(ticksBetween(0.13, 0.92, 4)).toEqual([0.2, 0.4, 0.6, 0.8]);
    expect(ticksBetween(0, 200, 4)).toEqual([0, 50, 100, 150, 200]);
    expect(ticksBetween(-0.02, 0.05, 4)).toEqual([-0.02, 0, 0.02, 0.04]);
  });
  it('smooth over what was measured', () => {
    expect(smoothed([1, null, 3, 5], 2)).toEqual([1, null, 2, 4]);
  });
});
