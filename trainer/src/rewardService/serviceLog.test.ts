import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ServiceLog } from './serviceLog.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-log-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('adds JSON lines, in order, without secrets', async () => {
  const path = join(folder, 'log.jsonl');
  const stderr: string[] = [];
  const secrets = ['key "with" quotes', 'a', ''];
  const log = new ServiceLog({ path, stderr: (line) => stderr.push(line), secrets });
  log.write({ level: 'info', event: 'one', text: 'key "with" quotes, and a\nline' });
  log.write({ level: 'warning', event: 'two' });
  await log.flush();
  log.write({ level: 'info', event: 'three' });
  await log.flush();
  const lines = (await readFile(path, 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as unknown); // prettier-ignore
  expect(lines).toMatchObject([
    { level: 'info', event: 'one', text: '***, and a\nline' },
    { level: 'warning', event: 'two' },
    { event: 'three' },
  ]);
  expect(stderr).toEqual([expect.stringContaining('"event":"two"')]);
});

it('a disk that takes nothing costs lines, which are counted and told once, and nothing else', async () => {
  const stderr: string[] = [];
  let lost = 0;
  const log = new ServiceLog({
    path: join(folder, 'none', 'log.jsonl'),
    stderr: (line) => stderr.push(line),
    onLost: (lines) => (lost += lines),
  });
  for (let i = 0; i < 3; i++) {
    log.write({ level: 'info', event: 'one' });
    log.write({ level: 'info', event: 'two' });
    await log.flush();
  }
  expect(lost).toBe(6);
  expect(stderr).toEqual([expect.stringMatching(/cannot be written \(ENOENT.*scoring goes on/)]);
});

it('loses lines rather than memory', async () => {
  let lost = 0;
  const log = new ServiceLog({
    path: join(folder, 'log.jsonl'),
    stderr: () => undefined,
    onLost: (lines) => (lost += lines),
  });
  const text = 'x'.repeat(3 * 1024 * 1024);
  for (let i = 0; i < 4; i++) log.write({ level: 'info', event: 'large', text });
  await log.flush();
  expect(lost).toBe(2);
});
