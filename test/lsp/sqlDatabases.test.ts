import { copyFileSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import initSqlJs from 'sql.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SqlDatabasesResult, SqlDatabaseStatus } from '@querent/server/sqlProtocol';
import { startServer, TestFolder, type TestServer } from './harness.ts';

// Which database a document asks, what is told when it cannot be asked, and what happens when its file changes.

interface Diagnostic {
  readonly code: string;
  readonly severity: number;
  readonly message: string;
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
}

let sqlJs: Awaited<ReturnType<typeof initSqlJs>>;
const folder = new TestFolder();
let server: TestServer;

/** The bytes of a database. */
function bytesOf(...statements: readonly string[]): Uint8Array {
  const database = new sqlJs.Database();
  for (const statement of statements) database.run(statement);
  const bytes = database.export();
  database.close();
  return bytes;
}

beforeAll(async () => {
  sqlJs = await initSqlJs();
  for (const name of ['many', 'one', 'none', 'own', 'one/below']) mkdirSync(join(folder.path, name));
  const shop = bytesOf('CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT)');
  for (const name of ['shop.sqlite', 'a b%20c.sqlite', 'one/only.db', 'many/x.sqlite', 'many/y.sqlite', 'own/q.sqlite', 'own/r.sqlite'])
    folder.write(name, shop);
  folder.write('one/Thumbs.db', 'not a database');
  folder.write('schema.sql', 'CREATE TABLE visit (id INTEGER PRIMARY KEY, day TEXT);\nCREATE VIEW recent AS SELECT day FROM visit;');
  folder.write('nothing.sql', '-- nothing\nSELECT 1;');
  folder.write('words.sqlite', 'these are words');
  folder.write('empty.sqlite', '');
  server = await startServer({ folder: folder.path, settings: {}, trusted: false });
}); // prettier-ignore
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  folder.dispose();
});

let number = 0;
/** Opens a document of its own in a folder of the test's. */
async function opened(text: string, where = '.', name = `d${String(++number)}.sql`): Promise<string> {
  const uri = where === 'untitled' ? `untitled:U-${String(number)}` : pathToFileURL(join(folder.path, where, name)).href;
  await server.open(uri, text, 'sql');
  return uri;
} // prettier-ignore

/** How it stands when what is said last is `wanted`. */
async function status(uri: string, wanted: (now: SqlDatabaseStatus) => boolean): Promise<SqlDatabaseStatus> {
  return server.until(
    async () => Promise.resolve(latest(uri)),
    (now) => now !== undefined && wanted(now),
    `The state of ${uri}`,
  ) as Promise<SqlDatabaseStatus>;
}

function latest(uri: string): SqlDatabaseStatus | undefined {
  const last = server.received.findLast(({ method }) => method === 'querent/status');
  const { databases = [] } = (last?.params ?? {}) as { databases?: readonly SqlDatabaseStatus[] };
  return databases.find((one) => one.uri === uri);
}

const settled = ({ state }: SqlDatabaseStatus): boolean => state !== 'loading';

async function diagnostics(uri: string): Promise<readonly Diagnostic[]> {
  const answer = await server.request<{ items: readonly Diagnostic[] }>('textDocument/diagnostic', { textDocument: { uri } });
  return answer.items;
} // prettier-ignore

