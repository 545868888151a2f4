/** `querent-trainer rewards serve` as people start it. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRewardClient } from '../../trainer/src/rewardService/client.ts';
import { randomItems } from '../../trainer/src/rewardService/testing/library.ts';
import { querentJson } from './runQuerent.ts';

const main = join(import.meta.dirname, '../../trainer/src/cli/main.ts');
let folder: string;
let library: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-rewards-'));
  library = join(folder, 'library.sqlite');
  const records = join(folder, 'records.jsonl');
  const titles = [
    'aspirin after stroke',
    'stroke surgery',
    'bleeding in children',
    'vitamin trial',
    'exercise',
  ];
  const rows = Array.from({ length: 64 }, (_, i) => ({ pmid: String(1000 + i), title: titles[i % 5], year: 1990 + (i % 30) })); // prettier-ignore
  await writeFile(records, rows.map((row) => JSON.stringify(row)).join('\n'));
  await querentJson(['corpus', 'build', records, '--out', library, '--json']);
});
afterAll(async () => {
  for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

interface Serving {
  readonly url: string;
  readonly child: ChildProcess;
  /** Lines on stdout so far. */
  readonly lines: readonly string[];
  readonly stderr: () => string;
}

async function serve(...args: readonly string[]): Promise<Serving> {
  const child = spawn(process.execPath, [main, 'rewards', 'serve', ...args], {
    env: { ...process.env, NCBI_API_KEY: 'secret-key-of-a-person' },
  });
  children.push(child);
  const lines: string[] = [];
  const err: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  const reader = createInterface(child.stdout);
  reader.on('line', (line) => lines.push(line));
  await Promise.race([
    once(reader, 'line'),
    once(child, 'close').then(() => {
      throw new Error(`The service did not start: ${Buffer.concat(err).toString()}`);
    }),
  ]);
  const { url } = JSON.parse(lines[0] ?? '') as { url: string };
  return { url, child, lines, stderr: () => Buffer.concat(err).toString() };
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

it('prints its address first, scores, tells how it is, and ends with SIGTERM', async () => {
  const log = join(folder, 'log.jsonl');
  const { url, child, lines, stderr } = await serve('--corpus', library, '--log', log, '--sample-log', '1', '--workers', '2'); // prettier-ignore
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const items = randomItems(60, 7);
  const answered = await createRewardClient({ url }).score(items);
  expect(answered.map(({ id }) => id)).toEqual(items.map(({ id }) => id));
  expect(answered.filter(({ error }) => error !== null)).toEqual([]);
  const health = await createRewardClient({ url }).health();
  expect(health.engines[0]).toMatchObject({ part: 'citations', records: 64 });
  expect(health.versions.querent).toMatch(/^\d+\.\d+\.\d+$/);
  const metrics = await (await fetch(`${url}/v1/metrics`)).text();
  expect(metrics).toMatch(/^querent_rewards_items_total\{task="publication",outcome="paid"\} \d+$/m);
  child.kill('SIGTERM');
  expect(await ended(child)).toBe(0);
  expect(lines.length).toBe(1);
  expect(stderr()).toMatch(/^SIGTERM: no more requests are taken/);
  const text = await readFile(log, 'utf8');
  const events = text.trim().split('\n').map((line) => JSON.parse(line) as { event: string; at: string }); // prettier-ignore
  expect(events.map(({ event }) => event)).toEqual(['started', ...items.map(() => 'sample'), 'request', 'request', 'request', 'stopped']); // prettier-ignore
  expect(events.every(({ at }) => !Number.isNaN(Date.parse(at)))).toBe(true);
  expect(text).not.toContain('secret-key-of-a-person');
});

it('killed in the middle and started again, it gives the same rewards to a client that asks again', async () => {
  const items = randomItems(200, 11);
  const first = await serve('--corpus', library, '--workers', '1');
  const port = new URL(first.url).port;
  const client = createRewardClient({ url: first.url, batch: 5, attempts: 10, firstPauseMs: 200 });
  const expected = await client.score(items);
  const again = client.score(items);
  first.child.kill('SIGKILL');
  await ended(first.child);
  const second = await serve('--corpus', library, '--workers', '1', '--port', port);
  expect(await again).toEqual(expected);
  second.child.kill('SIGINT');
  expect(await ended(second.child)).toBe(0);
});

describe('bad usage', () => {
  it.each([
    [[], /Say where queries are run: --corpus LIBRARY/],
    [['--corpus', '/no/such/library.sqlite'], /There is no file \/no\/such\/library\.sqlite/],
    [['--live', '--workers', '2'], /--workers goes up to 1/],
    [['--corpus', 'x', '--sample-log', '0.5'], /Add --log FILE/],
    [['--corpus', 'x', '--log', '/no/such/folder/log'], /--log \/no\/such\/folder\/log cannot be written/],
    [['--task-folder', '/no/such/task', '--live'], /There is no task folder/],
  ])('%j', async (args, message) => {
    const child = spawn(process.execPath, [main, 'rewards', 'serve', ...args]);
    children.push(child);
    const err: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    expect(await ended(child)).toBe(2);
    expect(Buffer.concat(err).toString()).toMatch(message);
  });

  it('a port that is in use', async () => {
    const running = await serve('--corpus', library, '--workers', '1');
    const { port } = new URL(running.url);
    const child = spawn(process.execPath, [main, 'rewards', 'serve', '--corpus', library, '--port', port]);
    children.push(child);
    const err: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    expect(await ended(child)).toBe(2);
    expect(Buffer.concat(err).toString()).toMatch(/Port \d+ of 127\.0\.0\.1 is in use/);
    running.child.kill('SIGTERM');
    expect(await ended(running.child)).toBe(0);
  });
});
