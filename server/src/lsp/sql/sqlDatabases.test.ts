import { mkdtempSync, renameSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import initSqlJs from 'sql.js';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { defaultSettings } from '../settings.ts';
import { OpenSqlDocument } from './openSqlDocument.ts';
import { SqlDatabases, type SqlDatabaseState } from './sqlDatabases.ts';

// What cannot be seen over LSP: that schemas stay the same objects, that running statements end, that reading can be cancelled.

let sqlJs: Awaited<ReturnType<typeof initSqlJs>>;
let folder: string;
let databases: SqlDatabases | undefined;
let opened: OpenSqlDocument[] = [];
beforeAll(async () => {
  sqlJs = await initSqlJs();
  folder = mkdtempSync(join(tmpdir(), 'querent-sql-databases-'));
});
afterEach(async () => {
  await databases?.dispose();
  opened = [];
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface World {
  readonly databases: SqlDatabases;
  readonly settings: { now: typeof defaultSettings };
  readonly warned: readonly string[];
  /** Ends what is read. */
  cancel: (() => void) | undefined;
}

function world(): World {
  const settings = { now: defaultSettings };
  const warned: string[] = [];
  const made: World = {
    databases: new SqlDatabases({
      settings: () => settings.now,
      folders: () => [folder],
      trusted: () => true,
      documents: () => opened,
      warn: (message) => warned.push(message),
      long: async (_, work) => {
        const controller = new AbortController();
        made.cancel = () => controller.abort();
        await work(controller.signal);
      },
      changed: () => {},
      log: () => {},
    }),
    settings,
    warned,
    cancel: undefined,
  };
  databases = made.databases;
  return made;
}

function database(name: string, ...statements: readonly string[]): string {
  const made = new sqlJs.Database();
  for (const statement of statements) made.run(statement);
  const path = join(folder, name);
  writeFileSync(`${path}.new`, made.export());
  renameSync(`${path}.new`, path);
  made.close();
  return path;
}

function document(text: string, version = 1): OpenSqlDocument {
  const made = new OpenSqlDocument(pathToFileURL(join(folder, 'a.sql')).href, version, text);
  opened = [made];
  return made;
}

function ready(state: SqlDatabaseState): Extract<SqlDatabaseState, { kind: 'ready' }> {
  if (state.kind !== 'ready') throw new Error(JSON.stringify(state));
  return state;
}

/** Waits until the figures of the tables are there. */
async function described(asked: SqlDatabases, open: OpenSqlDocument): Promise<Extract<SqlDatabaseState, { kind: 'ready' }>> {
  await (await asked.database(open)).describe();
  await expect.poll(() => ready(asked.state(open)).schema.tables[0]?.rows).toBeDefined();
  return ready(asked.state(open));
} // prettier-ignore

it('a schema stays the same object while it says the same, also when it is read again', async () => {
  const path = database('same.sqlite', 'CREATE TABLE a (x)', 'INSERT INTO a VALUES (1)');
  const { databases: asked } = world();
  const open = document('-- database: same.sqlite');
  await asked.settled(open);
  const first = await described(asked, open);
  utimesSync(path, new Date(), new Date(Date.now() + 5_000));
  const again = ready(await asked.refresh(open));
  expect(again.read).toBeGreaterThanOrEqual(first.read);
  expect(again.changed).not.toBe(first.changed);
  expect(again.schema).toBe(first.schema);
  expect((await described(asked, open)).schema).toBe(first.schema);
  database('same.sqlite', 'CREATE TABLE a (x, y)');
  expect(ready(await asked.refresh(open)).schema.tables[0]?.columns.map(({ name }) => name)).toEqual(['x', 'y']);
}); // prettier-ignore

it('a statement that runs when the file changes ends on what it began with; the next one asks the new file', async () => {
  database('running.sqlite', 'CREATE TABLE a (x)', 'INSERT INTO a VALUES (1)');
  const { databases: asked } = world();
  const open = document('-- database: running.sqlite');
  const before = await asked.database(open);
  await before.describe();
  const slow = before.run(
    'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT count(*), (SELECT count(*) FROM a) FROM n',
  );
  database('running.sqlite', 'CREATE TABLE a (x)', 'INSERT INTO a VALUES (1), (2)');
  const after = await asked.database(open);
  expect(after).not.toBe(before);
  expect(await slow).toMatchObject({ rows: [[300_000, 1]] });
  expect(await after.run('SELECT count(*) FROM a')).toMatchObject({ rows: [[2]] });
  await expect(before.run('SELECT 1')).rejects.toThrow(/closed/);
});

it('reading can be cancelled, says so, and can be asked for again', async () => {
  database('cancelled.sqlite', 'CREATE TABLE a (x)');
  const made = world();
  const open = document('-- database: cancelled.sqlite');
  made.databases.open(open);
  await expect.poll(() => made.cancel).toBeDefined();
  made.cancel?.();
  const state = await made.databases.settled(open);
  expect(state).toMatchObject({ kind: 'error', message: expect.stringMatching(/was cancelled\. "Read Database of SQL File Again" reads it/) as string });
  await expect(made.databases.database(open)).rejects.toThrow(/was cancelled/);
  expect(ready(await made.databases.refresh(open)).label).toBe('cancelled.sqlite');
}); // prettier-ignore

it.each(['database', 'settled', 'refresh'] as const)(
  'who waits for a database may stop waiting: %s',
  async (how) => {
    database('waiting.sqlite', 'CREATE TABLE a (x)');
    const { databases: asked } = world();
    const open = document('-- database: waiting.sqlite');
    const controller = new AbortController();
    const waiting = asked[how](open, controller.signal);
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(asked[how](open, controller.signal)).rejects.toThrow('enough');
    expect(ready(await asked.settled(open)).label).toBe('waiting.sqlite');
  },
);

it('databases that no document asks any more are closed, and all are where SQL is switched off', async () => {
  database('one.sqlite', 'CREATE TABLE a (x)');
  database('two.sqlite', 'CREATE TABLE b (x)');
  const made = world();
  const first = document('-- database: one.sqlite');
  const one = await made.databases.database(first);
  const second = document('-- database: two.sqlite', 2);
  made.databases.open(second);
  const two = await made.databases.database(second);
  await expect(one.run('SELECT 1')).rejects.toThrow(/closed/);
  expect(await two.run('SELECT 1')).toMatchObject({ rows: [[1]] });
  made.settings.now = { ...defaultSettings, sql: { ...defaultSettings.sql, enabled: false } };
  made.databases.settingsChanged();
  await expect(two.run('SELECT 1')).rejects.toThrow(/closed/);
});

it('a file that is written when it is read is waited for', async () => {
  const path = database('written.sqlite', 'CREATE TABLE a (x)');
  const { databases: asked } = world();
  const open = document('-- database: written.sqlite');
  await asked.settled(open);
  writeFileSync(`${path}-journal`, 'being written');
  const reading = asked.refresh(open);
  expect(asked.state(open).kind).toBe('ready');
  rmSync(`${path}-journal`);
  expect(ready(await reading).label).toBe('written.sqlite');
});

it('what a large file takes is told once', async () => {
  const path = database('large.sqlite', 'CREATE TABLE a (x)', 'INSERT INTO a VALUES (1)');
  truncateSync(path, 300 * 2 ** 20);
  const made = world();
  const open = document('-- database: large.sqlite');
  const { warning } = ready(await made.databases.settled(open));
  expect(warning).toMatch(/large\.sqlite has 300 MB/);
  await made.databases.refresh(open);
  expect(made.warned).toEqual([warning]);
  expect(await (await made.databases.database(open)).run('SELECT x FROM a')).toMatchObject({ rows: [[1]] });
});

it('a dump that is longer than CREATE statements are is not read, which would hold everything else up', async () => {
  const path = join(folder, 'dump.sql');
  writeFileSync(path, 'CREATE TABLE a (x);');
  truncateSync(path, 5 * 2 ** 20 + 1);
  const state = await world().databases.settled(document('-- database: dump.sql'));
  expect(state).toMatchObject({
    kind: 'error',
    message: `${path} has 6 MB; of SQL text 5 MB are read. Keep its CREATE statements in a file of their own.`,
  });
});
