import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeFolder } from './cacheFiles.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'querent-cache-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

it('makes a folder once, though several threads want it at the same time', async () => {
  const path = join(home, 'a', 'b', 'c');
  await Promise.all(Array.from({ length: 8 }, () => makeFolder(path)));
  expect((await stat(path)).isDirectory()).toBe(true);
});

it('says what stands in its way', async () => {
  await writeFile(join(home, 'file'), '');
  await expect(makeFolder(join(home, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeFolder(join(home, 'file', 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  if (existsSync('/proc/self'))
    await expect(makeFolder('/proc/self/a/b')).rejects.toMatchObject({ code: 'ENOENT' });
});