describe('the database of a document', () => {
  it.each<[string, string, string | undefined, string | RegExp]>([
    // text, folder, name, label or message
    ['-- database: shop.sqlite\n', '.', undefined, 'shop.sqlite'],
    ['-- database: "shop.sqlite"\n', 'one', undefined, 'shop.sqlite'],
    ['-- database: ../shop.sqlite\n', 'one', undefined, 'shop.sqlite'],
    ['-- database: a b%20c.sqlite\n', '.', undefined, 'a b%20c.sqlite'],
    ['-- database: file:a%20b%2520c.sqlite?mode=ro\n', '.', undefined, 'a b%20c.sqlite'],
    ['/* database: schema.sql */', '.', undefined, 'schema.sql'],
    ['SELECT 1', 'one', undefined, 'only.db'],
    ['SELECT 1', 'own', 'q.sql', 'q.sqlite'],
    ['-- database: shop.sqlite\n', 'untitled', undefined, 'shop.sqlite'],
    ['SELECT 1', 'many', undefined, /^Several databases lie here \(x\.sqlite, y\.sqlite\)\. Name one in a comment: -- database: x\.sqlite$/],
    ['/* dialect: postgresql */ SELECT 1', 'one', undefined, /^Statements of PostgreSQL are read and not run\./],
    ['/* dialect: postgresql */ -- database: ../schema.sql', 'one', undefined, 'schema.sql'],
    ['-- database:\n', '.', undefined, /^The comment names no database\./],
    ['-- database: gone.sqlite\n', '.', undefined, /^There is no file .*gone\.sqlite\. Correct its name, or put the database there\.$/],
    ['-- database: one\n', '.', undefined, /is a folder\. Name the database in it\.$/],
    ['-- database: words.sqlite\n', '.', undefined, /words\.sqlite is a text, no SQLite database\./],
    ['-- database: empty.sqlite\n', '.', undefined, /is empty \(0 bytes\)/],
    ['-- database: nothing.sql\n', '.', undefined, /creates no table\./],
    ['-- database: //server/share/a.sqlite\n', '.', undefined, /lies on another machine, which is not asked in Restricted Mode\./],
    ['-- database: postgres://server/base\n', '.', undefined, /is an address\./],
    ['-- database: file:%zz.sqlite\n', '.', undefined, /is no address of a file\./],
  ])('%j in %s: %s', async (text, where, name, expected) => {
    const uri = await opened(text, where, name);
    const now = await status(uri, settled);
    if (typeof expected === 'string') expect([now.state, now.database?.label]).toEqual(['ready', expected]);
    else {
      expect(now.state).toMatch(/^(?:none|error)$/);
      expect(now.explanation).toMatch(expected);
      const told = await diagnostics(uri);
      // Where the comment is, and at the level that it has; that there is none is no problem.
      if (text.startsWith('--')) expect(told.map(({ code, range }) => [code, range.start.line])).toEqual([['sql-database', 0]]);
      else expect(told).toEqual([]);
    }
    await server.close(uri);
  }); // prettier-ignore

  it('of two that are named, the first is asked, and the second is told', async () => {
    const uri = await opened('-- database: shop.sqlite\n-- database: schema.sql\nSELECT name FROM customer;');
    await status(uri, ({ state }) => state === 'ready');
    expect((await diagnostics(uri)).map(({ code, severity, range }) => [code, severity, range.start.line])).toEqual([['sql-database', 2, 1]]);
  }); // prettier-ignore

  it('a file of CREATE statements gives names, and runs nothing', async () => {
    const uri = await opened('-- database: schema.sql\nSELECT day FROM recent;\nSELECT dya FROM visit;');
    const { database } = await status(uri, ({ state }) => state === 'ready');
    expect([database?.tables, database?.rows]).toEqual([2, false]);
    expect((await diagnostics(uri)).map(({ code, range }) => [code, range.start.line])).toEqual([['sql-unknown-column', 2]]);
    await expect(
      server.request('querent/sql/preview', { uri, position: { line: 1, character: 0 } }),
    ).rejects.toThrow(/holds CREATE statements and no rows/);
  }); // prettier-ignore
});

