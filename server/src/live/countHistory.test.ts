import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countHistory, countSteps, previousCount } from './countHistory.ts';
import type { CountRecord } from './countHistory.ts';

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'querent-history-')), 'history');
});
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

const document = 'file:///home/ada/secret-topic.pubmed';

function record(day: number, fields: Partial<CountRecord> = {}): CountRecord {
  const at = new Date(2026, 2, day, 12).toISOString();
  return { at, engine: 'pubmed', label: '1', key: 'k1', count: 42, seedsFound: 1, seeds: 2, ...fields };
}

describe('the history of a strategy', () => {
  it('has what lines found, of each document by itself', async () => {
    const history = countHistory(folder);
    expect(await history.read(document)).toEqual([]);
    await history.add(document, [record(1), record(1, { label: '2', key: 'k2' })]);
    await countHistory(folder).add(document, [record(2, { count: 50 })]);
    await history.add('file:///other', [record(1)]);
    expect(await history.read(document)).toEqual([
      record(1),
      record(1, { label: '2', key: 'k2' }),
      record(2, { count: 50 }),
    ]);
    const names = await readdir(folder);
    expect(names.length).toBe(2);
    expect(names.join()).not.toContain('secret');
    for (const name of names) {
      expect(await readFile(join(folder, name), 'utf8')).not.toContain('secret');
      if (process.platform !== 'win32') expect((await stat(join(folder, name))).mode & 0o077).toBe(0);
    }
  });

  it.each<[string, Partial<CountRecord> & { day?: number }, boolean]>([
    ['the same answer', {}, false],
    ['the same numbers on the same day', { at: new Date(2026, 2, 1, 18).toISOString() }, false],
    ['the same numbers on another day', { day: 2 }, true],
    ['another count', { at: new Date(2026, 2, 1, 18).toISOString(), count: 43 }, true],
    ['another query', { at: new Date(2026, 2, 1, 18).toISOString(), key: 'k9' }, true],
    ['more seeds', { at: new Date(2026, 2, 1, 18).toISOString(), seeds: 3 }, true],
    ['another database', { engine: 'ctgov' }, true],
    ['another line', { label: '2' }, true],
  ])('%s: %j is noted: %s', async (_, { day = 1, ...fields }, isNoted) => {
    const history = countHistory(folder);
    await Promise.all([history.add(document, [record(1)]), history.add(document, [record(day, fields)])]);
    expect((await history.read(document)).length).toBe(isNoted ? 2 : 1);
  });

  it('tells what a query found before, whatever its line is called now', () => {
    const history = [record(1, { count: 1 }), record(3, { count: 3 }), record(2, { count: 2, label: '7' })];
    const { at } = record(9);
    const before = (key: string, time: string): number | undefined =>
      previousCount(history, { key, engine: 'pubmed', at: time })?.count;
    expect(before('k1', at)).toBe(3);
    expect(before('k1', record(3).at)).toBe(2);
    expect(before('k1', record(1).at)).toBeUndefined();
    expect(before('k2', at)).toBeUndefined();
    expect(previousCount(history, { key: 'k1', engine: 'ctgov', at })).toBeUndefined();
  });

  it('tells why a line found another number', () => {
    const steps = countSteps([
      record(2, { count: 50 }),
      record(1),
      record(3, { count: 60, key: 'k9' }),
      record(4, { count: 60, key: 'k9', seedsFound: 2 }),
      record(5, { count: 60, key: 'k9', seedsFound: 2 }),
      record(6, { engine: 'ctgov' }),
      record(6, { label: '2' }),
    ]);
    const told = Object.fromEntries(
      [...steps].map(([label, each]) => [label, each.map(({ changed }) => changed)]),
    );
    expect(told).toEqual({ 1: ['first', 'database', 'query', 'seeds', 'none', 'first'], 2: ['first'] });
  });

  it('is bounded: the older half is forgotten', async () => {
    const history = countHistory(folder, { maxBytes: 2_000 });
    for (let day = 1; day <= 30; day++) await history.add(document, [record(day)]);
    const kept = await history.read(document);
    expect(kept.at(-1)).toEqual(record(30));
    expect(kept.length).toBeGreaterThan(5);
    const [name = ''] = await readdir(folder);
    expect((await stat(join(folder, name))).size).toBeLessThanOrEqual(2_000);
    expect((await readdir(folder)).length).toBe(1);
  });

  it('goes on with what can be read of it, and without a disk', async () => {
    const history = countHistory(folder);
    await history.add(document, [record(1)]);
    const [name = ''] = await readdir(folder);
    await appendFile(join(folder, name), '{"at": "2026-03-01", "cou');
    await history.add(document, [record(2)]);
    await appendFile(join(folder, name), 'null\n7\n{"at": 7}\n');
    expect(await history.read(document)).toEqual([record(1), record(2)]);
    await writeFile(join(folder, 'file'), '');
    const nowhere = countHistory(join(folder, 'file'));
    await nowhere.add(document, [record(1)]);
    expect(await nowhere.read(document)).toEqual([]);
  });
});
