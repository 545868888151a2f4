import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSqlJs } from '../library/sqlJs.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rowsOf } from './connection.ts';
import { memoryEngine } from './memoryEngine.ts';
import { nativeEngine } from './nativeEngine.ts';
import type { OpenDatabase } from './openDatabase.ts';
import { atlas, makeDatabase } from './testing/makeDatabase.ts';
import { stateOf } from './testing/stateOf.ts';

let folder: string;
let database: OpenDatabase;
let inPlace: OpenDatabase;
let before: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'database-'));
  const path = join(folder, 'atlas.sqlite');
  await makeDatabase(path, ...atlas);
  before = await stateOf(folder);
  const { size, mtimeMs } = await stat(path);
  const file = { name: 'atlas', path, bytes: size, changed: mtimeMs };
  database = memoryEngine(await loadSqlJs(), 8 * 2 ** 20).open(file);
  inPlace = nativeEngine.open(file);
});
afterAll(async () => {
  database.connection.close();
  inPlace.connection.close();
  expect(await stateOf(folder)).toBe(before);
  await rm(folder, { recursive: true });
});

const writing = [
  'DELETE FROM city',
  'WITH x AS (SELECT 1) INSERT INTO city SELECT 9, 9, 9, 9',
  'CREATE TABLE x (a)',
  'CREATE TEMP TABLE x (a)',
  'DROP TABLE city',
  "REPLACE INTO city VALUES (1, 'x', 1, 1)",
  'PRAGMA user_version = 7',
];

describe('the connection itself, were the allow-list to fail', () => {
  it.each(writing)('writes nothing to its copy: %s', (sql) => {
    expect(() => database.connection.run(sql)).toThrow(/readonly database/u);
  });

  it('has a bounded memory that no statement can raise', () => {
    database.connection.run('PRAGMA hard_heap_limit = 1000000000');
    expect(() => rowsOf(database.connection, 'SELECT length(randomblob(9000000))')).toThrow('out of memory');
    expect(rowsOf(database.connection, 'SELECT COUNT(*) FROM city')).toEqual([[4]]);
  });

  it.each([
    ...writing,
    "ATTACH 'other.sqlite' AS other",
    "VACUUM INTO 'copy.sqlite'",
    'PRAGMA journal_mode = WAL',
    'PRAGMA query_only = OFF',
    'PRAGMA writable_schema = ON',
    'BEGIN EXCLUSIVE',
    'ANALYZE',
    "SELECT load_extension('x')",
    "SELECT LOAD_EXTENSION('x', 'y')",
    'SELECT * FROM pragma_database_list',
  ])('in place is told by SQLite that it may not: %s', (sql) => {
    expect(() => inPlace.connection.run(sql)).toThrow(
      /not authorized|authorization denied|readonly database|access to .* is prohibited/u,
    );
    expect(rowsOf(inPlace.connection, 'SELECT COUNT(*) FROM city')).toEqual([[4]]);
  });
});
