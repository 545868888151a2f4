import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scoreItem } from '@querent/core/tasks';
import type { ScoreItem } from '@querent/core/tasks';
import { loadTasks } from '../taskFolders.ts';
import { openWorld } from '../world/openWorld.ts';
import { createRewardClient } from './client.ts';
import { serveHttp } from './httpServer.ts';
import type { RunningServer } from './httpServer.ts';
import type { AnsweredItem, FaultResponse, Health, ScoreResponse } from './protocol.ts';
import { RewardService } from './service.ts';
import type { ServiceOptions } from './service.ts';
import { completed, randomItems, smallLibrary } from './testing/library.ts';

/** For what comes soon, and later on a machine that is busy. */
const patient = { interval: 5, timeout: 10_000 };
const taskFolders = [resolve(import.meta.dirname, 'testing/awkwardTask')];
let library: Awaited<ReturnType<typeof smallLibrary>>;
let service: RewardService;
let server: RunningServer;

async function open(changes: Partial<ServiceOptions> = {}) {
  const opened = await RewardService.open({
    world: { corpus: library.path, cachePath: library.folder },
    taskFolders,
    workers: 2,
    concurrency: 1,
    limits: { items: 500, bodyBytes: 2_000_000, completion: 150_000, queue: 400, itemMs: 1_000 },
    cache: 1_000,
    log: { stderr: () => undefined },
    sampleShare: 0,
    version: '0.0.0',
    ...changes,
  });
  return { service: opened, server: await serveHttp(opened, '127.0.0.1', 0) };
}

beforeAll(async () => {
  library = await smallLibrary();
  ({ service, server } = await open());
});
afterAll(async () => {
  await server.stop(1_000);
  await library.remove();
});

type Body = string | Uint8Array<ArrayBuffer>;
async function post(body: Body, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(`${server.url}/v1/score`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body,
  });
}
async function score(items: readonly unknown[]): Promise<readonly AnsweredItem[]> {
  const response = await post(JSON.stringify({ items }));
  expect(response.status).toBe(200);
  return ((await response.json()) as ScoreResponse).items;
}
async function metric(name: string, labels = ''): Promise<number> {
  const text = await (await fetch(`${server.url}/v1/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${name}${labels} `));
  return Number(line?.split(' ')[1] ?? 0);
}
function order(query: string, id: string): ScoreItem {
  return { id, task: 'awkward', completion: completed(query), target: {} };
}

it('gives the same bits as scoring in this process, in the order of the request', async () => {
  const items = randomItems(400, 42);
  const answered = await score(items);
  const world = await openWorld({ corpus: library.path, cachePath: library.folder });
  const tasks = await loadTasks(taskFolders);
  const here = [];
  for (const item of items) here.push(await scoreItem(item, tasks, world));
  await world.close();
  expect(answered).toEqual(here);
  // The sample is worth something: rewards of many sizes, problems, queries.
  expect(new Set(here.map(({ reward }) => reward)).size).toBeGreaterThan(50);
  expect(here.filter(({ problem }) => problem !== null).length).toBeGreaterThan(20);
  expect(here.filter(({ error }) => error !== null)).toEqual([]);
  // And once more, from what it remembers, by its own client, in other batches.
  expect(await createRewardClient({ url: server.url, batch: 64 }).score(items)).toEqual(here);
});

