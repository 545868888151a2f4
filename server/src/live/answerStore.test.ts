import { chmod, mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CitationRecord } from '@querent/core/corpus';
import { answerStore } from './answerStore.ts';
import { seedRecordStore } from './seedRecords.ts';

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'querent-answers-')), 'answers');
});
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

const day = 24 * 3_600_000;

/** The files of the store, largest part of which is content or index. */
async function files(part: 'content-v2' | 'index-v5'): Promise<readonly string[]> {
  const entries = await readdir(join(folder, part), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe('answers on disk', () => {
  it('are what was kept last under a key of any length, by any process', async () => {
    const key = `question ${'x'.repeat(10_000)}`;
    const store = answerStore(folder);
    expect(await store.get(key)).toBeUndefined();
    await store.put(key, { count: 1 });
    await answerStore(folder).put(key, { count: 2, text: 'naïve “x”' });
    await store.put('other', null);
    expect(await store.get(key)).toEqual({ count: 2, text: 'naïve “x”' });
    expect(await store.get('other')).toBeNull();
    await store.close();
    // A question is in no name and no index, only its hash.
    for (const path of await files('index-v5'))
      expect(await readFile(path, 'utf8')).not.toContain('question');
    if (process.platform !== 'win32') expect((await stat(folder)).mode & 0o077).toBe(0);
  });

  it.each<[string, (path: string) => Promise<unknown>, 'content-v2' | 'index-v5']>([
    ['spoilt', (path) => writeFile(path, '{"count": 999}'), 'content-v2'],
    ['cut off', (path) => truncate(path, 5), 'content-v2'],
    ['emptied', (path) => truncate(path, 0), 'content-v2'],
    ['gone', (path) => rm(path), 'content-v2'],
    ['spoilt in the index', (path) => writeFile(path, 'abc\tdef\n'), 'index-v5'],
  ])('that are %s are none', async (_, spoil, part) => {
    const store = answerStore(folder);
    await store.put('a', { count: 1 });
    for (const path of await files(part)) await chmod(path, 0o600).then(() => spoil(path));
    expect(await store.get('a')).toBeUndefined();
    await store.put('a', { count: 2 });
    expect(await store.get('a')).toEqual({ count: 2 });
  });

  it('are bounded: what is old, too much or spoilt goes', async () => {
    const store = answerStore(folder, { maxBytes: 5 * 7 * 1024 });
    for (let i = 0; i < 12; i++) {
      await store.put(`question ${i}`, { i });
      await new Promise((next) => setTimeout(next, 2)); // the oldest are told by their milliseconds
    }
    await store.tidy();
    const left = await Promise.all(Array.from({ length: 12 }, (_, i) => store.get(`question ${i}`)));
    expect(left).toEqual([...Array<undefined>(7), ...[7, 8, 9, 10, 11].map((i) => ({ i }))]);
    expect((await files('content-v2')).length).toBe(5);
    await answerStore(folder, { now: () => Date.now() + 91 * day }).tidy();
    expect((await files('content-v2')).length).toBe(0);
    expect(await store.get('question 11')).toBeUndefined();
  });

  it('are tidied up once a day, by the first who keeps something', async () => {
    const later = (): number => Date.now() + 100 * day;
    await answerStore(folder).put('old', 1);
    await expect.poll(() => stat(join(folder, 'tidied'))).toBeTruthy();
    // Tidied today: not again.
    await answerStore(folder, { now: () => Date.now() + day / 2 }).put('new', 2);
    expect(await answerStore(folder).get('old')).toBe(1);
    const yesterday = new Date(Date.now() - 2 * day);
    await utimes(join(folder, 'tidied'), yesterday, yesterday);
    await answerStore(folder, { now: later }).put('newest', 3);
    await expect.poll(() => answerStore(folder).get('old')).toBeUndefined();
  });
});

describe('records of seeds', () => {
  const record = (id: string): CitationRecord => ({
    ...{ id, title: `Title ${id}`, abstract: '', mesh: ['Aged', '*Falls'], authors: ['A B'] },
    ...{ affiliations: [], substances: [], publicationTypes: [], languages: ['eng'], keywords: [] },
  });

  it('are kept for a month, for each engine', async () => {
    let now = new Date('2026-03-01T10:00:00Z');
    const records = seedRecordStore(answerStore(folder), 'pubmed', () => now);
    await records.put([record('1'), record('2')]);
    expect(await records.get(['2', '7', '1', '2'])).toEqual([record('2'), record('1')]);
    expect(await seedRecordStore(answerStore(folder), 'other', () => now).get(['1'])).toEqual([]);
    now = new Date('2026-03-30T10:00:00Z');
    await records.put([record('2')]);
    now = new Date('2026-04-01T10:00:00Z');
    expect(await records.get(['1', '2'])).toEqual([record('2')]);
  });

  it('of another form are none', async () => {
    const store = answerStore(folder);
    const records = seedRecordStore(store, 'pubmed');
    const put = store.put.bind(store);
    store.put = (key) => put(key, { at: new Date().toISOString(), record: { id: 7 } });
    await records.put([record('1')]);
    expect(await records.get(['1'])).toEqual([]);
  });
});
