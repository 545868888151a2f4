/** Many questions to a service that is not there. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryGate } from './memoryGate.ts';
import { failure, found, query, ScriptedEutils, send } from './pubmed/testing/scriptedEutils.ts';
import type { Answer } from './pubmed/testing/scriptedEutils.ts';
import { systemClock } from './clock.ts';

const eutils = new ScriptedEutils();
beforeAll(() => eutils.start());
afterAll(() => {
  eutils.stop();
});

const lines = Array.from({ length: 60 }, (_, at) => query(`line${at}[ti]`));
const hangUp: Answer = (response) => response.destroy();
const open = () =>
  eutils.engine({ clock: systemClock, firstPauseMs: 20, gate: memoryGate({ limit: 3, windowMs: 20 }) });

describe('a service that is not there', () => {
  it('is asked by many questions not as often as by each of them alone', async () => {
    eutils.answer(hangUp);
    const engine = open();
    const errors = await Promise.all(lines.map((line) => failure(engine.count(line))));
    for (const error of errors) {
      expect(error).toMatchObject({ code: 'network', retryable: true });
      expect(error.message).toMatch(/cannot be reached/);
    }
    // Each on its own: 240.
    expect(eutils.seen.length).toBeLessThan(130);
    // The same where it went away in the middle.
    let left = 5;
    eutils.answer((response, seen) => {
      if (left-- > 0) send(found(1))(response, seen);
      else hangUp(response, seen);
    });
    const outcomes = await Promise.allSettled(lines.map((line) => engine.count(line)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    expect(eutils.seen.length).toBeLessThan(130);
    // Whoever asks later asks.
    eutils.answer(send(found(5)));
    expect(await engine.count(query('later[ti]'))).toMatchObject({ count: 5 });
  });

  it('is waited for by all as long as one would', async () => {
    const engine = open();
    const started = performance.now();
    eutils.answer((response, seen) => {
      // A fault of the time that one question would bear.
      if (performance.now() - started < 100) hangUp(response, seen);
      else send(found(7))(response, seen);
    });
    const counts = await Promise.all(lines.map((line) => engine.count(line)));
    expect(counts.every(({ count }) => count === 7)).toBe(true);
  });

  it('is asked again by each where all were stalled together', async () => {
    const engine = eutils.engine({
      ...{ clock: systemClock, firstPauseMs: 5, timeoutMs: 300 },
      gate: memoryGate({ limit: Infinity }),
    });
    const some = lines.slice(0, 20);
    const stall: Answer = () => undefined; // a machine that has slept
    eutils.answer(...some.map(() => stall), send(found(3)));
    const counts = await Promise.all(some.map((line) => engine.count(line)));
    expect(counts.every(({ count }) => count === 3)).toBe(true);
    expect(eutils.seen).toHaveLength(40);
  });

  it('is not waited for at a gate that lets few through', async () => {
    eutils.answer(hangUp);
    const gate = memoryGate({ limit: 10, windowMs: 1_000 });
    const engine = eutils.engine({ clock: systemClock, firstPauseMs: 10, gate });
    const started = performance.now();
    const errors = await Promise.all(lines.map((line) => failure(engine.count(line))));
    // Each on its own: 240 requests, 23 s.
    expect(performance.now() - started).toBeLessThan(10_000);
    for (const { message } of errors) expect(message).toMatch(/cannot be reached/);
    expect(eutils.seen.length).toBeLessThan(40);
  });
});