describe('items', () => {
  it('have the same keys, whatever becomes of them', async () => {
    const answered = await score([
      order('aspirin[tiab]', 'good'),
      order('fail', 'failing'),
      { id: 'unknown', task: 'none', completion: '', target: [] },
      { id: 'bad' },
      7,
      { ...order('x', 'reward'), context: { reward: 'none' } },
      { id: 'target', task: 'publication', completion: completed('aspirin'), target: { sql: 'SELECT 1' } },
      { id: 'text', task: 'awkward', completion: 'I do not know.', target: {} },
    ]);
    const [good] = answered;
    for (const item of answered) {
      expect(Object.keys(item)).toEqual(Object.keys(good ?? {}));
      expect(Object.keys(item.measured)).toEqual(Object.keys(good?.measured ?? {}));
      expect(item.reward === null).toBe(item.error !== null);
    }
    expect(answered.map(({ id }) => id)).toEqual(['good', 'failing', 'unknown', 'bad', null, 'reward', 'target', 'text']); // prettier-ignore
    expect(answered.map(({ error }) => error)).toEqual([
      null,
      'The engine cannot be reached.',
      expect.stringMatching(/no task none/),
      expect.stringMatching(/no "task"/),
      expect.stringMatching(/no object/),
      expect.stringMatching(/no reward none/),
      expect.stringMatching(/relevant must be a list/),
      null,
    ]);
    expect(answered.at(-1)?.problem).toMatch(/no <answer>/);
  });

  it('of 100 kB are scored, larger ones are told', async () => {
    const [large, larger] = await score([
      { ...order('aspirin[tiab]', 'a'), completion: `<think>${'so '.repeat(33_000)}</think>${completed('aspirin')}` }, // prettier-ignore
      { ...order('aspirin[tiab]', 'b'), completion: 'x'.repeat(150_001) },
    ]);
    expect(large?.reward).toBeGreaterThan(0);
    expect(larger?.error).toMatch(/"completion" has 150001 characters; at most 150000/);
  });

  it('that are equal are scored once', async () => {
    const before = await metric('querent_rewards_duplicates_total');
    const answered = await score([1, 2, 3].map((n) => order('surgery[tiab]', String(n))));
    expect(new Set(answered.map(({ reward }) => reward)).size).toBe(1);
    expect(answered.map(({ id }) => id)).toEqual(['1', '2', '3']);
    expect(await metric('querent_rewards_duplicates_total')).toBe(before + 2);
  });

  it('are remembered, errors are not', async () => {
    const hits = await metric('querent_rewards_cache_hits_total');
    for (let i = 0; i < 2; i++) await score([order('vitamin[tiab]', 'a'), order('fail', 'b')]);
    expect(await metric('querent_rewards_cache_hits_total')).toBe(hits + 1);
  });
});

describe('what a worker does not survive', () => {
  it('a computation that hangs costs its own item an error, and no other one', async () => {
    const stuck = await metric('querent_rewards_worker_restarts_total', '{reason="stuck"}');
    const queries = ['stroke', 'hang', 'children', 'exercise', 'bleeding', 'placebo', 'trial'];
    const answered = await score(queries.map((query) => order(query, query)));
    expect(answered.find(({ id }) => id === 'hang')?.error).toMatch(
      /longer than 1000 ms and could not be stopped/,
    );
    expect(answered.filter(({ error }) => error === null).length).toBe(queries.length - 1);
    expect(await metric('querent_rewards_worker_restarts_total', '{reason="stuck"}')).toBe(stuck + 1);
  });

  it('a crash is tried once more, then it is an error', async () => {
    const { restarts } = service.health().workers;
    const answered = await score(['aspirin', 'crash', 'stroke'].map((query) => order(query, query)));
    expect(answered.map(({ error }) => error)).toEqual([
      null,
      expect.stringMatching(/stopped unexpectedly \(The worker is broken\.\), twice/),
      null,
    ]);
    const health = (await (await fetch(`${server.url}/v1/health`)).json()) as Health;
    expect(health.workers.restarts - restarts).toBe(2);
  });

  it('what only waits is stopped in time, and the worker goes on', async () => {
    const restarts = service.health().workers.restarts;
    const [late] = await score([order('wait', 'a')]);
    expect(late?.error).toMatch(/took longer than 1000 ms/);
    expect(service.health().workers.restarts).toBe(restarts);
  });

  it('a fault of a task is an item error', async () => {
    const [broken] = await score([order('break', 'a')]);
    expect(broken).toMatchObject({ reward: null, error: expect.stringMatching(/The task has a fault/) });
  });
});

