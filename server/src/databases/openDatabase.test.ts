import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSqlJs } from '../library/sqlJs.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rowsOf } from './connection.ts';
import { memoryEngine } from './memoryEngine.ts';
import type { OpenDatabase } from './openDatabase.ts';
import { atlas, makeDatabase } from './testing/makeDatabase.ts';

let folder: string;
let database: OpenDatabase;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'database-'));
  const path = join(folder, 'atlas.sqlite');
  await makeDatabase(path, ...atlas);
  const { size, mtimeMs } = await stat(path);
  database = memoryEngine(await loadSqlJs(), 8 * 2 ** 20).open({
    name: 'atlas',
    path,
    bytes: size,
    changed: mtimeMs,
  });
});
afterAll(() => rm(folder, { recursive: true }));

describe('the connection itself, were the allow-list to fail', () => {
  it.each([
    'DELETE FROM city',
    'WITH x AS (SELECT 1) INSERT INTO city SELECT 9, 9, 9, 9',
    'CREATE TABLE x (a)',
    'CREATE TEMP TABLE x (a)',
    'DROP TABLE city',
    "REPLACE INTO city VALUES (1, 'x', 1, 1)",
    'PRAGMA user_version = 7',
  ])('writes nothing: %s', (sql) => {
    expect(() => database.connection.run(sql)).toThrow(/readonly database/u);
  });

  it('has a bounded memory that no statement can raise', () => {
    database.connection.run('PRAGMA hard_heap_limit = 1000000000');
    expect(() => rowsOf(database.connection, 'SELECT length(randomblob(9000000))')).toThrow('out of memory');
    expect(rowsOf(database.connection, 'SELECT COUNT(*) FROM city')).toEqual([[4]]);
  });
});
