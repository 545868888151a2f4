import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { resolveExpressionText } from '../../ctgov/index.ts';
import type { ResolvedExpression } from '../../ctgov/index.ts';
import { SearchError } from '../../search/index.ts';
import type { Clock } from '../clock.ts';
import type { Gate } from '../gate.ts';
import { TrialsRegistry } from '../testing/trialsRegistry.ts';
import type { Interference } from '../testing/trialsRegistry.ts';
import { createTrialsEngine } from './engine.ts';
import type { TrialsEngine, TrialsOptions } from './engine.ts';

let registry: TrialsRegistry;
beforeAll(async () => {
  registry = await TrialsRegistry.start([
    { id: 'NCT00000001', title: 'Asthma in children', posted: '2001-01-01' },
    { id: 'NCT00000002', title: 'Asthma in adults', posted: '2002-01-01' },
  ]);
});
afterEach(() => registry.reset());
afterAll(() => registry.close());

const open: Gate = { enter: async () => undefined };

/** Sleeping takes no time, and is written down. */
class FastClock implements Clock {
  readonly slept: number[] = [];
  #now = Date.UTC(2026, 0, 1);
  now(): number {
    return this.#now;
  }
  async sleep(ms: number): Promise<void> {
    this.slept.push(ms);
    this.#now += ms;
  }
}

function engine(options: TrialsOptions = {}): TrialsEngine {
  return createTrialsEngine({ baseUrl: registry.url, gate: open, firstPauseMs: 1, ...options });
}

function expression(text: string): ResolvedExpression {
  const resolved = resolveExpressionText(text);
  if ('problem' in resolved) throw new Error(resolved.problem);
  return resolved;
}
const asthma = expression('asthma');

async function failure(work: Promise<unknown>): Promise<SearchError> {
  const error: unknown = await work.then(
    (value) => `no error but ${JSON.stringify(value)}`,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SearchError);
  return error as SearchError;
}

const send =
  (status: number, body: string, headers: Record<string, string> = {}): Interference =>
  (response) => {
    response.writeHead(status, headers).end(body);
    return true;
  };
const stall: Interference = () => true;
const cut: Interference = (response) => {
  response.writeHead(200, { 'Content-Type': 'application/json' }).write('{"totalCount": 2, "stud');
  setImmediate(() => response.destroy());
  return true;
};
const halt: Interference = (response) => {
  response.writeHead(200, { 'Content-Type': 'application/json' }).write('{"totalCount": 2, "stud');
  return true;
};
const page = '<html><body>Please log in to this network</body></html>';
const passing: [name: string, Interference][] = [
  ['429', send(429, 'Too Many Requests')],
  ['429 with Retry-After', send(429, '', { 'Retry-After': '3' })],
  ['500', send(500, 'Internal Server Error')],
  ['502', send(502, page)],
  ['503 with Retry-After', send(503, '', { 'Retry-After': '2' })],
  ['HTML instead of JSON', send(200, page, { 'Content-Type': 'text/html' })],
  ['truncated JSON', send(200, '{"totalCount": 2, "studies": [{"protocolSec')],
  ['an answer that breaks off', cut],
  ['JSON without a number', send(200, '{"studies": []}')],
  ['JSON of something else', send(200, '{"error": "busy"}')],
  ['a study without a number', send(200, '{"totalCount": 1, "studies": [{}]}')],
  ['a stalled socket', stall],
  ['an answer that stops in the middle', halt],
];

/** Milliseconds: short for those that say nothing, long for others, whose answers a busy machine may hold back. */
const patience = (fault: Interference, short: number): number =>
  fault === stall || fault === halt ? short : 10_000;

describe.each(passing)('%s', (_name, fault) => {
  it('is tried again, and the number is right', async () => {
    let left = 2;
    registry.interfere = (response, seen) => left-- > 0 && fault(response, seen);
    const { count } = await engine({ timeoutMs: patience(fault, 400), clock: new FastClock() }).count(asthma);
    expect(count).toBe(2);
    expect(registry.seen).toHaveLength(3);
  });

  it('that does not pass is an error after four tries, and never a zero', async () => {
    registry.interfere = fault;
    const error = await failure(
      engine({ timeoutMs: patience(fault, 100), clock: new FastClock() }).count(asthma),
    );
    expect(error.retryable).toBe(true);
    expect(['network', 'rate-limited']).toContain(error.code);
    expect(error.message).toMatch(/^ClinicalTrials\.gov .*(?:again|network connection)/);
    expect(registry.seen).toHaveLength(4);
  });
});

it.each([
  [{ 'Retry-After': '3' }, 3000],
  [{ 'Retry-After': '60' }, 60_000],
  [{}, 5],
])('waits as long as a 429 with %j wants', async (headers, pause) => {
  let left = 1;
  registry.interfere = (response, seen) => left-- > 0 && send(429, '', headers)(response, seen);
  const clock = new FastClock();
  const begun = clock.now();
  await engine({ clock }).count(asthma);
  expect(clock.now() - begun).toBe(pause);
  expect(registry.seen).toHaveLength(2);
});

