/** Every fault that a network or a service can have, against the engine over HTTP: an error that says so, or an answer at last; never a zero. */
import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SearchError } from '../../search/index.ts';
import { systemClock } from '../clock.ts';
import { all, FastClock, failure, found, query, ScriptedEutils, send } from './testing/scriptedEutils.ts';
import type { Answer } from './testing/scriptedEutils.ts';

/** One for each test: what an engine that gave up has still sent must not arrive in the next one. */
let eutils: ScriptedEutils;
beforeEach(async () => {
  eutils = new ScriptedEutils();
  await eutils.start();
});
afterEach(() => eutils.stop());

describe('faults', () => {
  const cases: readonly [string, Answer, Partial<SearchError>, RegExp, number][] = [
    [
      'an invalid query',
      send({ esearchresult: { ERROR: 'Invalid query' } }),
      { code: 'rejected', retryable: false },
      /Invalid query/,
      1,
    ],
    [
      'a failing backend',
      send({ esearchresult: { ERROR: 'Search Backend failed: Status: 500' } }),
      { code: 'network', retryable: true },
      /Backend failed/,
      4,
    ],
    [
      'too many requests',
      send({ error: 'API rate limit exceeded' }, 429),
      { code: 'rate-limited', retryable: true },
      /Try again in a moment/,
      4,
    ],
    [
      'too many requests, said with 200',
      send({ error: 'API rate limit exceeded', count: '4' }),
      { code: 'rate-limited' },
      /limits how often/,
      4,
    ],
    [
      'a long pause wanted',
      send('', 429, { 'Retry-After': '3600' }),
      { code: 'rate-limited' },
      /in 3600 s/,
      1,
    ],
    [
      'a wrong key',
      send({ error: 'API key invalid' }, 400),
      { code: 'network', retryable: false },
      /API key invalid/,
      1,
    ],
    ['a machine that is shut out', send('', 403), { code: 'network', retryable: false }, /HTTP 403/, 1],
    ['an address where no service is', send('', 404), { code: 'network', retryable: false }, /HTTP 404/, 1],
    [
      'a page of HTML',
      send('<!DOCTYPE html>\n<html> Service unavailable'),
      { code: 'network', retryable: true },
      /neither JSON nor XML: "<!DOCTYPE html> <html>/,
      4,
    ],
    ['JSON that ends early', send('{"esearchresult": {"count": "5"'), { code: 'network' }, /neither JSON/, 4],
    ['no count', send({ esearchresult: { idlist: [] } }), { code: 'network' }, /without a number/, 4],
    [
      'a count that is none',
      send({ esearchresult: { count: '' } }),
      { code: 'network' },
      /without a number/,
      4,
    ],
    ['HTTP 500', send('', 500), { code: 'network', retryable: true }, /HTTP 500/, 4],
    [
      'a short query that is too long',
      send('', 414),
      { code: 'network', retryable: true },
      /something on the way to it, finds a query of \d+ characters too long/,
      2,
    ],
    [
      'a closed connection',
      (response) => response.destroy(),
      { code: 'network', retryable: true },
      /cannot be reached/,
      4,
    ],
    ['silence', () => undefined, { code: 'network', retryable: true }, /did not answer within/, 4],
    [
      'silence in the middle of an answer',
      (response) => {
        response.writeHead(200, { 'Content-Length': '1000' });
        response.write('{"esearchresult": {"count": "0"');
      },
      { code: 'network', retryable: true },
      /stopped in the middle of its answer/,
      4,
    ],
    [
      'an answer that never ends',
      (response) => {
        const drip = setInterval(() => response.write(' '), 40);
        response.on('close', () => {
          clearInterval(drip);
        });
      },
      { code: 'network', retryable: true },
      /did not finish its answer|stopped in the middle/,
      4,
    ],
    [
      'an answer that breaks off',
      (response) => {
        response.writeHead(200, { 'Content-Length': '1000' });
        response.write('{"esearchresult": {"count": "0"}}', () => response.destroy());
      },
      { code: 'network', retryable: true },
      /broke off|cannot be reached/,
      4,
    ],
    ['an empty answer', send(''), { code: 'network', retryable: true }, /empty answer/, 4],
    ['HTTP 502', send('<html>Bad Gateway</html>', 502), { code: 'network' }, /HTTP 502/, 4],
    [
      'a login page of the network',
      send('', 302, { Location: 'http://login.example.org/' }),
      { code: 'network', retryable: false },
      /HTTP 302.*login/,
      1,
    ],
    [
      'a key that is repeated',
      send({ error: 'API key invalid', 'api-key': 'SECRET-KEY', about: 'SECRET-KEY' }, 400),
      { code: 'network', retryable: false },
      /refused the API key.*Set another key/,
      1,
    ],
    [
      'an error that repeats the key',
      send({ esearchresult: { ERROR: 'Invalid query /esearch?api_key=SECRET-KEY' } }),
      { code: 'rejected' },
      /Invalid query/,
      1,
    ],
    [
      'an error with a line break in it',
      send(
        '{"esearchresult":{"ERROR":"Search Backend failed: Exception:\n\'retstart\' cannot be larger than 9998."}}',
      ),
      { code: 'rejected', retryable: false },
      /cannot be larger than 9998/,
      1,
    ],
    [
      'a refusal in XML',
      send('<?xml version="1.0"?><eSearchResult><ERROR>Invalid db name specified: x</ERROR></eSearchResult>'),
      { code: 'rejected', retryable: false },
      /Invalid db name/,
      1,
    ],
    [
      'a service behind it that is slow',
      send(
        '<eFetchResult><ERROR>External viewer error: Empty Response. Status: Timeout</ERROR></eFetchResult>',
        400,
      ),
      { code: 'network', retryable: true },
      /Timeout/,
      4,
    ],
  ];
  it.each(cases)('%s is an error, never a zero', async (_name, answer, fields, message, requests) => {
    eutils.answer(answer);
    const error = await failure(
      eutils.engine({ timeoutMs: 150, apiKey: 'SECRET-KEY' }).count(query('a[ti]')),
    );
    expect(error).toMatchObject(fields);
    expect(error.message).toMatch(message);
    expect(eutils.seen).toHaveLength(requests);
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('SECRET-KEY');
    // Nor is it where a proxy or a log would keep it.
    for (const { path } of eutils.seen) expect(path).toBe('/entrez/eutils/esearch.fcgi');
  });

  // One of each kind: the others go the same way.
  const kinds = [
    'too many requests',
    'a long pause wanted',
    'a wrong key',
    'a page of HTML',
    'no count',
    'HTTP 500',
    'silence',
    'an answer that breaks off',
  ];
  it.each(cases.filter(([name]) => kinds.includes(name)))(
    '%s is an error of every other question too',
    async (_name, answer, { code }) => {
      eutils.answer(answer);
      const engine = eutils.engine({ timeoutMs: 60, apiKey: 'SECRET-KEY', firstPauseMs: 0 });
      const { services } = engine;
      const errors = await Promise.all([
        failure(engine.search(query('a[ti]'))),
        failure(engine.matching(query('a[ti]'), ['1'])),
        failure(engine.matchingAll([query('a[ti]'), query('b[ti]')], ['1', '2'])),
        failure(all(engine.allIds(query('a[ti]')))),
        failure(engine.summaries(['1'])),
        failure(all(engine.fetchRecords(['1']))),
        failure(services.spell('word')),
        failure(services.info()),
        failure(services.heading('Heart')),
        failure(services.similar('1')),
      ]);
      for (const error of errors) {
        expect(['network', 'rate-limited'], error.message).toContain(error.code);
        expect(inspect(error, { depth: 20 })).not.toContain('SECRET-KEY');
      }
      expect(errors.map((error) => error.code)).toContain(code);
    },
  );

  it('a machine without a name server, and a name that nobody has', async () => {
    const error = await failure(eutils.engine({ baseUrl: 'http://querent.invalid/' }).count(query('a[ti]')));
    expect(error).toMatchObject({ code: 'network' });
    expect(error.message).toMatch(/cannot be reached \((?:ENOTFOUND|EAI_AGAIN)\)/);
  });

  it('a clock that is set back and forth makes nothing wait or hurry', async () => {
    eutils.answer(send(found(1)));
    const now = Date.now.bind(Date);
    let jump = 0;
    const spy = vi.spyOn(Date, 'now').mockImplementation(() => now() + jump);
    try {
      const engine = eutils.engine({ clock: systemClock, requestsPerSecond: 4 });
      const start = performance.now();
      await Promise.all(
        Array.from({ length: 9 }, async (_, at) => {
          jump = (at % 3 === 0 ? 1 : -1) * 3_600_000 * at;
          await engine.count(query('a[ti]'));
          jump = -jump;
        }),
      );
      expect(performance.now() - start).toBeLessThan(4000);
      const times = eutils.seen.map(({ at }) => at);
      times.forEach((at, index) => {
        const fourth = times[index - 4];
        expect(fourth === undefined || at - fourth >= 1000, times.join(' ')).toBe(true);
      });
    } finally {
      spy.mockRestore();
    }
  });

  it('everyone waits where one was told to', async () => {
    eutils.answer(send('', 429, { 'Retry-After': '1' }), send(found(1)));
    const engine = eutils.engine({ clock: systemClock, requestsPerSecond: Infinity });
    const first = engine.count(query('a[ti]'));
    await vi.waitUntil(() => eutils.seen.length === 1 && eutils.answers.length === 1);
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([first, engine.count(query('b[ti]')), engine.count(query('c[ti]'))]);
    const [one = 0, ...others] = eutils.seen.map(({ at }) => at);
    expect(others).toHaveLength(3);
    for (const at of others) expect(at - one).toBeGreaterThanOrEqual(900);
  });

  it('goes on after passing faults, waiting as long as the server says', async () => {
    const clock = new FastClock();
    // The server's clock counts, not ours, which may be wrong.
    const there = Date.UTC(2031, 5, 5);
    const date = (ms: number): string => new Date(there + ms).toUTCString();
    eutils.answer(
      send({ error: 'API rate limit exceeded' }, 429, { 'Retry-After': '5' }),
      send('', 503),
      send('', 429, { 'Retry-After': date(7000), Date: date(0) }),
      send(found(7)),
    );
    expect(await eutils.engine({ clock }).count(query('a[ti]'))).toMatchObject({ count: 7 });
    // The gate's own pauses are 1,100 at most.
    expect(clock.slept.filter((ms) => ms > 1100)).toEqual([5000, 7000]);
  });

  it('says where nothing listens', async () => {
    const error = await failure(eutils.engine({ baseUrl: 'http://127.0.0.1:9/' }).count(query('a[ti]')));
    expect(error.message).toMatch(/cannot be reached \(\w+\)\. Check the network/);
  });

  it('refuses what is far too long before sending it', async () => {
    const long = Array.from({ length: 40_000 }, (_, index) => `word${index}[tiab]`).join(' OR ');
    expect(await failure(eutils.engine().count(query(long)))).toMatchObject({ code: 'unsupported' });
    expect(eutils.seen).toEqual([]);
  });

  it('stops when cancelled: before, during the request, and while waiting to try again', async () => {
    expect(
      await failure(eutils.engine().count(query('a[ti]'), { signal: AbortSignal.abort() })),
    ).toMatchObject({
      code: 'aborted',
    });
    expect(eutils.seen).toEqual([]);

    const during = new AbortController();
    eutils.answer(() => during.abort());
    expect(await failure(eutils.engine().count(query('a[ti]'), { signal: during.signal }))).toMatchObject({
      code: 'aborted',
    });

    const waiting = new AbortController();
    eutils.answer(send('', 429, { 'Retry-After': '15' }));
    setTimeout(() => waiting.abort(), 100);
    const start = performance.now();
    const error = await failure(
      eutils.engine({ clock: systemClock }).count(query('a[ti]'), { signal: waiting.signal }),
    );
    expect(error.code).toBe('aborted');
    expect(performance.now() - start).toBeLessThan(3000);

    const closed = eutils.engine();
    eutils.answer(() => void closed.close());
    expect(await failure(closed.count(query('a[ti]')))).toMatchObject({ code: 'aborted' });
  });

  it('makes a count or an error of whatever is answered', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.json(),
          fc.string({ unit: 'binary', maxLength: 60 }),
          fc.jsonValue().map((esearchresult) => JSON.stringify({ esearchresult })),
          fc
            .jsonValue()
            .map((rest) => JSON.stringify({ esearchresult: { count: '3', errorlist: rest, idlist: rest } })),
        ),
        async (body) => {
          eutils.answer(send(body));
          const ask = eutils.engine({ firstPauseMs: 0 });
          const result: unknown = await ask.count(query('a[ti]')).catch((error: unknown) => error);
          expect(result instanceof SearchError || (result as { count: number }).count >= 0).toBe(true);
          const summaries: unknown = await ask.summaries(['1']).catch((error: unknown) => error);
          expect(summaries instanceof SearchError || Array.isArray(summaries)).toBe(true);
        },
      ),
      { numRuns: 15 },
    );
  });
});
