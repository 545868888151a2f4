import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import initSqlJs from 'sql.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleDatabase } from '../../scripts/make-sample-database.mjs';
import { querent, querentJson } from './runQuerent.ts';

const samples = resolve(import.meta.dirname, '../../samples');
const folder = mkdtempSync(join(tmpdir(), 'querent-sql-'));
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const schema = `
  CREATE TABLE artist (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
  CREATE TABLE album (id INTEGER PRIMARY KEY, artist_id INTEGER REFERENCES artist (id), title TEXT, price REAL, cover BLOB);
`;
let shop: string;
let before: string;
beforeAll(async () => {
  const { Database } = await initSqlJs();
  const database = new Database();
  database.run(schema);
  database.run("INSERT INTO artist VALUES (1, 'Ann Ågren'), (9007199254740993, 'Bo, \"the\" Beat')");
  database.run(
    "INSERT INTO album VALUES (1, 1, 'First\nsteps', 9.5, x'00ff'), (2, 1, NULL, 9e999, NULL), (3, 9007199254740993, 'Last', 12, x'0102030405060708090a')",
  );
  shop = file('shop.sqlite', database.export());
  database.close();
  before = stateOf(shop);
});
afterAll(() => {
  // Whatever was tried, the database is as it was, and nothing lies beside it.
  expect(stateOf(shop)).toBe(before);
  expect(readdirSync(folder).filter((name) => name.startsWith('shop.sqlite'))).toEqual(['shop.sqlite']);
  rmSync(folder, { recursive: true, force: true });
});

function stateOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

interface Run {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  readonly rowCount: number;
  readonly isCounted: boolean;
  readonly isCut: boolean;
  readonly seconds: number;
}
const run = (sql: string, ...more: string[]): Promise<Run> =>
  querentJson<Run>(['sql', 'run', '-', '--database', shop, '--json', ...more], { input: sql });

it.each(['check', 'run', 'rewrite'])('querent sql %s has help with an example', async (command) => {
  const { stdout, code } = await querent(['sql', command, '--help']);
  expect(stdout).toMatch(/Examples:\n(?: {2}.*\n)* {2}querent sql /);
  expect(code).toBe(0);
});

