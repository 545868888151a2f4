import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdtemp, open, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fileState } from './fileState.ts';
import { openDatabaseFile, openDatabases } from './index.ts';
import type { OpenedDatabase } from './index.ts';
import { atlas, makeDatabase } from './testing/makeDatabase.ts';
import { stateOf } from './testing/stateOf.ts';

const endlessCount = 'WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT COUNT(*) FROM n';

let folder: string;
let path: string;
let before: string;
/** The same file read in place and as a copy in memory. */
let native: OpenedDatabase;
let memory: OpenedDatabase;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'native-'));
  path = join(folder, 'my ?#%é atlas.sqlite');
  await makeDatabase(
    path,
    ...atlas,
    'CREATE INDEX by_country ON city (country_id)',
    'CREATE VIRTUAL TABLE note USING fts4(body)',
    "INSERT INTO note VALUES ('rain in the north'), ('sun')",
    'CREATE TABLE pair (a TEXT, b TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID',
    "INSERT INTO pair VALUES ('x', 'y')",
  );
  before = await stateOf(folder);
  native = await openDatabaseFile(path, { inPlaceFrom: 0, timeMs: 1_000, rows: 1_000 });
  memory = await openDatabaseFile(path, { timeMs: 1_000, rows: 1_000 });
});
afterAll(async () => {
  await native.close();
  await memory.close();
  // Whatever was tried, the folder is as it was: no other file, no other byte.
  expect(await stateOf(folder)).toBe(before);
  await rm(folder, { recursive: true });
});

