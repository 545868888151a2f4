/** The engine against a server of E-utilities on this machine: what it sends, what it makes of answers, and of every fault. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { measure, SearchError } from '../../search/index.ts';
import { isUnresolvable, resolveText } from '../../strategy/index.ts';
import type { ResolvedQuery } from '../../pubmed/index.ts';
import type { Clock } from '../clock.ts';
import { createPubMedEngine } from './engine.ts';
import type { PubMedOptions } from './engine.ts';

interface Seen {
  readonly path: string;
  readonly method: string;
  readonly parameters: URLSearchParams;
  readonly at: number;
}
type Answer = (response: ServerResponse, seen: Seen) => void;

let server: Server;
let baseUrl: string;
let seen: Seen[];
/** Answers in the order of requests; the last one stays. */
let answers: Answer[];

beforeAll(async () => {
  server = createServer((request: IncomingMessage, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const entry = {
        path: request.url ?? '',
        method: request.method ?? '',
        parameters: new URLSearchParams(body),
        at: performance.now(),
      };
      seen.push(entry);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      answer?.(response, entry);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/entrez/eutils`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  seen = [];
  answers = [];
});

const send =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  };
const found = (count: number, ids: string[] = [], more: object = {}): object => ({
  esearchresult: { count: String(count), idlist: ids, querytranslation: 'translated', ...more },
});

/** Sleeping takes no time, and is written down. */
class FastClock implements Clock {
  readonly slept: number[] = [];
  #now = Date.UTC(2026, 0, 1);
  now(): number {
    return this.#now;
  }
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.slept.push(ms);
    this.#now += ms;
  }
}

function engine(options: PubMedOptions = {}) {
  return createPubMedEngine({ baseUrl, clock: new FastClock(), firstPauseMs: 1, ...options });
}

function query(text: string): ResolvedQuery {
  const resolved = resolveText(text);
  if (isUnresolvable(resolved)) {
    throw new Error(resolved.problem);
  }
  return resolved;
}

async function failure(work: Promise<unknown>): Promise<SearchError> {
  const error: unknown = await work.then(
    (value) => `no error but ${JSON.stringify(value)}`,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SearchError);
  return error as SearchError;
}

describe('what is sent', () => {
  it('is a POST with every parameter encoded and none in the address', async () => {
    answers = [send(found(3))];
    await engine({ email: 'me+x@example.org', apiKey: 'k&y=1' }).count(query('"α & β #1"[tiab] OR 50%+[ti]'));
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ method: 'POST', path: '/entrez/eutils/esearch.fcgi' });
    const parameters = Object.fromEntries(seen[0]?.parameters ?? []);
    expect(parameters).toMatchObject({
      db: 'pubmed',
      retmode: 'json',
      retmax: '0',
      tool: 'querent',
      email: 'me+x@example.org',
      api_key: 'k&y=1',
    });
    expect(parameters['term']).toContain('"α & β #1"[tiab]');
    expect(parameters['term']).toContain('50%+[ti]');
  });

  it('limits by date from the first year on', async () => {
    answers = [send(found(3))];
    await engine().count(query('a[ti]'), { until: '2016-09-30' });
    expect(Object.fromEntries(seen[0]?.parameters ?? [])).toMatchObject({
      datetype: 'pdat',
      mindate: '1500/01/01',
      maxdate: '2016/09/30',
    });
    expect((await failure(engine().count(query('a[ti]'), { until: 'May 2016' }))).message).toMatch(
      /May 2016.*not a day/,
    );
    expect(seen).toHaveLength(1);
  });

  it('asks for seeds around the query in parentheses', async () => {
    answers = [send(found(2, ['1199', '1000']))];
    const result = await engine().matching(query('a[ti] OR b[ti]'), ['1000', '1199', 'NCT00000102', '1000']);
    expect(result).toEqual(['1000', '1199', '1000']);
    expect(seen).toHaveLength(1);
    expect(seen[0]?.parameters.get('retmax')).toBe('2');
    expect(seen[0]?.parameters.get('term')).toBe('(a[ti] OR b[ti]) AND (1000[uid] OR 1199[uid])');
  });

  it('sends nothing when there is nothing to ask', async () => {
    expect(await engine().matching(query('a[ti]'), ['NCT00000102'])).toEqual([]);
    expect(await engine().summaries([])).toEqual([]);
    expect(seen).toEqual([]);
  });
});

describe('what is answered', () => {
  it('a count comes with translation, time and engine', async () => {
    answers = [send(found(0))];
    const result = await engine().count(query('a[ti]'));
    expect(result).toMatchObject({ count: 0, translation: 'translated', warnings: [] });
    expect(result.provenance).toEqual({
      engine: `pubmed:${baseUrl}/`,
      label: `PubMed (live, ${baseUrl}/)`,
      at: '2026-01-01T00:00:00.000Z',
    });
    expect(createPubMedEngine()).toMatchObject({ id: 'pubmed', label: 'PubMed (live)' });
  });

  it('every list of warnings is shown', async () => {
    answers = [
      send(
        found(5, [], {
          errorlist: { phrasesnotfound: ['fleegle[mh]'], fieldsnotfound: ['xyz'] },
          warninglist: {
            phrasesignored: ['the'],
            quotedphrasesnotfound: ['"odd phrase"[tiab]'],
            outputmessages: ['No items found.'],
          },
        }),
      ),
    ];
    const { warnings } = await engine().count(query('a[ti]'));
    expect(warnings.map(({ code }) => code)).toEqual([
      'phrase-not-found',
      'field-not-found',
      'ignored',
      'phrase-not-found',
      'message',
    ]);
    expect(warnings.map(({ message }) => message).join('\n')).toMatch(
      /fleegle[\s\S]*xyz[\s\S]*the[\s\S]*odd phrase[\s\S]*No items/,
    );
  });

  it('names the limit of what ESearch lists', async () => {
    answers = [send(found(12_000, ['2', '1']))];
    const result = await engine().search(query('a[ti]'));
    expect(result).toMatchObject({ count: 12_000, ids: ['2', '1'] });
    expect(result.warnings).toEqual([
      { code: 'ids-limited', message: 'PubMed lists only the first 9,999 of 12,000 records at once.' },
    ]);
    expect(seen[0]?.parameters.get('retmax')).toBe('9999');
    expect((await engine().search(query('a[ti]'), { limit: 50, offset: 100 })).warnings).toEqual([]);
  });

  it('gives summaries in the order asked for and leaves out what PubMed does not hold', async () => {
    const result = {
      uids: ['2', '1', '3'],
      1: { uid: '1', error: 'cannot get document summary' },
      2: {
        uid: '2',
        title: '<i>E. coli</i> &amp; &#945;-toxin.',
        pubdate: '1987 Apr',
        source: 'J Virol',
        authors: [{ name: 'Davidson D' }, {}],
        articleids: [
          { idtype: 'pubmed', value: '2' },
          { idtype: 'doi', value: '10.1/x' },
        ],
      },
      3: { uid: '3', title: '', pubdate: '', fulljournalname: 'Journal of Virology' },
    };
    answers = [send({ result })];
    expect(await engine().summaries(['3', '1', '2', '9'])).toEqual([
      { id: '3', title: 'PMID 3', journal: 'Journal of Virology', authors: [] },
      {
        id: '2',
        title: 'E. coli & α-toxin.',
        year: 1987,
        journal: 'J Virol',
        authors: ['Davidson D'],
        doi: '10.1/x',
      },
    ]);
  });

  it('measures recall through the one measurement of the house', async () => {
    answers = [send(found(10)), send(found(1, ['7']))];
    expect(await measure(engine(), query('a[ti]'), ['7', '8'])).toMatchObject({
      count: 10,
      found: ['7'],
      missed: ['8'],
      nnr: 10,
    });
  });
});

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
    ['a query too long for the server', send('', 414), { code: 'rejected', retryable: false }, /too long/, 1],
    [
      'a closed connection',
      (response) => response.destroy(),
      { code: 'network', retryable: true },
      /cannot be reached/,
      4,
    ],
    ['silence', () => undefined, { code: 'network', retryable: true }, /did not answer within/, 4],
  ];
  it.each(cases)('%s is an error, never a zero', async (_name, answer, fields, message, requests) => {
    answers = [answer];
    const error = await failure(engine({ timeoutMs: 150, apiKey: 'SECRET-KEY' }).count(query('a[ti]')));
    expect(error).toMatchObject(fields);
    expect(error.message).toMatch(message);
    expect(seen).toHaveLength(requests);
    expect(inspect(error, { depth: 20 })).not.toContain('SECRET-KEY');
  });

  it('goes on after passing faults, waiting as long as the server says', async () => {
    const clock = new FastClock();
    // The server's clock counts, not ours, which may be wrong.
    const there = Date.UTC(2031, 5, 5);
    const date = (ms: number): string => new Date(there + ms).toUTCString();
    answers = [
      send({ error: 'API rate limit exceeded' }, 429, { 'Retry-After': '5' }),
      send('', 503),
      send('', 429, { 'Retry-After': date(7000), Date: date(0) }),
      send(found(7)),
    ];
    expect(await engine({ clock }).count(query('a[ti]'))).toMatchObject({ count: 7 });
    // The gate's own pauses are 1,100 at most.
    expect(clock.slept.filter((ms) => ms > 1100)).toEqual([5000, 7000]);
  });

  it('says where nothing listens', async () => {
    const error = await failure(engine({ baseUrl: 'http://127.0.0.1:9/' }).count(query('a[ti]')));
    expect(error.message).toMatch(/cannot be reached \(\w+\)\. Check the network/);
  });

  it('refuses what is far too long before sending it', async () => {
    const long = Array.from({ length: 40_000 }, (_, index) => `word${index}[tiab]`).join(' OR ');
    expect(await failure(engine().count(query(long)))).toMatchObject({ code: 'unsupported' });
    expect(seen).toEqual([]);
  });

  it('stops when cancelled: before, during the request, and while waiting to try again', async () => {
    expect(await failure(engine().count(query('a[ti]'), { signal: AbortSignal.abort() }))).toMatchObject({
      code: 'aborted',
    });
    expect(seen).toEqual([]);

    const during = new AbortController();
    answers = [() => during.abort()];
    expect(await failure(engine().count(query('a[ti]'), { signal: during.signal }))).toMatchObject({
      code: 'aborted',
    });

    const waiting = new AbortController();
    answers = [send('', 429, { 'Retry-After': '15' })];
    const { systemClock } = await import('../clock.ts');
    setTimeout(() => waiting.abort(), 100);
    const start = performance.now();
    const error = await failure(
      engine({ clock: systemClock }).count(query('a[ti]'), { signal: waiting.signal }),
    );
    expect(error.code).toBe('aborted');
    expect(performance.now() - start).toBeLessThan(3000);

    const closed = engine();
    answers = [() => void closed.close()];
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
          answers = [send(body)];
          const ask = engine({ firstPauseMs: 0 });
          const result: unknown = await ask.count(query('a[ti]')).catch((error: unknown) => error);
          expect(result instanceof SearchError || (result as { count: number }).count >= 0).toBe(true);
          const summaries: unknown = await ask.summaries(['1']).catch((error: unknown) => error);
          expect(summaries instanceof SearchError || Array.isArray(summaries)).toBe(true);
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('the rate', () => {
  it('stays at three requests in any second, as the server sees it', async () => {
    const { systemClock } = await import('../clock.ts');
    answers = [send(found(1))];
    const [one, other] = [engine({ clock: systemClock }), engine({ clock: systemClock })]; // share the limit
    await Promise.all(
      Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? one : other).count(query('a[ti]'))),
    );
    const times = seen.map(({ at }) => at);
    expect(times).toHaveLength(10);
    times.forEach((at, index) => {
      const third = times[index - 3];
      expect(third === undefined || at - third >= 1000, times.join(' ')).toBe(true);
    });
  });
});

const data = process.env['QUERENT_DATA'] ?? join(import.meta.dirname, '../../../../../shared/data');
const hasData = existsSync(join(data, 'eutils'));
if (!hasData) {
  console.warn(
    `Recorded E-utilities answers are not replayed: no ${join(data, 'eutils')} (set QUERENT_DATA).`,
  );
}
describe.skipIf(!hasData)('recorded answers of NCBI', () => {
  const recorded = (name: string): string => readFileSync(join(data, 'eutils/json2012', name), 'utf8');

  it('ESearch with translation and a phrase that was not found', async () => {
    answers = [send(recorded('esearch.error.json'))];
    expect(await engine().count(query('obstetrics[mh] OR fleegle[mh]'))).toMatchObject({
      count: 5163,
      translation: '"obstetrics"[MeSH Terms]',
      warnings: [
        { code: 'phrase-not-found', message: expect.stringContaining('fleegle[MeSH Terms]') as string },
      ],
    });
    answers = [send(recorded('esearch.pubmed.json'))];
    const result = await engine().search(query('cancer'), { limit: 100 });
    expect(result.count).toBe(15169);
    expect(result.ids).toHaveLength(100);
    expect(result.translation).toMatch(/neoplasms/);
  });

  it.each(['esearch.baderror.json', 'esummary.error.json', 'einfo.error.json'])(
    '%s is an error',
    async (name) => {
      answers = [send(recorded(name))];
      const work = name.startsWith('esummary') ? engine().summaries(['1']) : engine().count(query('a[ti]'));
      expect((await failure(work)).message).not.toBe('');
    },
  );

  it('ESummary', async () => {
    answers = [send(recorded('esummary.pubmed.json'))];
    const [summary, ...rest] = await engine().summaries(['5683731', '22144687']);
    expect(summary).toEqual({
      id: '5683731',
      title: 'An assistive device for smoking.',
      year: 1968,
      journal: 'Paraplegia',
      authors: ['Goldberg MJ', 'Davis LJ'],
      doi: '10.1038/sc.1968.18',
    });
    expect(rest).toHaveLength(1);
    answers = [send(recorded('esummary.pmcerror.json'))];
    expect((await engine().summaries(['254085', '1', '14900'])).map(({ id }) => id)).toEqual([
      '254085',
      '14900',
    ]);
  });

  const rows = hasData
    ? readFileSync(join(data, 'pubmed/recorded_esearch_srws.jsonl'), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map(
          (line) => JSON.parse(line) as { id: string; query: string; count: string; esearchresult?: object },
        )
        .filter(({ esearchresult }) => esearchresult !== undefined)
    : [];
  it.each(rows)('$id of 2025: the query is sent as written, the count read as recorded', async (row) => {
    answers = [send({ esearchresult: row.esearchresult })];
    expect(await engine().count(query(row.query))).toMatchObject({ count: Number(row.count), warnings: [] });
    const sent = seen[0]?.parameters.get('term') ?? '';
    const plain = (text: string): string =>
      text
        .toLowerCase()
        .replace(/[\s()]/g, '')
        .replaceAll('[mesh]', '[mh]');
    expect(plain(sent)).toBe(plain(row.query));
  });
});
