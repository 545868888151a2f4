import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openDatabaseFile } from '../databases/index.ts';
import { atlas, databaseOf } from '../databases/testing/makeDatabase.ts';
import { LeasedDatabase } from './leasedDatabase.ts';

const folder = mkdtempSync(join(tmpdir(), 'querent-lease-'));
const path = join(folder, 'atlas.sqlite');
writeFileSync(path, await databaseOf(...atlas));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const count = 'SELECT count(*) FROM city';

it('work in several steps ends on the state that it began with, and the database is closed behind it', async () => {
  const database = new LeasedDatabase(await openDatabaseFile(path));
  const outcomes = await database.held(async () => {
    const first = await database.run(count);
    database.retire();
    // A model may write for a minute between two statements.
    await new Promise((done) => setImmediate(done));
    return [first, await database.run(count), await database.describe()];
  });
  expect(outcomes).toMatchObject([
    { kind: 'rows' },
    { kind: 'rows' },
    { tables: expect.any(Array) as unknown },
  ]);
  await expect(database.run(count)).rejects.toThrow('closed');
});

it('what is retired while nobody asks is closed at once', async () => {
  const database = new LeasedDatabase(await openDatabaseFile(path));
  await database.schema();
  database.retire();
  await expect(database.run(count)).rejects.toThrow('closed');
});

it('work that fails lets go of the database, too', async () => {
  const database = new LeasedDatabase(await openDatabaseFile(path));
  database.retire();
  await expect(database.held(() => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
  await expect(database.run(count)).rejects.toThrow('closed');
});
