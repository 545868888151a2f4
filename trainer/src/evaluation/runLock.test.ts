import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockRun } from './runLock.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('has one holder of many that come and go at any moment, and leaves nothing', async () => {
  let inside = 0;
  let most = 0;
  let entered = 0;
  const comeAndGo = async (): Promise<void> => {
    for (let visit = 0; visit < 100; visit++)
      try {
        const unlock = await lockRun(folder);
        entered++;
        most = Math.max(most, ++inside);
        await new Promise((resolve) => setImmediate(resolve));
        inside--;
        await unlock();
      } catch (error) {
        expect(String(error)).toContain('Another command is writing into');
      }
  };
  await Promise.all(Array.from({ length: 8 }, comeAndGo));
  expect(most).toBe(1);
  expect(entered).toBeGreaterThan(10);
  expect(await readdir(folder)).toEqual([]);
});

it.each([
  ['of a process that is gone', JSON.stringify({ pid: 2 ** 30, host: hostname() })],
  ['that is damaged', '{"pid'],
  ['that is empty', ''],
])('takes over a lock %s', async (_, text) => {
  await writeFile(join(folder, 'run.lock'), text);
  await (
    await lockRun(folder)
  )();
  expect(await readdir(folder)).toEqual([]);
});

it.each([
  ['of this machine', { pid: process.pid, host: hostname() }],
  ['of another machine', { pid: 1, host: 'elsewhere' }],
])('leaves a lock %s to its holder', async (_, holder) => {
  await writeFile(join(folder, 'run.lock'), JSON.stringify(holder));
  await expect(lockRun(folder)).rejects.toThrow(`process ${holder.pid} on ${holder.host}`);
  expect(await readdir(folder)).toEqual(['run.lock']);
});

it('takes the place of a link that leads nowhere', async () => {
  await symlink(join(folder, 'nowhere'), join(folder, 'run.lock'));
  await (
    await lockRun(folder)
  )();
  expect(await readdir(folder)).toEqual([]);
});