it('gives up when it is told to wait for longer than a minute', async () => {
  registry.interfere = send(429, '', { 'Retry-After': '600' });
  const error = await failure(engine({ clock: new FastClock() }).count(asthma));
  expect(error).toMatchObject({ code: 'rate-limited', message: expect.stringContaining('in 600 s') });
  expect(registry.seen).toHaveLength(1);
});

describe('what trying again does not mend', () => {
  it.each([
    [
      "Error parsing query in Other terms: mismatched input '[' expecting {<EOF>, '(', 'AND', 'OR'}",
      "ClinicalTrials.gov did not take the expression: mismatched input '['.",
    ],
    [
      'Error parsing query in Other terms:\nUnknown area name: Phases',
      'ClinicalTrials.gov did not take the expression: Unknown area name: Phases.',
    ],
    [
      'Error parsing query in Other terms: inner bool query clause cannot be null',
      'ClinicalTrials.gov did not take the expression: inner bool query clause cannot be null.',
    ],
    [`Error parsing query in Other terms: ${'x'.repeat(900)}`, `${'x'.repeat(300)}…`],
  ])('a 400 with %j', async (body, message) => {
    registry.interfere = send(400, body, { 'Content-Type': 'text/plain' });
    const error = await failure(engine().count(asthma));
    expect(error).toMatchObject({ code: 'rejected', retryable: false });
    expect(error.message.endsWith(message)).toBe(true);
    expect(registry.seen).toHaveLength(1);
  });

  it.each([
    [400, '`filter.phase` is unknown parameter', 'network', 'refused the request: `filter.phase`'],
    [400, page, 'network', 'HTTP 400'],
    [403, page, 'network', 'HTTP 403'],
    [404, 'Not found', 'network', 'HTTP 404'],
    [302, '', 'network', 'HTTP 302'],
    [414, '', 'rejected', 'too long (HTTP 414). Split the line'],
    [431, '', 'rejected', 'too long'],
  ])('HTTP %i with %j', async (status, body, code, message) => {
    registry.interfere = send(status, body, status === 302 ? { Location: registry.url } : {});
    const error = await failure(engine().count(asthma));
    expect(error).toMatchObject({ code, retryable: false, message: expect.stringContaining(message) });
    expect(registry.seen).toHaveLength(1);
  });

  it('an expression of 15,000 characters is asked, and one of a million is not', async () => {
    const words = (count: number): string => Array.from({ length: count }, () => 'asthma').join(' OR ');
    expect((await engine().count(expression(words(1500)))).count).toBe(2);
    expect((await failure(engine().count(expression(words(100_000))))).code).toBe('unsupported');
    expect(registry.seen).toHaveLength(1);
  });

  it('no network at all, and a name that nobody knows', async () => {
    const nobody = await failure(engine({ baseUrl: 'http://127.0.0.1:9/api/v2' }).count(asthma));
    expect(nobody).toMatchObject({ code: 'network', message: expect.stringContaining('cannot be reached') });
    const unknown = await failure(engine({ baseUrl: 'http://trials.invalid/api/v2' }).count(asthma));
    expect(unknown).toMatchObject({ code: 'network', message: expect.stringContaining('Check the network') });
  });
});

describe('cancelling', () => {
  it('ends a request at once, also while one waits to be tried again', async () => {
    for (const fault of [stall, send(500, '')]) {
      registry.interfere = fault;
      const controller = new AbortController();
      const work = engine({ firstPauseMs: 60_000 }).count(asthma, { signal: controller.signal });
      while (registry.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      controller.abort();
      expect((await failure(work)).code).toBe('aborted');
      registry.reset();
    }
  });

  it('closing ends what is under way and refuses the rest', async () => {
    registry.interfere = stall;
    const trials = engine();
    const work = trials.matchingAll([asthma, expression('eczema')], ['NCT00000001']);
    while (registry.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await trials.close();
    expect((await failure(work)).code).toBe('aborted');
    expect((await failure(trials.count(asthma))).code).toBe('aborted');
  });
});

it('passes the gate before every request, tries that are repeated included', async () => {
  let calls = 0;
  registry.interfere = (response, seen) => ++calls % 3 === 0 && send(500, '')(response, seen);
  const passed: (number | undefined)[] = [];
  // What an earlier test cancelled may still arrive.
  const own = (): number =>
    registry.seen.filter(({ parameters }) => parameters.get('query.term')?.includes('word')).length;
  const gate: Gate = {
    enter: async (asking) => {
      expect(passed.length).toBeGreaterThanOrEqual(own());
      passed.push(asking?.priority);
      return undefined;
    },
  };
  const trials = engine({ gate });
  for (let index = 0; index < 12; index++)
    await trials.count(expression(`asthma OR word${index}`), { priority: 1 });
  expect(own()).toBeGreaterThan(12);
  expect(passed).toEqual(Array.from({ length: own() }, () => 1));
});