describe('a database in place', () => {
  it('is of the engine that was asked for', () => {
    expect([native.weight, memory.weight]).toEqual([
      { kind: 'light', engine: 'native' },
      { kind: 'light', engine: 'memory' },
    ]);
  });

  it.each([
    'SELECT name, population AS people FROM city WHERE country_id = 1 ORDER BY id',
    'SELECT c.name, country.name FROM city c JOIN country ON country.id = c.country_id ORDER BY 1',
    "SELECT 9007199254740993, -9223372036854775808, 9007199254740991, 1.5, 9e999, NULL, x'00FF', 'é😀', \"text\"",
    'SELECT * FROM large_city; -- a comment',
    "SELECT body FROM note WHERE note MATCH 'rain'",
    'SELECT * FROM pair',
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 2000) SELECT x, upper('a') FROM n",
    "SELECT value FROM json_each('[1, 2]')",
    'SELEC name FROM city',
    'SELECT name FROM',
    'SELECT mayor FROM city',
    'SELECT abs(-9223372036854775808)',
    'DELETE FROM city',
    "ATTACH 'other.sqlite' AS other",
    "VACUUM INTO 'copy.sqlite'",
    'PRAGMA writable_schema = ON',
    'SELECT * FROM pragma_hard_heap_limit',
    'SELECT 1; DELETE FROM city',
    'WITH x AS (SELECT 1) INSERT INTO city SELECT 9, 9, 9, 9',
  ])('gives what a copy in memory gives: %s', async (sql) => {
    expect(await native.run(sql)).toEqual(await memory.run(sql));
    const preview = await native.preview(sql, { rows: 3 });
    const inMemory = await memory.preview(sql, { rows: 3 });
    const timeless = (each: typeof preview): unknown => ({ ...each, ms: 0, countMs: 0, message: '', plan: each.kind === 'rows' && each.plan.length });
    expect(timeless(preview)).toEqual(timeless(inMemory));
  }); // prettier-ignore

  it('has no extensions', async () => {
    expect(await native.run("SELECT load_extension('x')")).toMatchObject({
      kind: 'error',
      message: expect.stringMatching(/not authorized|no such function/u) as string,
    });
  });

  it('cuts answers that take too much', async () => {
    const outcome = await native.run('SELECT zeroblob(4000000) FROM city, country');
    expect(outcome.kind === 'rows' && [outcome.isCut, outcome.rows.length]).toEqual([true, 5]);
  });

  it('has the same schema, the same figures, the same rows in parts', async () => {
    expect(await native.schema()).toEqual(await memory.schema());
    expect(await native.describe()).toEqual(await memory.describe());
    const parts = [];
    for await (const part of native.stream('SELECT id FROM city ORDER BY id')) parts.push(part);
    expect(parts).toEqual([{ kind: 'part', columns: ['id'], rows: [[1], [2], [3], [4]], isLast: true }]);
  });

  it('ends statements without an end, by time or when they are cancelled, and answers the next', async () => {
    expect(await native.run(endlessCount)).toEqual({ kind: 'timeout', ms: 1_000 });
    expect(await native.run('SELECT COUNT(*) FROM city')).toMatchObject({ rows: [[4]] });
    const controller = new AbortController();
    const endless = native.run(endlessCount, { signal: controller.signal });
    controller.abort();
    await expect(endless).rejects.toMatchObject({ code: 'aborted' });
    const hundredMillion = await native.preview(endlessCount.replace('COUNT(*)', 'x').replace('FROM n)', 'FROM n LIMIT 100000000)'), { countMs: 200 });
    expect(hundredMillion).toMatchObject({ kind: 'rows', isCounted: false });
    expect(hundredMillion.kind === 'rows' && hundredMillion.rows.length).toBe(100);
  }); // prettier-ignore

  it('ends statements that take too much memory', async () => {
    const patient = await openDatabaseFile(path, { inPlaceFrom: 0, timeMs: 30_000 });
    expect(await patient.run('SELECT length(randomblob(450000000))')).toEqual({
      kind: 'error',
      code: 'failed',
      message:
        'The statement brought the database engine down (it took more than 256 MB of memory). Ask for fewer or shorter values.',
    });
    expect(await patient.run('SELECT COUNT(*) FROM city')).toMatchObject({ rows: [[4]] });
    await patient.close();
  });

  it('lets a program end that asked and closed it, and one that merely asked', async () => {
    for (const last of ['', 'await database.close(); console.log("closed");']) {
      const script =
        `import { openDatabaseFile } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'index.ts')).href)};` +
        `const database = await openDatabaseFile(${JSON.stringify(path)}, { inPlaceFrom: 0 });` +
        `console.log((await database.run('SELECT COUNT(*) FROM city')).rows[0][0]); ${last}`;
      const program = spawn(process.execPath, ['--input-type=module', '--eval', script]);
      let said = '';
      program.stdout.on('data', (text) => (said += String(text)));
      const [code] = (await once(program, 'close')) as [number];
      expect([code, said]).toEqual([0, last === '' ? '4\n' : '4\nclosed\n']);
    }
  });

  const children = (pid: number | undefined): readonly string[] =>
    readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter((each) => each !== ''); // prettier-ignore

  it.skipIf(process.platform !== 'linux')(
    'leaves no process behind when whoever asked is killed',
    async () => {
      const program = spawn(process.execPath, [
        join(import.meta.dirname, 'testing/endlessStatement.ts'),
        path,
      ]);
      await once(program.stdout, 'data');
      const started = children(program.pid);
      expect(started).toHaveLength(1);
      program.kill('SIGKILL');
      await vi.waitFor(
        () => expect(started.filter((pid) => existsSync(`/proc/${pid}/exe`))).toEqual([]),
        5_000,
      );
    },
  );

  // What was an endless wait once: a thread in a native statement is waited for by the usual end of a process.
  it('ends in the middle of a statement when what it says is heard by nobody', async () => {
    const deaf = `const heard = process.send;
      process.send = (message, sent) => {
        if (message.kind === 'ready') return heard.call(process, message, sent);
        const error = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
        setTimeout(() => (sent ? sent(error) : process.emit('error', error)), 300);
      };`;
    const limits = { timeMs: 600_000, rows: 1, answerBytes: 2 ** 20, heapBytes: 2 ** 30, openBytes: 2 ** 30 };
    const program = spawn(
      process.execPath,
      [
        ...['--import', `data:text/javascript,${encodeURIComponent(deaf)}`],
        ...[join(import.meta.dirname, 'nativeMain.ts'), JSON.stringify(limits)],
      ],
      { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], serialization: 'advanced' },
    );
    await once(program, 'message');
    const ended = once(program, 'exit');
    program.send({
      kind: 'run',
      file: { name: 'atlas', path, ...fileState(path) },
      sql: endlessCount,
    });
    const timer = setTimeout(() => program.kill('SIGTERM'), 10_000);
    expect(await ended).toEqual([null, 'SIGKILL']);
    clearTimeout(timer);
  });
});

