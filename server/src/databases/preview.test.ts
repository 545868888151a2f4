import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseLimits, openDatabaseFile, weighDatabase } from './index.ts';
import type { OpenedDatabase } from './index.ts';
import { atlas, makeDatabase } from './testing/makeDatabase.ts';

let folder: string;
let path: string;
let database: OpenedDatabase;
let before: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'preview-'));
  path = join(folder, 'my atlas.data');
  await makeDatabase(path, ...atlas, 'CREATE INDEX by_country ON city (country_id)');
  before = await stateOf();
  database = await openDatabaseFile(path, { timeMs: 3_000 });
});
afterAll(async () => {
  await database.close();
  // Whatever was tried, the folder is as it was: no other file, no other byte.
  expect(await stateOf()).toBe(before);
  await rm(folder, { recursive: true });
});

async function stateOf(): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(folder)).sort()) hash.update(name).update(await readFile(join(folder, name)));
  return hash.digest('hex');
} // prettier-ignore

const count = (rows: number | undefined): string =>
  `WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n${rows === undefined ? '' : ` LIMIT ${rows}`}) SELECT x FROM n`;

describe('a preview', () => {
  it('shows rows, tells how many there are, from which tables, how long it took and how', async () => {
    const preview = await database.preview('SELECT name FROM city WHERE country_id = 1 ORDER BY population;');
    expect(preview).toEqual({
      kind: 'rows',
      columns: ['name'],
      rows: [['Mirr'], ['Lutha']],
      total: 2,
      isCounted: true,
      tables: ['city'],
      ms: expect.any(Number) as number,
      countMs: expect.any(Number) as number,
      plan: [
        {
          depth: 0,
          detail: 'SEARCH city USING INDEX by_country (country_id=?)',
          text: 'Looks up rows of city in the index by_country, by country_id.',
          isCostly: false,
        },
        {
          depth: 0,
          detail: 'USE TEMP B-TREE FOR ORDER BY',
          text: 'Sorts all rows for ORDER BY.',
          isCostly: true,
        },
      ],
    });
  });

  it.each<[string, { rows?: number; countMs?: number }, number, number, boolean]>([
    [count(3), {}, 3, 3, true],
    [count(100), {}, 100, 100, true],
    [count(101), {}, 100, 101, true],
    [count(1_000), { rows: 5, countMs: 60_000 }, 5, 1_000, true],
    [count(1_000), { rows: 5, countMs: 0 }, 5, 6, false],
    [count(1_000), { rows: 0 }, 1, 1_000, true],
    ['SELECT 1 WHERE 0', {}, 0, 0, true],
  ])('%#: %s %j: %i of %i rows', async (sql, options, shown, total, isCounted) => {
    const preview = await database.preview(sql, options);
    expect(preview).toMatchObject({ kind: 'rows', total, isCounted });
    expect(preview.kind === 'rows' && preview.rows.length).toBe(shown);
  });

  it('of a hundred million rows ends in time, with at least so many', async () => {
    const preview = await database.preview(count(100_000_000), { countMs: 300 });
    expect(preview).toMatchObject({ kind: 'rows', isCounted: false });
    if (preview.kind !== 'rows') return;
    expect(preview.total).toBeGreaterThan(100);
    expect(preview.rows).toHaveLength(100);
    expect(preview.countMs).toBeLessThan(2_500);
  });

  it('keeps its rows when counting the others never comes back', async () => {
    // The third row is looked for without an end, in a single step.
    const preview = await database.preview(`${count(undefined)} WHERE x < 3 OR x < 0`, { rows: 1, countMs: 200 });
    expect(preview).toMatchObject({ kind: 'rows', rows: [[1]], isCounted: false });
    expect(await database.preview('SELECT 1')).toMatchObject({ total: 1 });
  }); // prettier-ignore

  it('that never gives a row is ended, or cancelled', async () => {
    expect(await database.preview(`${count(undefined)} WHERE x < 0`)).toEqual({ kind: 'timeout', ms: 3_000 });
    const controller = new AbortController();
    const endless = database.preview(`${count(undefined)} WHERE x < 0`, { signal: controller.signal });
    controller.abort();
    await expect(endless).rejects.toMatchObject({ code: 'aborted' });
  });

  it.each<[string, string, RegExp]>([
    ['DELETE FROM city', 'refused', /DELETE/u],
    ['PRAGMA user_version = 3', 'refused', /PRAGMA/u],
    ["ATTACH 'x' AS y", 'refused', /ATTACH/u],
    ['SELECT 1; DROP TABLE city', 'refused', /more than one/u],
    ['WITH a AS (SELECT 1) DELETE FROM city', 'refused', /DELETE/u],
    ["SELECT load_extension('x')", 'failed', /no such function/u],
    ["SELECT writefile('x', 'y')", 'failed', /no such function/u],
    ['SELECT nam FROM city', 'failed', /no such column/u],
    ['SELECT name FRM city WHERE', 'syntax', /near "WHERE"|syntax error/u],
  ])('%s is told why not', async (sql, code, message) => {
    expect(await database.preview(sql)).toMatchObject({
      kind: 'error',
      code,
      message: expect.stringMatching(message) as string,
    });
  });
});

