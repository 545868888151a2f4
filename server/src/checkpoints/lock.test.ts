/** Locks between real processes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeLock } from './lock.ts';

let folder: string;
let count = 0;
const next = (): string => join(folder, 'deep', `${count++}.lock`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-lock-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const module = pathToFileURL(join(import.meta.dirname, 'lock.ts')).href;

describe('a lock', () => {
  it('is held by one at a time, of many who want it', async () => {
    const path = next();
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        const lock = await takeLock(path);
        most = Math.max(most, ++inside);
        await new Promise((done) => setTimeout(done, 5));
        inside--;
        await lock.release();
      }),
    );
    expect(most).toBe(1);
    await expect(readFile(path)).rejects.toThrow(/ENOENT/);
  });

  it('of a process that was killed is taken over at once', async () => {
    const path = next();
    const program = `import { takeLock } from ${JSON.stringify(module)}; await takeLock(${JSON.stringify(path)}); console.log('held'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    let waited = 0;
    const waiting = takeLock(path, { onWait: () => void waited++ });
    await expect.poll(() => waited).toBeGreaterThan(0);
    child.kill('SIGKILL');
    const lock = await waiting;
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ pid: process.pid });
    await lock.release();
  });

  it('of another machine is taken over when it gives no sign of life, and not while it does', async () => {
    const path = next();
    await (await takeLock(path)).release();
    await writeFile(path, JSON.stringify({ token: 'x', pid: 1, host: `not-${hostname()}` }));
    const alive = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), 20);
    await expect(takeLock(path, { patienceMs: 1_000, staleMs: 700 })).rejects.toThrow(/does not let go/);
    clearInterval(alive);
    await (await takeLock(path, { patienceMs: 60_000, staleMs: 700 })).release();
  });

  it('that is nonsense is one of a process that died in writing it', async () => {
    const path = next();
    await (await takeLock(path)).release();
    await writeFile(path, '{');
    await (await takeLock(path, { patienceMs: 60_000, staleMs: 200 })).release();
  });

  it('that somebody took over is lost, and not removed by the one who lost it', async () => {
    const path = next();
    const lock = await takeLock(path, { staleMs: 400 });
    await writeFile(path, JSON.stringify({ token: 'other', pid: process.pid, host: hostname() }));
    await expect.poll(() => lock.lost.aborted).toBe(true);
    await lock.release();
    expect(await readFile(path, 'utf8')).toContain('other');
  });

  it('is waited for no longer than one wants', async () => {
    const path = next();
    const lock = await takeLock(path);
    const controller = new AbortController();
    const waiting = takeLock(path, { signal: controller.signal });
    setTimeout(() => controller.abort(), 20);
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
    await expect(takeLock(path, { patienceMs: 10 })).rejects.toMatchObject({ code: 'in-use' });
    await lock.release();
  });
});
