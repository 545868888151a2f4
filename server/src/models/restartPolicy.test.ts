import { describe, expect, it } from 'vitest';
import { RestartPolicy } from './restartPolicy.ts';

const young = (at: number) => ({ at, age: 'young', isFromOutside: false }) as const;
const proven = (at: number) => ({ at, age: 'proven', isFromOutside: false }) as const;

describe('when a model process is started again', () => {
  it('at once, however often it was killed from outside', () => {
    const policy = new RestartPolicy();
    for (let i = 0; i < 100; i++)
      policy.died({ at: i, age: i % 2 === 0 ? 'young' : 'proven', isFromOutside: true });
    expect(policy.next(100)).toEqual({ kind: 'start', waitMs: 0 });
  });

  it('not for a while after it died young three times in a row, and longer each time', () => {
    const policy = new RestartPolicy();
    policy.died(young(1000));
    policy.died(young(2000));
    expect(policy.next(2000)).toEqual({ kind: 'start', waitMs: 0 });
    policy.died(young(3000));
    expect(policy.next(4000)).toEqual({ kind: 'refuse', forMs: 14_000, deaths: 3 });
    expect(policy.next(18_000)).toEqual({ kind: 'start', waitMs: 0 });
    policy.died(young(18_000));
    expect(policy.next(18_000)).toEqual({ kind: 'refuse', forMs: 30_000, deaths: 4 });
    for (let i = 0; i < 50; i++) policy.died(young(20_000));
    expect(policy.next(20_000)).toMatchObject({ forMs: 180_000 });
  });

  it('with a short wait when it dies at work again and again, never with a refusal', () => {
    const policy = new RestartPolicy();
    const waits = Array.from({ length: 8 }, (_, i) => {
      policy.died(proven(i));
      return policy.next(i);
    });
    expect(waits.map((wait) => wait.kind === 'start' && wait.waitMs)).toEqual([
      0, 100, 200, 400, 800, 1600, 1600, 1600,
    ]);
  });

  it('as if nothing had been once a request was answered', () => {
    const policy = new RestartPolicy();
    for (let i = 0; i < 3; i++) policy.died(young(i));
    policy.answered();
    expect(policy.next(3)).toEqual({ kind: 'start', waitMs: 0 });
  });
});
