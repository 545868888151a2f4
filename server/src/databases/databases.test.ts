import { createHash } from 'node:crypto';
import { on } from 'node:events';
import {
  appendFile,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import type { SqlOutcome } from '@querent/core/sqlSchema';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabases } from './index.ts';
import type { OpenedDatabases } from './index.ts';
import type { DatabaseMessage, DatabaseRequest } from './protocol.ts';
import { atlas, databaseOf, makeDatabase } from './testing/makeDatabase.ts';

let folder: string;
let databases: OpenedDatabases;
/** The same with little time. */
let hasty: OpenedDatabases;
let before: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'databases-'));
  await makeDatabase(join(folder, 'atlas.sqlite'), ...atlas);
  await makeDatabase(
    join(folder, 'library.db'),
    'CREATE TABLE book (id, title)',
    "INSERT INTO book VALUES (1, 'A')",
  );
  await writeFile(join(folder, 'notes.txt'), 'no database');
  before = await stateOf(folder);
  databases = await openDatabases(folder, { timeMs: 20_000, rows: 1_000, threads: 2 });
  hasty = await openDatabases(folder, { timeMs: 600, threads: 1 });
});
afterAll(async () => {
  await databases.close();
  await hasty.close();
  // After all that was tried in here, nothing has touched the folder.
  expect(await stateOf(folder)).toBe(before);
  await rm(folder, { recursive: true });
});

/** Names and contents of a folder's files. */
async function stateOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(path)).sort()) hash.update(name).update(await readFile(join(path, name)));
  return hash.digest('hex');
}

const endlessCount = 'WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT COUNT(*) FROM n';

const run = (sql: string): Promise<SqlOutcome> => databases.run('atlas', sql);

describe('what a statement gives', () => {
  it('is columns, rows and the tables that they come from', async () => {
    expect(await run('SELECT name, population AS people FROM city WHERE country_id = 1 ORDER BY id;')).toEqual({
      kind: 'rows',
      columns: ['name', 'people'],
      rows: [['Lutha', 900], ['Mirr', null]],
      isCut: false,
      tables: ['city'],
    }); // prettier-ignore
    expect(await databases.run('library', 'SELECT * FROM book')).toMatchObject({ rows: [[1, 'A']] });
  });

  it('is exact, beyond 2^53 too', async () => {
    expect(await run("SELECT 9007199254740993, -9223372036854775808, 9007199254740991, 1.5, 9e999, NULL, x'00FF', 'é😀'")).toMatchObject({
      rows: [[9007199254740993n, -9223372036854775808n, 9007199254740991, 1.5, Infinity, null, new Uint8Array([0, 255]), 'é😀']],
      tables: [],
    }); // prettier-ignore
  });

  it.each<[string, readonly string[]]>([
    ['SELECT COUNT(*) FROM city', ['city']],
    ['SELECT * FROM large_city', ['city']],
    ['SELECT c.name FROM city c JOIN country ON country.id = c.country_id', ['city', 'country']],
    ['WITH city2 AS (SELECT 1 AS n) SELECT n FROM city2', []],
    ['SELECT (SELECT MAX(area) FROM country)', ['country']],
    ['SELECT name FROM country WHERE id = 2', ['country']],
    ['SELECT COUNT(*) FROM sqlite_master', []],
    ["SELECT 'FROM city'", []],
    ["SELECT value FROM json_each('[1]')", []],
  ])('%s reads %j', async (sql, tables) => {
    expect(await run(sql)).toMatchObject({ kind: 'rows', tables });
  });

  it('is cut at the limit of rows, and not one row before', async () => {
    const count = (rows: number): string =>
      `WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT ${rows}) SELECT x FROM n`;
    const whole = await run(count(1_000));
    expect(whole).toMatchObject({ kind: 'rows', isCut: false });
    const cut = await run(count(1_001));
    expect(cut).toMatchObject({ kind: 'rows', isCut: true });
    expect(cut.kind === 'rows' && cut.rows.length).toBe(1_000);
  });

  it('is cut where its values take too much memory', async () => {
    const outcome = await run('SELECT zeroblob(4000000) FROM city, country');
    expect(outcome).toMatchObject({ kind: 'rows', isCut: true });
    expect(outcome.kind === 'rows' && outcome.rows.length).toBeLessThan(12);
  });
});