describe('requests', () => {
  it.each<[string, Body, Readonly<Record<string, string>>, number, string]>([
    ['no JSON', 'items', {}, 400, 'bad-request'],
    ['not UTF-8', Uint8Array.of(0x22, 0xc3, 0x28, 0x22), {}, 400, 'bad-request'],
    ['another type', 'items=1', { 'Content-Type': 'application/x-www-form-urlencoded' }, 415, 'not-json'],
    ['packed', '{}', { 'Content-Encoding': 'gzip' }, 415, 'encoded'],
    ['too large', ' '.repeat(2_000_001), {}, 413, 'body-too-large'],
    ['too many items', JSON.stringify({ items: Array(501).fill(0) }), {}, 413, 'too-many-items'],
  ])('%s', async (_, body, headers, status, code) => {
    const response = await post(body, headers);
    expect(response.status).toBe(status);
    expect(((await response.json()) as FaultResponse).error.code).toBe(code);
  });

  it.each([
    ['GET', '/', 404, null],
    ['GET', '/v1/score', 405, 'POST'],
    ['POST', '/v1/health', 405, 'GET, HEAD'],
    ['DELETE', '/v1/metrics', 405, 'GET, HEAD'],
  ])('%s %s', async (method, path, status, allow) => {
    const response = await fetch(`${server.url}${path}`, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([status, allow]);
    expect(await response.json()).toEqual({
      error: { code: expect.any(String), message: expect.any(String) },
    });
  });

  it('a body without a length that grows too large is refused before it is complete', async () => {
    const chunk = new TextEncoder().encode(' '.repeat(500_000));
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        if (sent++ < 6) controller.enqueue(chunk);
        else controller.close();
      },
    });
    const response = await fetch(`${server.url}/v1/score`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
      duplex: 'half',
    });
    expect(response.status).toBe(413);
  });

  it('keep their id', async () => {
    const named = await post('{"items": []}', { 'X-Request-Id': 'step-7' });
    expect(named.headers.get('x-request-id')).toBe('step-7');
    const odd = await post('{"items": []}', { 'X-Request-Id': 'a b' });
    expect(odd.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
  });

  it('of a client that went away are given up', async () => {
    const sent = httpRequest(`${server.url}/v1/score`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
    });
    sent.on('error', () => undefined);
    sent.end(JSON.stringify({ items: Array.from({ length: 40 }, (_, n) => order('wait', `w${n}`)) }));
    await expect.poll(() => service.health().queue.running, patient).toBeGreaterThan(0);
    sent.destroy();
    // Forty times a second on two workers would be twenty seconds.
    await expect.poll(() => service.health().queue, patient).toEqual({ waiting: 0, running: 0 });
    await expect
      .poll(() => metric('querent_rewards_requests_total', '{path="/v1/score",status="499"}'), patient)
      .toBe(1);
  });
});

it('a client that goes away takes no item of another one with it, though a worker has both', async () => {
  const one = await open({ workers: 1, cache: 0 });
  const send = (id: string, queries: readonly string[], signal?: AbortSignal): Promise<Response> =>
    fetch(`${one.server.url}/v1/score`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ items: queries.map((query, n) => ({ ...order(query, `${id}${n}`), target: { id, n } })) }), // prettier-ignore
      ...(signal === undefined ? {} : { signal }),
    });
  const waiting = (count: number): Promise<void> =>
    expect.poll(() => one.service.health().queue.waiting, patient).toBe(count);
  const first = send('first', ['slow', 'slow']);
  await waiting(1);
  // While the worker is busy: what it does next is one piece of work, with an item of each of the three.
  const staying = send('staying', ['slow']);
  await waiting(2);
  const controller = new AbortController();
  const leaving = send('leaving', ['wait', 'wait', 'wait'], controller.signal).catch(() => undefined);
  await waiting(5);
  await waiting(2);
  controller.abort();
  await leaving;
  for (const response of [await first, await staying]) {
    const { items } = (await response.json()) as ScoreResponse;
    expect(items.map(({ error }) => error)).toEqual(items.map(() => null));
  }
  await one.server.stop(1_000);
});