describe('a file in place', () => {
  let place: string;
  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'native-'));
  });
  afterAll(() => rm(place, { recursive: true }));

  it('may have two gigabytes, and is not read for it', async () => {
    const large = join(place, 'large.sqlite');
    await makeDatabase(large, ...atlas);
    const file = await open(large, 'r+');
    // A hole behind the pages takes no place on the disk.
    await file.truncate(2 * 2 ** 30);
    await file.close();
    const started = performance.now();
    const database = await openDatabaseFile(large);
    expect(database.weight).toMatchObject({ kind: 'heavy', engine: 'native' });
    expect(await database.run('SELECT COUNT(*) FROM city')).toMatchObject({ rows: [[4]] });
    expect((await database.describe()).tables[1]).toMatchObject({ name: 'city', rows: 4 });
    expect(performance.now() - started).toBeLessThan(10_000);
    await database.close();
    await rm(large);
  });

  it('in WAL mode is read with what lies in its log, while a program writes', async () => {
    const logged = join(place, 'logged.sqlite');
    const writer = new DatabaseSync(logged);
    writer.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (a)');
    writer.exec('INSERT INTO t VALUES (1), (2)');
    writer.exec('BEGIN; INSERT INTO t VALUES (3)');
    const [data, log] = [readFileSync(logged), readFileSync(`${logged}-wal`)];
    for (const inPlaceFrom of [0, Infinity]) {
      const database = await openDatabaseFile(logged, { inPlaceFrom });
      expect(await database.run('SELECT COUNT(*) FROM t')).toMatchObject({ rows: [[2]] });
      await database.close();
    }
    expect([readFileSync(logged), readFileSync(`${logged}-wal`)]).toEqual([data, log]);
    writer.exec('COMMIT');
    const database = await openDatabaseFile(logged, { inPlaceFrom: 0 });
    expect(await database.run('SELECT COUNT(*) FROM t')).toMatchObject({ rows: [[3]] });
    writer.exec('INSERT INTO t VALUES (4)');
    await expect(database.run('SELECT COUNT(*) FROM t')).rejects.toThrow(/logged\.sqlite was changed after it was opened/u);
    await database.close();
    writer.close();
  }); // prettier-ignore

  it('that was changed since is not asked', async () => {
    const changed = join(place, 'changed.sqlite');
    await copyFile(path, changed);
    const database = await openDatabaseFile(changed, { inPlaceFrom: 0 });
    expect(await database.run('SELECT COUNT(*) FROM city')).toMatchObject({ rows: [[4]] });
    await utimes(changed, 1, 1);
    await expect(database.run('SELECT COUNT(*) FROM city')).rejects.toMatchObject({ code: 'bad-library' });
    await rm(changed);
    await expect(database.run('SELECT COUNT(*) FROM city')).rejects.toThrow(/was changed/u);
    await database.close();
  });

  it('stands beside copies in memory in one folder', async () => {
    const both = await mkdtemp(join(tmpdir(), 'native-'));
    await makeDatabase(join(both, 'small.sqlite'), 'CREATE TABLE t (a)');
    await makeDatabase(join(both, 'large.sqlite'), 'CREATE TABLE t (a)', `INSERT INTO t VALUES ('${'x'.repeat(20_000)}')`);
    const opened = await openDatabases(both, { inPlaceFrom: 10_000, threads: 1 });
    const asked = ['small', 'large', 'small', 'large'].map((name) => opened.run(name, 'SELECT COUNT(*) FROM t'));
    expect((await Promise.all(asked)).map((each) => each.kind === 'rows' && each.rows[0]?.[0])).toEqual([0, 1, 0, 1]);
    await opened.close();
    await rm(both, { recursive: true });
  }); // prettier-ignore
});