describe('what may not be run, or cannot', () => {
  it.each<[string, string, RegExp]>([
    ['SELEC name FROM city', 'syntax', /near "SELEC": syntax error/u],
    ['SELECT name FROM', 'syntax', /incomplete input/u],
    ["SELECT 'open", 'syntax', /unrecognized token/u],
    ['SELECT mayor FROM city', 'failed', /no such column: mayor/u],
    ['SELECT name FROM town', 'failed', /no such table: town/u],
    ["SELECT load_extension('x')", 'failed', /no such function/u],
    ['SELECT abs(-9223372036854775808)', 'failed', /integer overflow/u],
    ["SELECT json('{')", 'failed', /malformed JSON/u],
    ['DELETE FROM city', 'refused', /DELETE is not run here/u],
    ["UPDATE city SET name = 'x'", 'refused', /UPDATE/u],
    ['DROP TABLE city', 'refused', /DROP/u],
    ["INSERT INTO city VALUES (9, 'x', 1, 1)", 'refused', /INSERT/u],
    ['WITH x AS (SELECT 1) INSERT INTO city SELECT 9, 9, 9, 9', 'refused', /INSERT/u],
    ["ATTACH 'other.sqlite' AS other", 'refused', /ATTACH/u],
    ["VACUUM INTO 'copy.sqlite'", 'refused', /VACUUM/u],
    ['PRAGMA writable_schema = ON', 'refused', /PRAGMA/u],
    ['SELECT * FROM pragma_hard_heap_limit', 'refused', /settings/u],
    ['SELECT 1; DELETE FROM city', 'refused', /more than one/u],
    ['SELECT name FROM city -- ;\n; DELETE FROM city', 'refused', /more than one/u],
    ['SELECT 1\0FROM city', 'refused', /NUL/u],
    ['SELECT length(randomblob(1000000000))', 'failed', /out of memory: a statement may use 256 MB/u],
    ['SELECT zeroblob(1000000000)', 'failed', /out of memory/u],
    ["SELECT length(printf('%.*c', 900000000, 'a'))", 'failed', /out of memory|too big/u],
    ["SELECT group_concat(a.name || zeroblob(9000000)) FROM city a, city b, city c", 'failed', /out of memory|too big/u],
  ])('%# %j', async (sql, code, message) => {
    expect(await run(sql)).toEqual({
      kind: 'error',
      code,
      message: expect.stringMatching(message) as string,
    });
    // Whatever it was, the next one is answered as if nothing had been.
    expect(await run('SELECT COUNT(*) FROM city')).toMatchObject({ rows: [[4]] });
  }); // prettier-ignore

  it('statements of a size that nobody writes', async () => {
    const nested = `SELECT ${'('.repeat(40_000)}1${')'.repeat(40_000)}`;
    expect(await run(nested)).toMatchObject({ kind: 'error', code: 'failed' });
    const chained = `SELECT 1${' UNION ALL SELECT 1'.repeat(5_000)}`;
    expect(await run(chained)).toMatchObject({
      code: 'failed',
      message: expect.stringMatching(/too many terms/u),
    });
    expect(await run(`SELECT '${'x'.repeat(100_000)}'`)).toMatchObject({ kind: 'error', code: 'refused' });
    expect(await run('SELECT COUNT(*) FROM city')).toMatchObject({ rows: [[4]] });
  });
});