describe('a file that changes', () => {
  it('is read again, and what was known stays until then', async () => {
    const path = folder.write('moving.sqlite', bytesOf('CREATE TABLE a (x)'));
    const uri = await opened('-- database: moving.sqlite\nSELECT y FROM a;');
    const before = await status(uri, ({ state }) => state === 'ready');
    expect((await diagnostics(uri)).map(({ code }) => code)).toEqual(['sql-unknown-column']);
    const from = server.received.length;
    writeFileSync(`${path}.new`, bytesOf('CREATE TABLE a (x, y)', 'CREATE TABLE b (z)'));
    renameSync(`${path}.new`, path);
    // Without a watcher of the client: it is looked at while the document is asked.
    await server.until(async () => diagnostics(uri), (items) => items.length === 0, 'The new schema'); // prettier-ignore
    const after = await status(uri, ({ database }) => database?.tables === 2);
    expect(after.database?.read).toBeGreaterThan(before.database?.read ?? 0);
    const states = server.received
      .slice(from)
      .filter(({ method }) => method === 'querent/status')
      .flatMap(({ params }) => (params as { databases: readonly SqlDatabaseStatus[] }).databases)
      .filter((one) => one.uri === uri);
    expect(new Set(states.map(({ state }) => state))).toEqual(new Set(['ready']));
  });

  it('is missed when it is gone, and found when it is there again, as the watcher of the client tells', async () => {
    const path = folder.write('going.sqlite', bytesOf('CREATE TABLE a (x)'));
    const uri = await opened('-- database: going.sqlite\nSELECT x FROM a;');
    await status(uri, ({ state }) => state === 'ready');
    rmSync(path);
    const changed = { changes: [{ uri: pathToFileURL(path).href, type: 3 }] };
    await server.connection.sendNotification('workspace/didChangeWatchedFiles', changed);
    await status(uri, ({ state }) => state === 'error');
    expect((await diagnostics(uri)).map(({ code, severity }) => [code, severity])).toEqual([['sql-database', 1]]);
    copyFileSync(join(folder.path, 'shop.sqlite'), path);
    await server.connection.sendNotification('workspace/didChangeWatchedFiles', changed);
    await status(uri, ({ state }) => state === 'ready');
    expect((await diagnostics(uri)).map(({ code }) => code)).toEqual(['sql-unknown-table']);
  }); // prettier-ignore

  it('by a commit in its log is as old as that, and what a statement gave before is told no longer, without being asked', async () => {
    const other = new DatabaseSync(join(folder.path, 'logged.sqlite'));
    try {
      other.exec('PRAGMA journal_mode = WAL; CREATE TABLE a (x); PRAGMA wal_checkpoint(TRUNCATE)');
      const uri = await opened('-- database: logged.sqlite\nSELECT x FROM a;');
      const before = await status(uri, ({ state }) => state === 'ready');
      await server.request('querent/sql/preview', { uri, position: { line: 1, character: 0 } });
      const lenses = async (): Promise<readonly string[]> => {
        const answer = await server.request<readonly { readonly command: { readonly title: string } }[]>('textDocument/codeLens', { textDocument: { uri } });
        return answer.map(({ command }) => command.title);
      };
      expect(await lenses()).toEqual(['$(play) Run', expect.stringContaining('0 rows')]);
      const own = statSync(join(folder.path, 'logged.sqlite')).mtimeMs;
      other.exec('INSERT INTO a VALUES (1)');
      expect(statSync(join(folder.path, 'logged.sqlite')).mtimeMs).toBe(own);
      const after = await status(uri, ({ database }) => (database?.changed ?? 0) > (before.database?.changed ?? Infinity));
      expect(after.database?.changed).toBe(statSync(join(folder.path, 'logged.sqlite-wal')).mtimeMs);
      expect(await lenses()).toEqual(['$(play) Run']);
      await server.request('querent/sql/preview', { uri, position: { line: 1, character: 0 } });
      expect(await lenses()).toEqual(['$(play) Run', expect.stringContaining('1 row')]);
    } finally {
      other.close();
    }
  }); // prettier-ignore

  it('is read again on demand, and never written', async () => {
    const path = folder.write('still.sqlite', bytesOf('CREATE TABLE a (x)'));
    const { mtimeMs } = statSync(path);
    const uri = await opened('-- database: still.sqlite\nSELECT x FROM a;');
    const before = await status(uri, ({ state }) => state === 'ready');
    const after = await server.request<SqlDatabaseStatus>('querent/sql/refreshSchema', { uri });
    expect(after.state).toBe('ready');
    expect(after.database?.read).toBeGreaterThanOrEqual(before.database?.read ?? Infinity);
    expect(statSync(path).mtimeMs).toBe(mtimeMs);
    await expect(server.request('querent/sql/refreshSchema', { uri: 'file:///not/open.sql' })).rejects.toThrow(/not open as SQL/);
  }); // prettier-ignore
});

describe('the list of databases', () => {
  const list = async (uri: string, chosen?: string): Promise<SqlDatabasesResult['databases']> =>
    (await server.request<SqlDatabasesResult>('querent/sql/databases', { uri, chosen })).databases;

  it('has those beside the document and of the workspace, and what is asked now', async () => {
    const uri = await opened('SELECT 1', 'one');
    await status(uri, ({ state }) => state === 'ready');
    const found = await list(uri);
    expect(found.map(({ name, isCurrent }) => [name, isCurrent]).slice(0, 2)).toEqual([
      ['only.db', true],
      ['../a b%20c.sqlite', false],
    ]);
    expect(found[0]?.edit.edits).toEqual([
      { range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, newText: '-- database: only.db\n' },
    ]);
  }); // prettier-ignore

  it.each([
    ['-- database: x.sqlite\nSELECT 1', '-- database: shop.sqlite\nSELECT 1'],
    ['-- database:\nSELECT 1', '-- database: shop.sqlite\nSELECT 1'],
    ['SELECT 1', '-- database: shop.sqlite\nSELECT 1'],
  ])('writes the chosen one into %j', async (text, expected) => {
    const uri = await opened(text);
    const chosen = (await list(uri, join(folder.path, 'shop.sqlite'))).find(({ name }) => name === 'shop.sqlite');
    const [edit] = chosen?.edit.edits ?? [];
    const lines = text.split('\n');
    const { start, end } = edit?.range ?? { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
    const [first = ''] = lines;
    lines[0] = first.slice(0, start.character) + (edit?.newText ?? '') + first.slice(end.character);
    expect(lines.join('\n')).toBe(expected);
  }); // prettier-ignore

  it.each([['/not/there.sqlite'], ['relative.sqlite'], ['//server/share.sqlite']])('%s cannot be chosen', async (chosen) => {
    const uri = await opened('SELECT 1');
    await expect(list(uri, chosen)).rejects.toThrow(/\. (?:Choose|Trust)/);
  }); // prettier-ignore
});