describe('one file', () => {
  it('may have any name, tells its age, and its schema is described', async () => {
    expect(database).toMatchObject({ path, weight: { kind: 'light' } });
    expect(Math.abs(Date.now() - database.changed)).toBeLessThan(600_000);
    expect((await database.schema()).tables[1]).not.toHaveProperty('rows');
    const { tables } = await database.describe();
    expect(tables.map(({ name, rows }) => [name, rows])).toEqual([['country', 3], ['city', 4], ['large_city', undefined]]);
    expect(tables[1]?.columns[3]?.values).toMatchObject({ distinct: 3, nullShare: 0.25 });
  }); // prettier-ignore

  it('has to be there', async () => {
    await expect(openDatabaseFile(join(folder, 'none.sqlite'))).rejects.toThrow(/There is no database .*none\.sqlite/u);
    await expect(openDatabaseFile(folder)).rejects.toMatchObject({ code: 'bad-library' });
  }); // prettier-ignore

  it('is weighed before it is read', () => {
    const { heavyFile, largestFile } = databaseLimits;
    expect(weighDatabase('a', heavyFile)).toEqual({ kind: 'light', engine: 'memory' });
    expect(weighDatabase('a', heavyFile + 1, { isNative: true })).toEqual({
      kind: 'heavy',
      engine: 'native',
      message: expect.stringMatching(/^a has 257 MB\. It is not copied into memory but read in place/u) as string,
    });
    // Where Node has no SQLite of its own.
    expect(weighDatabase('a', heavyFile + 1, { isNative: false })).toEqual({
      kind: 'heavy',
      engine: 'memory',
      message: expect.stringMatching(/^a has 257 MB\. All of it is read into memory/u) as string,
    });
    expect(weighDatabase('a', 2 * largestFile, { isNative: false })).toEqual({
      kind: 'refused',
      message: expect.stringMatching(/^a has 2,048 MB\. .* 1,024 MB are the most\. Use Node 22\.16 or later.* make a smaller copy/u) as string,
    });
  }); // prettier-ignore

  it.each<[string, string | Uint8Array, RegExp]>([
    ['empty', '', /is empty \(0 bytes\)/u],
    ['access', `\0\x01\0\0Standard Jet DB\0${'x'.repeat(99)}`, /is an Access database, no SQLite database\. Export/u],
    ['duck', `12345678DUCK${'\0'.repeat(99)}`, /is a DuckDB database/u],
    ['zip', `PK\x03\x04${'\0'.repeat(99)}`, /is an archive or an Office file/u],
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0, ...new Array<number>(100).fill(7)]), /is a compressed file.*Unpack it/u],
    ['lfs', 'version https://git-lfs.github.com/spec/v1\noid sha256:1\n', /pointer of Git LFS.*git lfs pull/u],
    ['dump', `-- a dump\nCREATE TABLE t (a);\n${'INSERT INTO t VALUES (1);\n'.repeat(9)}`, /is text with SQL.*sqlite3 new\.sqlite < file\.sql/u],
    ['csv', `id,name\n${'1,x\n'.repeat(50)}`, /is a text, no SQLite database/u],
    ['encrypted', Buffer.concat(Array.from({ length: 64 }, (_, i) => createHash('sha512').update(`${i}`).digest())), /is encrypted, as it seems/u],
    ['wal', Buffer.concat([Buffer.from([0x37, 0x7f, 0x06, 0x82]), Buffer.alloc(200, 1)]), /log of changes.*Name the database/u],
    ['short', 'SQLite format 3\0', /is no SQLite database, or it is encrypted or damaged/u],
  ])('that is %s is told in words', async (name, content, message) => {
    const other = await mkdtemp(join(tmpdir(), 'preview-'));
    const file = join(other, `${name}.sqlite`);
    await writeFile(file, typeof content === 'string' ? Buffer.from(content, 'latin1') : content);
    const opened = await openDatabaseFile(file);
    await expect(opened.preview('SELECT 1')).rejects.toThrow(message);
    await expect(opened.schema()).rejects.toMatchObject({ code: 'bad-library' });
    await opened.close();
    await rm(other, { recursive: true });
  }); // prettier-ignore
});
