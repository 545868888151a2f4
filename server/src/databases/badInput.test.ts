import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, open, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDatabaseFile, openDatabases } from './index.ts';
import type { OpenedDatabase } from './index.ts';
import { atlas, databaseOf, makeDatabase } from './testing/makeDatabase.ts';
import { stateOf } from './testing/stateOf.ts';

let folder: string;
let good: Uint8Array;
let before: string | undefined;
let opened: OpenedDatabase[];
beforeAll(async () => {
  good = await databaseOf(...atlas, ...Array.from({ length: 400 }, (_, i) => `INSERT INTO city VALUES (${i + 10}, '${'x'.repeat(50)}', 1, 1)`));
}); // prettier-ignore
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bad-'));
  before = undefined;
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((database) => database.close()));
  // Each test says when the folder is as it stays; nothing that was asked then may have changed it.
  if (before !== undefined) expect(await stateOf(folder)).toBe(before);
  await rm(folder, { recursive: true });
});

/** From now on nothing in the folder may change. */
async function keep(): Promise<void> {
  before = await stateOf(folder);
}

const ways = ['a copy in memory', 'in place'] as const;
type Way = (typeof ways)[number];

async function opening(path: string, way: Way): Promise<OpenedDatabase> {
  const database = await openDatabaseFile(path, { inPlaceFrom: way === 'in place' ? 0 : Infinity });
  opened.push(database);
  return database;
}

/** What every question to a bad database says. */
async function said(path: string, way: Way): Promise<string> {
  const database = await opening(path, way);
  const messages = await Promise.all(
    [
      database.schema(),
      database.describe(),
      database.run('SELECT COUNT(*) FROM city'),
      database.preview('SELECT 1'),
    ].map((asked: Promise<unknown>) =>
      asked.then(
        (answer) => `an answer: ${JSON.stringify(answer)}`,
        (error: Error & { code?: string }) => `${error.code}: ${error.message}`,
      ),
    ),
  );
  expect(new Set(messages).size, messages.join('\n')).toBe(1);
  return messages[0] ?? '';
}

