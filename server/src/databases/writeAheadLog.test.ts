import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSqlJs } from '../library/sqlJs.ts';
import { rowsOf } from './connection.ts';
import { memoryConnection } from './memoryConnection.ts';
import type { SqlJs } from './memoryConnection.ts';
import { withLog } from './writeAheadLog.ts';

let folder: string;
let sqlJs: SqlJs;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'log-'));
  sqlJs = await loadSqlJs();
});
afterAll(() => rm(folder, { recursive: true }));

/** What a program does to a database in WAL mode. */
type Deed =
  | { readonly kind: 'insert'; readonly rows: number; readonly bytes: number }
  | { readonly kind: 'delete' | 'checkpoint' | 'restart' | 'undone' | 'shrink' }
  | { readonly kind: 'index'; readonly name: string };

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('insert' as const), rows: fc.integer({ min: 1, max: 40 }), bytes: fc.integer({ min: 0, max: 3_000 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('delete' as const, 'checkpoint' as const, 'restart' as const, 'undone' as const, 'shrink' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('index' as const), name: fc.constantFrom('i', 'j') }) },
); // prettier-ignore

function done(database: DatabaseSync, each: Deed): void {
  const insert = (rows: number, bytes: number): void =>
    database.exec(
      `INSERT INTO t (b) WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT ${rows}) SELECT randomblob(${bytes}) FROM n`,
    );
  switch (each.kind) {
    case 'insert':
      return insert(each.rows, each.bytes);
    case 'delete':
      return database.exec('DELETE FROM t WHERE a % 3 = 0');
    case 'checkpoint':
      return database.exec('PRAGMA wal_checkpoint(PASSIVE)');
    case 'restart':
      return database.exec('PRAGMA wal_checkpoint(RESTART)');
    case 'undone':
      database.exec('BEGIN; PRAGMA cache_size = 2');
      insert(60, 2_000);
      return database.exec('ROLLBACK');
    case 'shrink':
      return database.exec('DELETE FROM t WHERE a > 3; PRAGMA incremental_vacuum; VACUUM');
    case 'index':
      return database.exec(`CREATE INDEX IF NOT EXISTS ${each.name} ON t (b)`);
  }
}

const all = 'SELECT a, hex(b) FROM t ORDER BY a';

describe('a log', () => {
  it('gives what SQLite itself reads, at every moment, whatever a program did', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(512, 4_096, 65_536),
        fc.array(deed, { minLength: 1, maxLength: 12 }),
        async (page, deeds) => {
          const path = join(folder, `${run++}.sqlite`);
          const database = new DatabaseSync(path);
          database.exec(`PRAGMA page_size = ${page}; PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = OFF`);
          database.exec('CREATE TABLE t (a INTEGER PRIMARY KEY, b)');
          for (const each of deeds) {
            done(database, each);
            const whole = withLog(await readFile(path), await readFile(`${path}-wal`)).slice();
            whole.fill(1, 18, 20);
            const copy = memoryConnection(new sqlJs.Database(whole));
            expect(rowsOf(copy, all)).toEqual(database.prepare(all).all().map((row) => Object.values(row)));
            expect(rowsOf(copy, 'PRAGMA integrity_check')).toEqual([['ok']]);
            copy.close();
          }
          database.close();
        },
      ),
      { numRuns: 25 },
    );
  }, 30_000); // prettier-ignore

  it('that was cut off or damaged counts to its last whole transaction, as in SQLite', async () => {
    const path = join(folder, 'cut.sqlite');
    const database = new DatabaseSync(path);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (a INTEGER PRIMARY KEY, b)');
    for (let i = 0; i < 6; i++) done(database, { kind: 'insert', rows: 8, bytes: 900 });
    const [data, log] = [await readFile(path), await readFile(`${path}-wal`)];
    database.close();
    const place = fc.integer({ min: 0, max: log.length - 1 });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(place, fc.boolean(), async (at, isCut) => {
        const spoilt = isCut ? log.subarray(0, at) : log.map((byte, i) => (i === at ? byte ^ 0x55 : byte));
        const other = join(folder, `spoilt${run++}.sqlite`);
        await writeFile(other, data);
        await writeFile(`${other}-wal`, spoilt);
        const sqlite = new DatabaseSync(other);
        const count = "SELECT COUNT(*) AS n FROM sqlite_master WHERE name = 't'";
        const expected = sqlite.prepare(count).get()?.['n'] === 0 ? undefined : sqlite.prepare('SELECT COUNT(*) AS n FROM t').get()?.['n'];
        sqlite.close();
        const whole = withLog(data, spoilt).slice();
        whole.fill(1, 18, 20);
        const copy = memoryConnection(new sqlJs.Database(whole));
        const found = rowsOf(copy, count)[0]?.[0] === 0 ? undefined : rowsOf(copy, 'SELECT COUNT(*) FROM t')[0]?.[0];
        copy.close();
        expect(found).toBe(expected);
      }),
      { numRuns: 60 },
    );
  }, 30_000); // prettier-ignore
});