it('any text is an outcome, and leaves the database as it was', async () => {
  const pieces = [
    ...['SELECT', '*', 'name', 'FROM', 'city', 'country', 'WHERE', 'id', '=', '1', ',', '(', ')', ';', "'", '"', '--', '/*', 'WITH', 'x', 'AS'],
    ...['UNION', 'VALUES', 'DELETE', 'PRAGMA', 'EXPLAIN', 'ORDER BY', 'LIMIT', 'COUNT(*)', '?', ':a', '\0', '\n', '\ud800', 'é', 'json_each(1)'],
  ];
  const text = fc.oneof(
    { weight: 4, arbitrary: fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map((all) => `SELECT ${all.join(' ')}`) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  );
  await fc.assert(
    fc.asyncProperty(text, async (sql) => {
      expect(['rows', 'error']).toContain((await run(sql)).kind);
    }),
    { numRuns: 300 },
  );
  expect(await run('SELECT COUNT(*) FROM city')).toMatchObject({ rows: [[4]] });
}); // prettier-ignore

describe('statements without an end', () => {
  it.each([
    endlessCount,
    `SELECT COUNT(*) FROM ${Array.from({ length: 20 }, (_, i) => `city c${i}`).join(', ')}`,
    `SELECT a.name FROM ${Array.from({ length: 20 }, (_, i) => `city ${'abcdefghijklmnopqrstu'.charAt(i)}`).join(', ')} WHERE a.id + t.id < 0`,
  ])('are ended: %s', async (sql) => {
    const started = performance.now();
    expect(await hasty.run('atlas', sql)).toEqual({ kind: 'timeout', ms: 600 });
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(await hasty.run('atlas', 'SELECT COUNT(*) FROM city')).toMatchObject({ rows: [[4]] });
  });

  it('sorting without an end is bounded in time or memory', async () => {
    const outcome = await hasty.run(
      'atlas',
      'WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x, hex(zeroblob(5000)) FROM n ORDER BY x DESC',
    );
    expect(outcome.kind === 'timeout' || (outcome.kind === 'error' && outcome.code === 'failed')).toBe(true);
  });

  it('do not hold up others, and can be cancelled', async () => {
    const controller = new AbortController();
    const endless = databases.run('atlas', endlessCount, {
      signal: controller.signal,
    });
    expect(await run('SELECT COUNT(*) FROM country')).toMatchObject({ rows: [[3]] });
    controller.abort();
    await expect(endless).rejects.toMatchObject({ name: 'SearchError', code: 'aborted' });
    await expect(databases.run('atlas', 'SELECT 1', { signal: controller.signal })).rejects.toMatchObject({ code: 'aborted' });
    expect(await run('SELECT COUNT(*) FROM country')).toMatchObject({ rows: [[3]] });
  }); // prettier-ignore

  it('what waits is answered in turn, or cancelled while it waits', async () => {
    const controller = new AbortController();
    const all = Array.from({ length: 50 }, (_, i) => run(`SELECT ${i}`));
    const waiting = databases.run('atlas', 'SELECT 1', { signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
    const outcomes = await Promise.all(all);
    expect(outcomes.map((outcome) => outcome.kind === 'rows' && outcome.rows[0]?.[0])).toEqual([
      ...all.keys(),
    ]);
  });
});

it('the time of a statement begins when its database is open, also when it has to be opened again', async () => {
  const file = async (name: string) => {
    const path = join(folder, name);
    const { size, mtimeMs } = await stat(path);
    return { name, path, bytes: size, changed: mtimeMs };
  };
  const [one, other] = [await file('atlas.sqlite'), await file('library.db')];
  const limits = { timeMs: 20_000, rows: 10, answerBytes: 1_000_000, heapBytes: 2 ** 26, openBytes: 1 };
  const worker = new Worker(join(import.meta.dirname, 'worker.ts'), { workerData: limits });
  const heard = on(worker, 'message');
  const next = async (): Promise<string> =>
    ((await heard.next()).value as readonly [DatabaseMessage])[0].kind;
  expect(await next()).toBe('ready');
  for (const each of [one, other, one, one]) {
    worker.postMessage({ kind: 'run', file: each, sql: 'SELECT 1' } satisfies DatabaseRequest);
    expect([await next(), await next()]).toEqual(['begun', 'outcome']);
  }
  await worker.terminate();
});

describe('schemas', () => {
  it('are the statements of tables and views, their columns and keys', async () => {
    const schema = await databases.schema('atlas');
    expect(schema.statements).toEqual(atlas.slice(0, 3));
    expect(schema.tables.map(({ name }) => name)).toEqual(['country', 'city', 'large_city']);
    const plain = { isKey: false, isNotNull: false, isUnique: false };
    expect(schema.tables[1]).toEqual({
      name: 'city',
      kind: 'table',
      columns: [
        { name: 'id', type: 'INTEGER', isKey: true, isNotNull: true, isUnique: true },
        { name: 'name', type: 'TEXT', ...plain },
        { name: 'country_id', type: 'INTEGER', ...plain },
        { name: 'population', type: 'INTEGER', ...plain },
      ],
      foreignKeys: [{ column: 'country_id', table: 'country', to: 'id', constraint: 0 }],
      primaryKey: ['id'],
      indexes: [],
    });
  });
});

describe('names', () => {
  it('are the files of the folder', () => {
    expect(databases.names).toEqual(['atlas', 'library']);
  });

  it.each(['Atlas', 'atlass', 'atlas.sqlite', ''])('%j is none, and the nearest is named', async (name) => {
    await expect(databases.run(name, 'SELECT 1')).rejects.toMatchObject({ code: 'rejected' });
    await expect(databases.schema(name)).rejects.toThrow(/has no database .*The nearest name is atlas\./u);
  });
});

describe('folders and files', () => {
  it.each<[string, (path: string) => Promise<unknown>, RegExp]>([
    ['no folder', (path) => rm(path, { recursive: true }), /There is no folder/u],
    ['an empty folder', async () => undefined, /holds no database \(\*\.sqlite, \*\.sqlite3, \*\.db\)/u],
    ['other files only', (path) => writeFile(join(path, 'a.txt'), 'x'), /holds no database/u],
    ['a name twice', async (path) => {
      await makeDatabase(join(path, 'a.db'));
      await makeDatabase(join(path, 'a.sqlite'));
    }, /a\.db and .*a\.sqlite are both called a\. Rename one/u],
  ])('%s', async (_, prepare, message) => {
    const path = await mkdtemp(join(tmpdir(), 'databases-'));
    await prepare(path);
    await expect(openDatabases(path)).rejects.toMatchObject({
      code: 'bad-library',
      message: expect.stringMatching(message) as string,
    });
    await rm(path, { recursive: true, force: true });
  }); // prettier-ignore

  it('a file is no folder', async () => {
    await expect(openDatabases(join(folder, 'notes.txt'))).rejects.toThrow(/is a file\. Name the folder/u);
  });

  it('bad files are told by name and cause, and spoil no other', async () => {
    const path = await mkdtemp(join(tmpdir(), 'databases-'));
    const good = await databaseOf(...atlas, ...Array.from({ length: 400 }, (_, i) => `INSERT INTO city VALUES (${i + 10}, '${'x'.repeat(50)}', 1, 1)`));
    await writeFile(join(path, 'good.sqlite'), good);
    await writeFile(join(path, 'empty.sqlite'), '');
    await writeFile(join(path, 'text.sqlite'), 'no database at all, '.repeat(100));
    await writeFile(join(path, 'encrypted.sqlite'), createHash('sha512').update('x').digest());
    await writeFile(join(path, 'damaged.sqlite'), good.map((byte, i) => (i >= 100 && i < 4_000 ? 0xee : byte)));
    await writeFile(join(path, 'halved.sqlite'), good.subarray(0, 8_192));
    // In WAL mode, once with nothing in its log, once with something.
    const inWal = good.map((byte, i) => (i === 18 || i === 19 ? 2 : byte));
    await writeFile(join(path, 'settled.sqlite'), inWal);
    await writeFile(join(path, 'unsettled.sqlite'), inWal);
    // What cannot be a log says nothing; SQLite takes no notice of it either.
    await writeFile(join(path, 'unsettled.sqlite-wal'), 'changes');
    // A program keeps its journal for the next time, its beginning set to zeros.
    await writeFile(join(path, 'kept.sqlite'), good);
    await writeFile(join(path, 'kept.sqlite-journal'), new Uint8Array(600).fill(7, 100));
    await copyFile(join(path, 'good.sqlite'), join(path, 'written.sqlite'));
    const writer = new DatabaseSync(join(path, 'written.sqlite'));
    writer.exec("PRAGMA cache_size = 1; BEGIN EXCLUSIVE; UPDATE city SET name = 'new'");
    await mkdir(join(path, 'nested'));
    await copyFile(join(path, 'good.sqlite'), join(path, 'nested', 'nested.sqlite'));
    const opened = await openDatabases(path, { threads: 1 });
    const asked = async (name: string): Promise<unknown> =>
      opened.run(name, 'SELECT COUNT(*), MAX(name) FROM city').catch((error: Error) => error.message);
    for (const name of ['good', 'settled', 'unsettled', 'kept', 'nested'])
      expect(await asked(name), name).toMatchObject({ kind: 'rows', rows: [[404, 'x'.repeat(50)]] });
    expect(await asked('empty')).toMatch(/empty\.sqlite is empty \(0 bytes\)/u);
    expect(await asked('text')).toMatch(/text\.sqlite is a text, no SQLite database/u);
    expect(await asked('encrypted')).toMatch(/encrypted\.sqlite is no SQLite database/u);
    expect(await asked('damaged')).toMatch(/damaged\.sqlite (?:cannot be read as a database|is damaged)/u);
    expect(await asked('halved')).toMatch(/halved\.sqlite is cut off: [\d,]+ bytes are missing at its end/u);
    expect(await asked('written')).toMatch(/written\.sqlite is being written/u);
    writer.exec('ROLLBACK');
    writer.close();
    expect(await asked('good')).toMatchObject({ kind: 'rows' });
    await expect(opened.run('empty', 'SELECT 1')).rejects.toMatchObject({ code: 'bad-library' });
    await opened.close();
    await rm(path, { recursive: true });
  }); // prettier-ignore

  it('a file that was changed since is not asked', async () => {
    const path = await mkdtemp(join(tmpdir(), 'databases-'));
    await makeDatabase(join(path, 'a.sqlite'), ...atlas);
    const opened = await openDatabases(path, { threads: 1 });
    await appendFile(join(path, 'a.sqlite'), 'x');
    await expect(opened.run('a', 'SELECT 1')).rejects.toThrow(/a\.sqlite was changed after it was opened/u);
    await makeDatabase(join(path, 'a.sqlite'), ...atlas);
    await utimes(join(path, 'a.sqlite'), 1, 1);
    await expect(opened.run('a', 'SELECT 1')).rejects.toThrow(/was changed/u);
    await opened.close();
    await rm(path, { recursive: true });
  });

  it('what is closed answers with an error', async () => {
    const opened = await openDatabases(folder, { threads: 1 });
    const running = [1, 2].map(() => opened.run('atlas', endlessCount));
    const settled = Promise.allSettled(running);
    await opened.close();
    for (const result of await settled)
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'internal', message: 'The databases were closed.' } });
    await expect(opened.run('atlas', 'SELECT 1')).rejects.toThrow('The databases are closed.');
  }); // prettier-ignore
});