describe.each(ways)('%s', (way) => {
  it.each<[string, () => Uint8Array | string, RegExp]>([
    ['empty', () => '', /is empty \(0 bytes\)\. Put the database there, or take the file away/u],
    ['encrypted', () => randomBytes(8_192), /is encrypted, as it seems.*Write a plain copy/u],
    ['corrupt in its schema', () => good.map((byte, i) => (i >= 100 && i < 4_000 ? 0xee : byte)), /(?:cannot be read as a database|is damaged): /u],
    ['cut off', () => good.subarray(0, 8_192), /is cut off: [\d,]+ bytes are missing at its end\. Copy it again/u],
    ['foreign: CSV', () => `id,name\n${'1,x\n'.repeat(50)}`, /is a text, no SQLite database.*\.import/u],
    ['foreign: Access', () => `\0\x01\0\0Standard Jet DB\0${'x'.repeat(99)}`, /is an Access database.*Export/u],
    ['foreign: PostgreSQL', () => `PGDMP${'\0'.repeat(200)}`, /is a dump of PostgreSQL.*pg_restore/u],
    ['zeros', () => new Uint8Array(4_096), /is no SQLite database, or it is encrypted or damaged/u],
    ['only a head', () => good.subarray(0, 100), /is cut off/u],
  ])('%s', async (_, content, message) => {
    const path = join(folder, 'it.sqlite');
    await writeFile(path, content());
    await keep();
    const words = await said(path, way);
    expect(words.startsWith(`bad-library: ${path} `)).toBe(true);
    expect(words).toMatch(message);
  }); // prettier-ignore

  it('corrupt in its rows: what is whole is read, the rest is told', async () => {
    const path = join(folder, 'it.sqlite');
    await writeFile(
      path,
      good.map((byte, i) => (i >= 8_192 && i < good.length - 8_192 ? 0xee : byte)),
    );
    await keep();
    const database = await opening(path, way);
    expect((await database.schema()).tables).toHaveLength(3);
    await expect(database.run('SELECT name, population FROM city ORDER BY population')).rejects.toMatchObject(
      {
        code: 'bad-library',
        message: expect.stringMatching(/it\.sqlite is damaged: .*\.recover/u) as string,
      },
    );
    expect(await database.run('SELECT 1')).toMatchObject({ kind: 'rows' });
  });

  it('locked by a program that writes', async () => {
    const path = join(folder, 'it.sqlite');
    await writeFile(path, good);
    const writer = new DatabaseSync(path);
    writer.exec("PRAGMA cache_size = 1; BEGIN EXCLUSIVE; UPDATE city SET name = 'new'");
    await keep();
    expect(await said(path, way)).toMatch(/it\.sqlite is being written.*Close the program that writes/u);
    expect(await stateOf(folder)).toBe(before);
    writer.exec('ROLLBACK');
    writer.close();
    await keep();
    const database = await opening(path, way);
    expect(await database.run('SELECT COUNT(*) FROM city')).toMatchObject({ rows: [[404]] });
  });

  it('locked by a program that has not written yet is read', async () => {
    const path = join(folder, 'it.sqlite');
    await writeFile(path, good);
    const writer = new DatabaseSync(path);
    writer.exec('BEGIN EXCLUSIVE');
    await keep();
    const database = await opening(path, way);
    expect(await database.run('SELECT COUNT(*) FROM city')).toMatchObject({ rows: [[404]] });
    writer.exec('ROLLBACK');
    writer.close();
  });

  it('left by a program that stopped while it was writing', async () => {
    const path = join(folder, 'it.sqlite');
    await writeFile(path, good);
    const writer = new DatabaseSync(path);
    writer.exec("PRAGMA cache_size = 1; BEGIN EXCLUSIVE; UPDATE city SET name = 'new'");
    const [torn, journal] = [await readFile(path), await readFile(`${path}-journal`)];
    writer.exec('ROLLBACK');
    writer.close();
    await writeFile(path, torn);
    await writeFile(`${path}-journal`, journal);
    await keep();
    expect(await said(path, way)).toMatch(/a program stopped while it was writing/u);
  });

  it('in WAL mode, with what lies in its log', async () => {
    const path = join(folder, 'it.sqlite');
    const writer = new DatabaseSync(path);
    writer.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE city (a)');
    writer.exec("INSERT INTO city VALUES (1), ('two')");
    const files = (): Promise<readonly Buffer[]> => Promise.all([path, `${path}-wal`].map((file) => readFile(file)));
    const both = await files();
    const database = await opening(path, way);
    expect(await database.run('SELECT * FROM city')).toMatchObject({ rows: [[1], ['two']] });
    expect((await database.describe()).tables[0]).toMatchObject({ name: 'city', rows: 2 });
    expect(await files()).toEqual(both);
    writer.close();
  }); // prettier-ignore

  it('two gigabytes of nothing, which take no place', async () => {
    const path = join(folder, 'it.sqlite');
    const file = await open(path, 'w');
    await file.truncate(2 * 2 ** 30);
    await file.close();
    const started = performance.now();
    expect(await said(path, 'in place')).toMatch(/is no SQLite database/u);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('two thousand tables, with names of every kind', async () => {
    const path = join(folder, 'it.sqlite');
    const names = ['a b', 'quo"te', "apo'strophe", 'back`tick', '[bracket]', 'semi;colon', 'Größe', '名前', '😀', '--', 'select', '1st', 'a.b', '%', 'line\nbreak', ' '];
    const name = (i: number): string => (i < names.length ? (names[i] ?? '') : `t${i}`);
    const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    await makeDatabase(path, ...Array.from({ length: 2_000 }, (_, i) => `CREATE TABLE ${quoted(name(i))} (${quoted(`${name(i)} id`)} INTEGER PRIMARY KEY, ${quoted(name(i))} TEXT)`),
      ...names.map((each) => `INSERT INTO ${quoted(each)} VALUES (7, '${each.replaceAll("'", "''")}')`));
    await keep();
    const database = await opening(path, way);
    const started = performance.now();
    const { tables } = await database.describe();
    expect(performance.now() - started).toBeLessThan(15_000);
    expect(tables).toHaveLength(2_000);
    for (const [i, each] of names.entries()) {
      expect(tables[i]).toMatchObject({ name: each, rows: 1, primaryKey: [`${each} id`] });
      expect(await database.run(`SELECT * FROM ${quoted(each)}`)).toMatchObject({ columns: [`${each} id`, each], rows: [[7, each]], tables: [each] });
    }
  }, 40_000); // prettier-ignore
});

describe('a path', () => {
  it('to nothing, to a folder', async () => {
    await mkdir(join(folder, 'sub.sqlite'));
    for (const name of ['none.sqlite', 'sub.sqlite'])
      await expect(openDatabaseFile(join(folder, name))).rejects.toMatchObject({
        code: 'bad-library',
        message: expect.stringMatching(
          /^There is no database .*Correct its path, or put it there\.$/u,
        ) as string,
      });
  });

  it('that leads to itself', async () => {
    await symlink(join(folder, 'loop.sqlite'), join(folder, 'loop.sqlite'));
    await expect(openDatabaseFile(join(folder, 'loop.sqlite'))).rejects.toMatchObject({
      code: 'bad-library',
    });
  });

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('that nobody may read', async () => {
    const path = join(folder, 'it.sqlite');
    await writeFile(path, good);
    await chmod(path, 0);
    expect(await said(path, 'a copy in memory')).toMatch(/cannot be read \(EACCES\).*permission is missing/u);
  });

  it.skipIf(!existsSync('/dev/zero'))('to what is no file', async () => {
    await expect(openDatabaseFile('/dev/zero')).rejects.toThrow(/There is no database/u);
  });

  it('of one bad file spoils no other', async () => {
    await writeFile(join(folder, 'good.sqlite'), good);
    await writeFile(join(folder, 'bad.sqlite'), createHash('sha512').update('x').digest());
    await keep();
    const databases = await openDatabases(folder, { threads: 1 });
    await expect(databases.run('bad', 'SELECT 1')).rejects.toMatchObject({ code: 'bad-library' });
    expect(await databases.run('good', 'SELECT COUNT(*) FROM city')).toMatchObject({ rows: [[404]] });
    await databases.close();
  });
});