it('what nobody waits for any more is stopped where it waits, long before its time is over', async () => {
  const slow = await open({ workers: 1, limits: { ...service.limits, itemMs: 60_000 } });
  const send = (query: string, signal: AbortSignal): Promise<Response> =>
    fetch(`${slow.server.url}/v1/score`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ items: [order(query, query)] }),
      signal,
    });
  const controller = new AbortController();
  const left = send('wait', controller.signal).catch(() => undefined);
  await expect.poll(() => slow.service.health().queue.running, patient).toBe(1);
  controller.abort();
  await left;
  const { items } = (await (await send('aspirin', AbortSignal.timeout(20_000))).json()) as ScoreResponse;
  expect(items[0]?.error).toBeNull();
  await slow.server.stop(1_000);
});

it('a library that changes is not mixed with what it was: the service fails until it is back', async () => {
  const other = await smallLibrary();
  const text = await readFile(other.path, 'utf8');
  const fickle = await open({ world: { corpus: other.path, cachePath: other.folder }, workers: 1 });
  const client = createRewardClient({ url: fickle.server.url, attempts: 1 });
  await appendFile(other.path, '\n{"pmid": "9999", "title": "Aspirin"}');
  // Its worker is lost; another one would score on other records.
  const [crashed] = await client.score([order('crash', 'a')]);
  expect(crashed?.error).toMatch(/changed after the service was started. Start the service again/);
  const [refused] = await client.score([order('aspirin', 'b')]);
  expect(refused).toMatchObject({ reward: null, error: expect.stringMatching(/changed after/) });
  const response = await fetch(`${fickle.server.url}/v1/health`);
  expect([response.status, await response.json()]).toMatchObject([503, { status: 'failing', workers: { alive: 0 } }]); // prettier-ignore
  await writeFile(other.path, text);
  await expect.poll(() => fickle.service.health().status, { timeout: 20_000 }).toBe('ready');
  expect((await client.score([order('aspirin', 'c')]))[0]?.error).toBeNull();
  await fickle.server.stop(1_000);
  await other.remove();
});

it('tells what it is', async () => {
  const response = await fetch(`${server.url}/v1/health`);
  expect(response.status).toBe(200);
  const health = (await response.json()) as Health;
  expect(health).toMatchObject({
    status: 'ready',
    problem: null,
    versions: { querent: '0.0.0', node: process.versions.node },
    workers: { wanted: 2, alive: 2 },
    limits: service.limits,
  });
  expect(health.engines.map(({ part, records }) => [part, records])).toEqual([
    ['citations', 64],
    ['ranking', 64],
  ]);
  const awkward = health.tasks.find(({ id }) => id === 'awkward');
  expect(awkward?.rewards).toEqual(['only']);
  expect(awkward?.templates['reasoning']?.hash).toMatch(/^[\da-f]{64}$/);
  const text = await (await fetch(`${server.url}/v1/metrics`)).text();
  for (const name of ['requests_total', 'items_total', 'queue_depth', 'in_flight', 'request_seconds_bucket'])
    expect(text).toContain(`querent_rewards_${name}`);
  expect(text).toContain('process_resident_memory_bytes');
});

describe('a full queue', () => {
  it('takes a request that is larger than all of it when nothing waits: it could never be taken otherwise', async () => {
    const tiny = await open({ workers: 1, limits: { ...service.limits, queue: 5 } });
    const items = randomItems(20, 3);
    const answered = await createRewardClient({ url: tiny.server.url, attempts: 1 }).score(items);
    expect(answered.map(({ id }) => id)).toEqual(items.map(({ id }) => id));
    await tiny.server.stop(1_000);
  });

  it('refuses what is too much, and says when to come again', async () => {
    const small = await open({
      workers: 1,
      limits: { items: 100, bodyBytes: 100_000, completion: 1_000, queue: 20, itemMs: 300 },
    });
    const body = (from: number): string =>
      JSON.stringify({ items: Array.from({ length: 19 }, (_, n) => order('wait', `${from + n}`)).map((item, n) => ({ ...item, target: { n: from + n } })) }); // prettier-ignore
    const send = (from: number): Promise<Response> =>
      fetch(`${small.server.url}/v1/score`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: body(from),
      });
    const abort = new AbortController();
    const first = send(0);
    await expect.poll(() => small.service.health().queue.running, patient).toBeGreaterThan(0);
    const refused = await send(100);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(((await refused.json()) as FaultResponse).error.message).toMatch(/items wait already, 19 more/);
    abort.abort();
    // Stopped before it is done: no item gets an answer, so that a client sends all of them again.
    expect(await small.server.stop(100)).toBe(false);
    const late = await first;
    expect([late.status, late.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await late.json()).toMatchObject({ error: { code: 'stopping' } });
  });
});

