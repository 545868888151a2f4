import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc';
import type { SqlPreviewResult } from '@querent/server/sqlProtocol';
import { atlas, databaseOf } from '../../server/src/databases/testing/makeDatabase.ts';
import { startServer, TestFolder, type TestServer } from './harness.ts';

// Databases that are read in place, and those that a program is writing to, from the editor's side.

const folder = new TestFolder();
let server: TestServer;
let writer: DatabaseSync;

beforeAll(async () => {
  folder.write('large.sqlite', await databaseOf(...atlas));
  // Behind its pages a hole, which takes no place on the disk: two gigabytes.
  truncateSync(join(folder.path, 'large.sqlite'), 2 * 2 ** 30);
  writer = new DatabaseSync(join(folder.path, 'written.sqlite'));
  writer.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE visit (id INTEGER)');
  writer.exec('INSERT INTO visit VALUES (1), (2)');
  server = await startServer({ folder: folder.path, settings: { sql: { timeoutSeconds: 2 } } });
}, 30_000);
afterAll(async () => {
  writer.close();
  expect(await server.stop()).toBe(0);
  folder.dispose();
});

async function preview(text: string): Promise<SqlPreviewResult> {
  const uri = folder.uri('asks.sql');
  await server.open(uri, text, 'sql');
  const position = { line: 1, character: 0 };
  const found = await server.request<SqlPreviewResult>('querent/sql/preview', { uri, position });
  await server.close(uri);
  return found;
}

/** The first megabyte, which holds all there is, and the size of what follows. */
async function stateOf(name: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(join(folder.path, name), { end: 2 ** 20 }))
    hash.update(chunk as Buffer);
  return hash.digest('hex');
}

describe('a database of two gigabytes', () => {
  it('is read in place, which is said once; nothing is written, nothing made beside it', async () => {
    const [files, state] = [readdirSync(folder.path), await stateOf('large.sqlite')];
    const sql = 'SELECT name FROM city ORDER BY id';
    expect(await preview(`-- database: large.sqlite\n${sql}`)).toMatchObject({
      result: { kind: 'rows', rows: [['Lutha'], ['Osk'], ['Venn'], ['Mirr']], total: 4, isCounted: true },
    });
    expect(await preview('-- database: large.sqlite\nDELETE FROM city')).toMatchObject({
      result: { kind: 'failure', code: 'refused' },
    });
    const told = await server.message(({ method }) => method === 'window/showMessage');
    expect(JSON.stringify(told)).toMatch(/large\.sqlite has 2,048 MB\. It is not copied into memory but read in place/u);
    expect([readdirSync(folder.path), await stateOf('large.sqlite')]).toEqual([files, state]);
  }, 20_000); // prettier-ignore

  it('is not waited for: what takes too long ends, what is cancelled ends at once, and no process is left', async () => {
    const endless = 'WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n WHERE x < 0';
    expect(await preview(`-- database: large.sqlite\n${endless}`)).toMatchObject({
      result: { kind: 'failure', code: 'timeout' },
    });
    const uri = folder.uri('endless.sql');
    await server.open(uri, `-- database: large.sqlite\n${endless}`, 'sql');
    const source = new CancellationTokenSource();
    const position = { line: 1, character: 0 };
    const cancelled = server.request('querent/sql/preview', { uri, position }, source.token);
    source.cancel();
    await expect(cancelled).rejects.toMatchObject({ code: -32_800 });
    await server.close(uri);
    if (process.platform !== 'linux') return;
    // With its last document the database is closed, and with it its processes.
    await server.until(
      async () => Promise.resolve(childrenOf(server.process.pid)),
      (left) => left === 0,
      'no process',
    );
  }, 20_000); // prettier-ignore
});

/** Processes that the server started and that run. */
function childrenOf(pid: number | undefined): number {
  const path = `/proc/${pid}/task/${pid}/children`;
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split(' ').filter(Boolean).length : 0;
}

describe('a database that a program writes to', () => {
  it('is read as it was committed, at every moment', async () => {
    const count = '-- database: written.sqlite\nSELECT COUNT(*) FROM visit';
    expect(await preview(count)).toMatchObject({ result: { rows: [[2]] } });
    writer.exec('BEGIN; INSERT INTO visit VALUES (3)');
    expect(await preview(count)).toMatchObject({ result: { rows: [[2]] } });
    writer.exec('COMMIT');
    expect(await preview(count)).toMatchObject({ result: { rows: [[3]] } });
    writer.exec('INSERT INTO visit VALUES (4); PRAGMA wal_checkpoint(RESTART)');
    expect(await preview(count)).toMatchObject({ result: { rows: [[4]] } });
  }, 20_000);
});