describe('querent sql run', () => {
  it('prints columns, rows, their number and the time as JSON', async () => {
    const result = await run('SELECT id, title FROM album ORDER BY id DESC;');
    expect(result).toMatchObject({
      columns: ['id', 'title'],
      rows: [
        [3, 'Last'],
        [2, null],
        [1, 'First\nsteps'],
      ],
      rowCount: 3,
      isCounted: true,
      isCut: false,
    });
    expect(result.seconds).toBeGreaterThanOrEqual(0);
  });

  it('writes every value exactly: integers with all digits, infinity, bytes', async () => {
    const { stdout } = await querent(['sql', 'run', '-', '--database', shop, '--json'], {
      input:
        'SELECT max(artist_id), max(price), -max(price), cover FROM album WHERE id = 3 OR price > 100 ORDER BY cover',
    });
    expect(stdout).toContain('"rows":[[9007199254740993,1e999,-1e999,');
    const covers = await run('SELECT cover FROM album ORDER BY id');
    expect(covers.rows).toEqual([[{ blob: '00FF' }], [null], [{ blob: '0102030405060708090A' }]]);
  });

  it('prints a table for people: one line a row, numbers to the right, NULL told from texts', async () => {
    const { stdout, stderr, code } = await querent(['sql', 'run', '-', '--database', shop], {
      input: "SELECT id, title, price, cover, '' AS empty FROM album ORDER BY id",
    });
    expect(stdout.split('\n')).toEqual([
      'id  title           price  cover                            empty',
      '--  -----------  --------  -------------------------------  -----',
      ' 1  First steps       9.5  x\'00ff\' (2 bytes)',
      ' 2  NULL         Infinity  NULL',
      " 3  Last               12  x'0102030405060708…' (10 bytes)",
      '',
    ]); // prettier-ignore
    expect(stderr).toMatch(/^3 rows; 0(\.\d+)? s in shop\.sqlite\n$/);
    expect(code).toBe(0);
  });

  it('counts rows beyond those that are printed', async () => {
    const numbers =
      'WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 500) SELECT x FROM n';
    expect(await run(numbers, '--rows', '2')).toMatchObject({
      ...{ rows: [[1], [2]], rowCount: 500, isCounted: true, isCut: true },
    });
    const { stdout, stderr } = await querent(['sql', 'run', '-', '--database', shop], { input: numbers });
    expect(stdout.split('\n')).toHaveLength(2 + 100 + 1);
    expect(stderr).toContain('500 rows, the first 100 shown (--rows)');
  });

  it('tells how SQLite finds the rows with --plan', async () => {
    const { stderr } = await querent(['sql', 'run', '-', '--database', shop, '--plan'], {
      input: 'SELECT name FROM artist WHERE id = 1',
    });
    expect(stderr).toContain('artist');
  });

  it.each([
    [[], /holds 3 statements\. Say which is meant: --statement 1 to 3, or --line N/],
    [['--statement', '4'], /--statement 4: .* holds 3 statements/],
    [['--line', '9'], /--line 9: .* has 5 lines/],
    [['--line', '2', '--statement', '1'], /either --statement or --line/],
  ])('several statements, %j: says which could be meant', async (options, message) => {
    const several = file('several.sql', 'SELECT 1;\n-- two\nSELECT\n  2;\nSELECT 3');
    const { stderr, code } = await querent(['sql', 'run', several, '--database', shop, ...options]);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  it.each([
    [['--statement', '3'], 3],
    [['--line', '1'], 1],
    [['--line', '2'], 2],
    [['--line', '4'], 2],
  ])('runs the statement that is meant by %j', async (options, value) => {
    const several = file('several.sql', 'SELECT 1;\n-- two\nSELECT\n  2;\nSELECT 3');
    const result = await querentJson<Run>(['sql', 'run', several, '--database', shop, '--json', ...options]);
    expect(result.rows).toEqual([[value]]);
  });

  it.each(['-- database: shop.sqlite', '-- database: "./shop.sqlite"', '-- database: file:shop.sqlite', ''])(
    'finds the database as in the editor, from where the file lies: %j',
    async (comment) => {
      const path = file('named.sql', `${comment}\nSELECT count(*) FROM artist`);
      expect((await querentJson<Run>(['sql', 'run', path, '--json'])).rows).toEqual([[2]]);
    },
  );

  it.each([
    ['DELETE FROM artist', /DELETE is not run here/],
    ["ATTACH 'x.sqlite' AS x", /ATTACH is not run here/],
    ['PRAGMA writable_schema = 1', /PRAGMA is not run here/],
    ['WITH a AS (SELECT 1) DELETE FROM artist', /DELETE is not run here/],
    ["SELECT load_extension('x')", /not authorized|no such function/],
    [
      'SELECT 1, nam FROM artist',
      /^<stdin>:1:11 error .*`nam`.*name.*\(sql-unknown-column\)\n.*no such column: nam/,
    ],
    ['SELECT FROM', /syntax error/],
    ['  -- nothing', /holds no statement/],
    ['SELECT name FROM artist WHERE id = :id', /:id is a parameter, which has no value here/],
  ])('%s is told to be wrong, and no row is printed', async (sql, message) => {
    const { stdout, stderr, code } = await querent(['sql', 'run', '-', '--database', shop, '--json'], {
      input: sql,
    });
    expect(stderr).toMatch(message);
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
  });

  it('stops a statement that never ends, and says so with another exit code', async () => {
    const { stdout, stderr, code } = await querent(
      ['sql', 'run', '-', '--database', shop, '--json', '--timeout', '0.3'],
      { input: 'WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n' },
    );
    expect(stderr).toMatch(/stopped after 0\.3 s; what it would have given is not known/);
    expect({ stdout, code }).toEqual({ stdout: '', code: 3 });
  });

  it.each([
    [
      'no database',
      () => [],
      /^querent: No database\. Name one in a comment .* or with --database, or put it beside/,
    ],
    ['a missing one', () => ['--database', join(folder, 'no.sqlite')], /There is no database .*no\.sqlite/],
    ['a folder', () => ['--database', folder], /is a folder/],
    ['no SQLite file', () => ['--database', file('text.sqlite', 'a,b\n1,2\n')], /text\.sqlite/],
    ['an address', () => ['--database', 'https://example.org/a.sqlite'], /is an address/],
    [
      'PostgreSQL',
      () => ['--database', shop, '--dialect', 'postgresql'],
      /PostgreSQL, which is checked .* and not run/,
    ],
    ['a file of statements', () => ['--database', file('schema.sql', schema)], /no rows to run a query on/],
  ])('%s: says what to do', async (_, options, message) => {
    const { stdout, stderr, code } = await querent(['sql', 'run', '-', ...options()], { input: 'SELECT 1' });
    expect(stderr).toMatch(message);
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
  });

  describe('writes all rows into a file', () => {
    const out = (name: string): string => join(folder, name);
    const write = (name: string, ...more: string[]): ReturnType<typeof querent> =>
      querent(['sql', 'run', '-', '--database', shop, '--out', out(name), ...more], {
        input: 'SELECT id, title, cover FROM album ORDER BY id',
      });

    it.each([
      ['rows.csv', '1,"First\nsteps",'],
      ['rows.json', '"title"'],
    ])('%s, and nothing is printed', async (name, start) => {
      const { stdout, stderr, code } = await write(name);
      expect({ stdout, code }).toEqual({ stdout: '', code: 0 });
      expect(stderr).toMatch(new RegExp(`${name} written: 3 rows, \\d+ bytes`));
      expect(readFileSync(out(name), 'utf8')).toContain(start);
    });

    it.each([
      ['rows.txt', [], /Let its name end in \.csv or \.json/],
      ['there.csv', [], /there\.csv is there already .* or add --force/],
      ['shop.csv', [], /is the database itself/],
    ])('%s is refused, and stays as it was', async (name, more, message) => {
      if (name === 'there.csv') file(name, 'mine');
      if (name === 'shop.csv') symlinkSync(shop, out(name));
      const { stderr, code } = await write(name, ...more);
      expect(stderr).toMatch(message);
      expect(code).toBe(2);
      if (name === 'there.csv') {
        expect(readFileSync(out(name), 'utf8')).toBe('mine');
        expect((await write(name, '--force')).code).toBe(0);
        expect(readFileSync(out(name), 'utf8')).toMatch(/^\ufeff?id,title,cover/);
      }
    });
  });

  describe('holds rows against what the file expects', () => {
    file('trusted.sql', 'SELECT name FROM artist');
    file('names.csv', 'name\nAnn Ågren\n"Bo, ""the"" Beat"\n');
    it.each([
      [
        '[["Ann Ågren"], ["Bo, \\"the\\" Beat"]]',
        0,
        { isMatch: true, recall: 1, precision: 1, expectedRows: 2 },
      ],
      ['SELECT name FROM artist WHERE id = 1', 1, { isMatch: false, recall: 1, precision: 0.5 }],
      ['[["Ann Ågren"], ["Cid"], ["Dee"], ["Eve"]]', 1, { isMatch: false, recall: 0.25, precision: 0.5 }],
      ['in order SELECT name FROM artist ORDER BY name DESC', 1, { isMatch: false, isOrdered: true }],
      ['trusted.sql', 0, { isMatch: true }],
      ['names.csv', 0, { isMatch: true }],
      ['missing.csv', 2, { kind: 'problem', message: expect.stringContaining('missing.csv') as string }],
      [
        'SELECT nope FROM artist',
        2,
        { kind: 'problem', message: expect.stringContaining('trusted query') as string },
      ],
    ])('%s', async (expected, code, wanted) => {
      const path = file('expecting.sql', `-- expect: ${expected}\nSELECT name FROM artist ORDER BY name`);
      const args = ['sql', 'run', path, '--database', shop];
      const result = await querentJson<Run & { expectation: unknown }>([...args, '--json'], { code });
      expect(result.expectation).toMatchObject(wanted);
      // Rows are printed all the same.
      expect(result.rows).toHaveLength(2);
      const { stderr } = await querent(args);
      expect(stderr).toMatch(code === 0 ? /^as expected$/m : code === 1 ? /^not as expected: row recall/m : /^expected rows: /m); // prettier-ignore
    });

    it('compares all rows, however few are printed', async () => {
      const path = file('expecting.sql', '-- expect: SELECT id FROM album\nSELECT id FROM album');
      const { stdout, code } = await querent(['sql', 'run', path, '--database', shop, '--rows', '1']);
      expect(stdout.split('\n')).toHaveLength(4);
      expect(code).toBe(0);
    });
  });

  it('can be interrupted', async () => {
    const endless = file(
      'endless.sql',
      'WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n WHERE x < 0',
    );
    const { stdout, code } = await querent(['sql', 'run', endless, '--database', shop, '--timeout', '600'], {
      interruptAt: /still running; it is stopped after 600 s/,
    });
    expect({ stdout, code }).toEqual({ stdout: '', code: 130 });
  });
});

describe('querent sql check', () => {
  const check = (text: string, ...options: string[]): ReturnType<typeof querent> =>
    querent(['sql', 'check', '-', ...options], { input: text });

  it('tells errors at their places, with fixes, and ends with 1', async () => {
    const [checked] = await querentJson<
      { file: string; problems: { rule: string; severity: string; range: unknown; fixes: string[] }[] }[]
    >(['sql', 'check', '-', '--database', shop, '--json'], {
      input: 'SELECT 1;\nSELECT nmae FROM artist;\nSELECT name FROM artist',
      code: 1,
    });
    expect(checked).toMatchObject({
      file: '<stdin>',
      problems: [
        {
          rule: 'sql-unknown-column',
          severity: 'error',
          range: { start: { line: 1, character: 7 }, end: { line: 1, character: 11 } },
          fixes: [expect.stringContaining('name')],
        },
      ],
    });
  });

  it('knows the schema of a file of CREATE statements as that of a database', async () => {
    const ddl = file('schema.sql', schema);
    const text =
      'SELECT title, cover FROM album JOIN artist ON artist.id = album.artist_id;\nSELECT colour FROM album';
    const [fromFile, fromDatabase] = [
      await check(text, '--database', ddl),
      await check(text, '--database', shop),
    ];
    expect(fromFile.stdout).toMatch(/^<stdin>:2:8 error .*colour.* \(sql-unknown-column\)\n1 file: 1 errors/);
    expect(fromFile).toEqual(fromDatabase);
  });

  it('does not call names wrong where no schema is known, and says so; what cannot be read is wrong all the same', async () => {
    const { stdout, stderr, code } = await check('SELECT whatever FROM somewhere');
    expect(stdout).toBe('1 file: no problems\n');
    expect(stderr).toMatch(/^<stdin>: names are not checked\. No database\. .* with --database/);
    expect(code).toBe(0);
    expect((await check('SELECT (1 FROM')).code).toBe(1);
  });

  it.each([
    ['SELECT 1', ['--dialect', 'postgresql']],
    ['-- dialect: postgresql\nSELECT 1', []],
  ])('reads PostgreSQL by its own parser: %j %j', async (start, options) => {
    const text = `${start}::text, ARRAY[1] FROM t WHERE a = ANY($1);\nSELECT FROM WHERE`;
    const { stdout, code } = await check(text, ...options);
    expect(stdout).toMatch(/error .* \(sql-syntax\)\n1 file: 1 errors, 0 other problems\n$/);
    expect(stdout).toMatch(new RegExp(`^<stdin>:${start.includes('\n') ? 3 : 2}:13 `));
    expect(code).toBe(1);
  });

  it('fails from the level that is asked for', async () => {
    const doubtful = 'SELECT * FROM album WHERE title = NULL';
    const { stdout, code } = await check(doubtful, '--database', shop);
    expect(stdout).toMatch(/warning/);
    expect(code).toBe(0);
    expect((await check(doubtful, '--database', shop, '--fail-on', 'warning')).code).toBe(1);
    const suppressed = `-- querent-disable-file sql-null-comparison\n${doubtful}`;
    expect((await check(suppressed, '--database', shop, '--fail-on', 'hint')).code).toBe(0);
  });

  it('reports as SARIF and as annotations of GitHub', async () => {
    const { stdout } = await check('SELECT nope FROM artist', '--database', shop, '--format', 'sarif');
    const log = JSON.parse(stdout) as { runs: { results: { ruleId: string }[] }[] };
    expect(log.runs[0]?.results.map(({ ruleId }) => ruleId)).toEqual(['sql-unknown-column']);
    const github = await check('SELECT nope FROM artist', '--database', shop, '--format', 'github');
    expect(github.stdout).toMatch(/^::error file=<stdin>,line=1,endLine=1,col=8,endColumn=12/);
  });

  it.each([
    [
      'a database that is not there',
      () => ['--database', join(folder, 'no.sqlite')],
      /There is no file .*no\.sqlite/,
    ],
    ['a schema without tables', () => ['--database', file('empty.sql', '-- none')], /creates no table/],
    ['a format that does not exist', () => ['--format', 'xml'], /xml/],
  ])('%s is bad input', async (_, options, message) => {
    const { stderr, code } = await check('SELECT 1', ...options());
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  it('tells text that is not UTF-8', async () => {
    const { stdout, code } = await querent(['sql', 'check', file('latin1.sql', Buffer.from("SELECT '\xe9'", 'latin1'))]); // prettier-ignore
    expect(stdout).toContain('not-utf8');
    expect(code).toBe(1);
  });

  it('querent check sends people here', async () => {
    const { stderr, code } = await querent(['check', file('some.sql', 'SELECT 1')]);
    expect(stderr).toMatch(/Check it with: querent sql check/);
    expect(code).toBe(2);
  });
});

describe('the sample', () => {
  it('is what its script makes', async () => {
    const { Database } = await initSqlJs();
    const contents = (bytes: Uint8Array): unknown => {
      const database = new Database(bytes);
      const tables = database.exec("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY 1")[0]
        ?.values;
      const rows = tables?.map(([name]) => database.exec(`SELECT * FROM "${String(name)}"`));
      database.close();
      return { tables, rows };
    };
    const kept = readFileSync(join(samples, 'screening.sqlite'));
    expect(kept.length).toBeLessThan(100_000);
    expect(contents(kept)).toEqual(contents(await sampleDatabase()));
  });

  it('has the mistakes that it says it has, and no other', async () => {
    const { stdout, code } = await querent(['sql', 'check', join(samples, 'screening.sql')]);
    expect(code).toBe(1);
    expect(stdout.trim().split('\n').slice(0, -1).map((line) => / \((\S+)\)$/.exec(line)?.[1])).toEqual([
      'sql-unknown-column',
      'sql-null-comparison',
    ]); // prettier-ignore
  });

  it.each([1, 2, 3])('statement %d gives rows', async (statement) => {
    const result = await querentJson<Run>([
      ...['sql', 'run', join(samples, 'screening.sql'), '--json', '--statement', String(statement)],
    ]);
    expect(result.rowCount).toBeGreaterThan(0);
  });
});