it('stops when all is answered, and takes no more', async () => {
  const stopping = await open({ workers: 1 });
  const url = `${stopping.server.url}/v1/score`;
  const send = (): Promise<Response> =>
    fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ items: [order('wait', 'a'), order('aspirin', 'b')] }),
    });
  const running = send();
  await expect.poll(() => stopping.service.health().queue.running, patient).toBeGreaterThan(0);
  const stopped = stopping.server.stop(5_000);
  expect(stopping.service.health().status).toBe('stopping');
  const { items } = (await (await running).json()) as ScoreResponse;
  expect(items.map(({ error }) => error === null)).toEqual([false, true]);
  expect(await stopped).toBe(true);
  await expect(send()).rejects.toThrow();
});

it('an engine that fails in the middle of a batch costs its items an error, and the others nothing', async () => {
  // An E-utilities service that never answers some queries, and finds PMID 1 with all others.
  let [unanswered, mostUnanswered] = [0, 0];
  const eutils = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (Buffer.concat(chunks).includes('broken')) {
        mostUnanswered = Math.max(mostUnanswered, ++unanswered);
        response.on('close', () => unanswered--);
        return;
      }
      const summaries = { result: { uids: ['1'], 1: { uid: '1', title: 'One' } } };
      const found = { esearchresult: { count: '1', idlist: ['1'] } };
      response.end(JSON.stringify(request.url?.includes('esummary') === true ? summaries : found));
    });
  });
  await new Promise<void>((done) => eutils.listen(0, '127.0.0.1', done));
  const { port } = eutils.address() as AddressInfo;
  const remote = await open({
    world: { eutils: `http://127.0.0.1:${port}`, cachePath: library.folder },
    workers: 1,
    concurrency: 8,
    limits: { ...service.limits, itemMs: 1_000 },
  });
  const queries = ['aspirin', 'broken one', 'stroke', 'broken two', 'surgery', 'broken three'];
  const items = queries.map((query) => ({ id: query, task: 'publication', completion: completed(query), target: { relevant: ['1'] } })); // prettier-ignore
  const answered = await createRewardClient({ url: remote.server.url }).score(items);
  // They waited side by side.
  expect(mostUnanswered).toBeGreaterThanOrEqual(3);
  for (const { id, reward, error } of answered)
    if (id?.startsWith('broken') === true) {
      expect(reward).toBeNull();
      expect(error).toMatch(/took longer than 1000 ms/);
    } else expect(reward).toBeGreaterThan(0.9);
  await remote.server.stop(1_000);
  eutils.closeAllConnections();
  eutils.close();
});

it('of several items on their way in one worker, only the one that hangs is an error', async () => {
  const wide = await open({ workers: 1, concurrency: 4, limits: { ...service.limits, itemMs: 500 } });
  const queries = ['aspirin', 'wait', 'hang', 'stroke', 'crash', 'surgery'];
  const answered = await createRewardClient({ url: wide.server.url }).score(
    queries.map((query) => order(query, query)),
  );
  expect(answered.map(({ id, error }) => [id, error === null])).toEqual([
    ['aspirin', true],
    ['wait', false],
    ['hang', false],
    ['stroke', true],
    ['crash', false],
    ['surgery', true],
  ]);
  await wide.server.stop(1_000);
});

it('a world that cannot be opened is told', async () => {
  await expect(open({ world: { corpus: '/no/such/library.sqlite' } })).rejects.toMatchObject({
    code: 'bad-library',
    message: expect.stringMatching(/no file \/no\/such\/library\.sqlite/),
  });
  await expect(open({ taskFolders: ['/no/such/task'] })).rejects.toThrow(/no task folder/);
});
