import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { cacheFolder } from './cacheFolder.ts';
import { rankedCache } from './rankedCache.ts';

const root = mkdtempSync(join(tmpdir(), 'querent-cache-'));
let folder = root;
let number = 0;
beforeEach(() => {
  folder = join(root, String(number++));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const cache = (engineId = 'library:abc', library = 'lib.sqlite'): ReturnType<typeof rankedCache> =>
  rankedCache({ folder, library, engineId });
const files = (): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
const bytes = new Uint8Array([1, 2, 3, 4]);

describe('an index', () => {
  it('that was kept comes back, for these records only', async () => {
    expect(await cache().load()).toBeUndefined();
    await cache().store(bytes);
    expect(new Uint8Array((await cache().load()) ?? [])).toEqual(bytes);
    expect(await cache('library:def').load()).toBeUndefined();
    expect(await cache('library:abc', 'other.sqlite').load()).toBeUndefined();
    // Another MeSH, the same records.
    expect(await cache('library:abc+mesh:99').load()).toBeDefined();
  });

  it.each([
    ['a bit is flipped', (data: Buffer) => data.with(33, 7)],
    ['it is cut short', (data: Buffer) => data.subarray(0, 20)],
    ['it is empty', () => new Uint8Array()],
  ])('is given up and removed when %s', async (_, spoil) => {
    await cache().store(bytes);
    const [path = ''] = files();
    writeFileSync(path, spoil(readFileSync(path)));
    expect(await cache().load()).toBeUndefined();
    expect(files()).toEqual([]);
  });

  it('of an earlier state of the library goes when a new one comes; those of other libraries stay', async () => {
    await cache('library:1', 'other.sqlite').store(bytes);
    await cache('library:abc').store(bytes);
    await cache('library:def').store(bytes);
    expect(files()).toHaveLength(2);
    expect(await cache('library:abc').load()).toBeUndefined();
    expect(await cache('library:1', 'other.sqlite').load()).toBeDefined();
  });

  it('of a library that was not used for months goes, and half-written files that nobody writes any more', async () => {
    await cache('library:1', 'gone.sqlite').store(bytes);
    const [old = ''] = files();
    utimesSync(old, 0, 0);
    await cache().store(bytes);
    expect(files()).toHaveLength(1);
    const own = join(files()[0] ?? '', '..');
    writeFileSync(join(own, 'a.tmp'), '');
    utimesSync(join(own, 'a.tmp'), 0, 0);
    writeFileSync(join(own, 'b.tmp'), '');
    await cache().store(bytes);
    expect(readdirSync(own).filter((name) => name.endsWith('.tmp'))).toEqual(['b.tmp']);
  });
});

describe('a folder that cannot be written is told in words', () => {
  it('a file in its place', async () => {
    writeFileSync(folder, '');
    await expect(cache().store(bytes)).rejects.toThrow(/is no folder/);
    expect(await cache().load()).toBeUndefined();
  });

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('no permission', async () => {
    mkdirSync(folder);
    chmodSync(folder, 0o500);
    await expect(cache().store(bytes)).rejects.toThrow(/cannot be written/);
    chmodSync(folder, 0o700);
  });

  it.skipIf(process.platform !== 'linux')('a device in its place', async () => {
    folder = '/dev/full';
    await expect(cache().store(bytes)).rejects.toThrow(/\/dev\/full/);
  });

  it.skipIf(process.platform !== 'linux')('a place where no folder can be made', async () => {
    folder = '/proc/none/of/these';
    await expect(cache().store(bytes)).rejects.toThrow(/\/proc\/none/);
  });
});

it.each<[string, NodeJS.ProcessEnv, NodeJS.Platform, RegExp]>([
  ['a person who names one', { QUERENT_INDEX_CACHE: '/else', XDG_CACHE_HOME: '/x' }, 'linux', /^.else$/],
  ['Linux with XDG', { XDG_CACHE_HOME: '/xdg' }, 'linux', /^\/xdg\/querent$/],
  ['Linux with a relative path', { XDG_CACHE_HOME: 'xdg' }, 'linux', /\.cache.querent$/],
  ['Linux', {}, 'linux', /\.cache.querent$/],
  ['macOS', {}, 'darwin', /Library.Caches.querent$/],
  ['Windows', { LOCALAPPDATA: '/local' }, 'win32', /local.Querent.Cache$/],
])('the cache folder of %s', (_, env, platform, expected) => {
  expect(cacheFolder(env, platform)).toMatch(expected);
});
