import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CancellationTokenSource, type CancellationToken } from 'vscode-jsonrpc';
import type { SqlPreviewResult } from '@querent/server/sqlProtocol';
import { atlas, databaseOf } from '../../server/src/databases/testing/makeDatabase.ts';
import { startServer, TestFolder, type TestServer } from './harness.ts';

interface CodeLens {
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
  readonly command?: { readonly title: string; readonly command: string; readonly arguments: unknown };
}

interface Hover {
  readonly contents: { readonly value: string };
}

/** Codes of LSP. */
const [requestCancelled, requestFailed] = [-32_800, -32_803];

/** Whole numbers from 1. */
const numbers = (rows: number): string =>
  `WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT ${rows}) SELECT x FROM n`;
/** Never gives a row, and never ends. */
const endless = 'WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n WHERE x < 0';

const folder = new TestFolder();
const uri = folder.uri('cities.sql');
let server: TestServer;
let before: string;

/** Every file of the folder: whatever was tried, no other file, no other byte. */
function stateOf(): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder.path).sort())
    hash.update(name).update(readFileSync(join(folder.path, name)));
  return hash.digest('hex');
}

beforeAll(async () => {
  folder.write('atlas.sqlite', await databaseOf(...atlas));
  folder.write('expected.csv', '"city"\r\n"Venn"\r\n"Osk"\r\n');
  folder.write('expected.sql', "-- by name\nSELECT name FROM city WHERE name IN ('Osk', 'Venn');\n");
  folder.write('schema.sql', 'CREATE TABLE city (id INTEGER PRIMARY KEY, name TEXT);');
  before = stateOf();
  server = await startServer({ folder: folder.path, settings: { sql: { timeoutSeconds: 1 } } });
  // The database stays open as long as somebody asks it.
  await server.open(folder.uri('other.sql'), '-- database: atlas.sqlite', 'sql');
}, 30_000);
afterEach(async () => {
  await server.close(uri);
  expect(stateOf()).toBe(before);
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  folder.dispose();
});

async function preview(text: string, line = 0, character = 0): Promise<SqlPreviewResult> {
  await server.open(uri, text, 'sql');
  return server.request<SqlPreviewResult>('querent/sql/preview', { uri, position: { line, character } });
}

async function lenses(wanted = 1): Promise<string[]> {
  const found = await server.until(
    () => server.request<CodeLens[]>('textDocument/codeLens', { textDocument: { uri } }),
    (some) => some.length >= wanted,
    'lenses',
  );
  return found.map(({ command, range }) => `${range.start.line}: ${command?.title} (${command?.command})`);
}

describe('a preview', () => {
  it('tells rows, how many, from where, how and when', async () => {
    const found = await preview('SELECT name, population FROM city\nORDER BY id;\n', 1);
    expect(found).toMatchObject({
      sql: 'SELECT name, population FROM city\nORDER BY id;',
      range: { start: { line: 0, character: 0 }, end: { line: 1, character: 12 } },
      version: 1,
      database: { label: 'atlas.sqlite', path: join(folder.path, 'atlas.sqlite') },
      result: {
        kind: 'rows',
        columns: ['name', 'population'],
        rows: [['Lutha', 900], ['Osk', 700], ['Venn', 300], ['Mirr', null]],
        total: 4,
        isCounted: true,
        plan: [{ depth: 0, text: 'Reads all of city.', isCostly: true }],
      },
    });
    expect(Math.abs(found.at - Date.now())).toBeLessThan(60_000);
    expect(await lenses(2)).toEqual([
      '0: $(play) Run (querent.sql.run)',
      expect.stringMatching(/^0: 4 rows, \S+ ms \(querent\.sql\.run\)$/u),
    ]);
  }); // prettier-ignore
});

describe('what is expected of a statement', () => {
  const query = 'SELECT name FROM city WHERE country_id = 2';
  it.each<[string, string, object]>([
    ['a trusted query', "-- expect: SELECT name FROM city WHERE name IN ('Osk', 'Venn')", { kind: 'compared', isMatch: true, recall: 1, precision: 1, expectedRows: 2, isOrdered: false }],
    ['a trusted query that orders', '-- expect: SELECT name FROM city WHERE country_id = 2 ORDER BY name DESC', { isMatch: false, recall: 1, precision: 1, isOrdered: true, difference: expect.stringContaining('in another order') as string }],
    ['rows in JSON', '-- expect: [["Venn"], ["Osk"]]', { isMatch: true }],
    ['rows in JSON, in order', '-- expect: in order [["Venn"], ["Osk"]]', { isMatch: false, isOrdered: true }],
    ['lines of CSV', '-- expect:\n--   city\n--   Osk\n--   Lutha', { isMatch: false, recall: 0.5, precision: 0.5, difference: 'Of 2 expected rows, 1 is missing: ("Lutha"); 1 row is too many: ("Venn").' }],
    ['a file of CSV', '-- expect: expected.csv', { isMatch: true }],
    ['a file with a query', '-- expect: expected.sql', { isMatch: true }],
    ['alternatives', '-- expect: [["Lutha"]]\n-- expect: expected.csv', { isMatch: true }],
    ['no rows', '-- expect: []', { isMatch: false, difference: 'It gives 2 rows; none are expected.' }],
    ['a query that is wrong', '-- expect: SELECT nam FROM city', { kind: 'problem', message: 'The trusted query cannot be run: no such column: nam. Correct it.' }],
    ['a query that writes', '-- expect: DELETE FROM city', { kind: 'problem' }],
    ['a query that never ends', `-- expect: ${endless}`, { kind: 'problem', message: expect.stringMatching(/^The trusted query was stopped after 1 s, so that its rows are not known\./u) as string }],
    ['a query of more rows than are compared', `-- expect: ${numbers(10_001)}`, { kind: 'problem', message: expect.stringMatching(/^The trusted query gives more than the 10,000 rows that are compared\./u) as string }],
    ['a file that is not there', '-- expect: nowhere.csv', { kind: 'problem', message: expect.stringMatching(/^There is no file .*nowhere\.csv\. Correct its name/u) as string }],
    ['nonsense', '-- expect: two rows', { kind: 'problem', message: expect.stringMatching(/^"two rows" is nothing that can be expected\./u) as string }],
  ])('%s', async (_, comment, expected) => {
    const line = comment.split('\n').length;
    const found = await preview(`${comment}\n${query}`, line);
    expect(found.result).toMatchObject({ kind: 'rows', total: 2 });
    expect(found.expectation).toMatchObject(expected);
  }); // prettier-ignore

  it('is compared with all rows, however few are shown', async () => {
    await server.open(uri, `-- expect: ${numbers(9_000)}\n${numbers(9_000)}`, 'sql');
    const position = { line: 1, character: 0 };
    const found = await server.request<SqlPreviewResult>('querent/sql/preview', { uri, position, rows: 3 });
    expect(found).toMatchObject({
      result: { total: 9_000 },
      expectation: { isMatch: true, expectedRows: 9_000 },
    });
    expect(found.result.kind === 'rows' && found.result.rows.length).toBe(3);
  });

  it('is not met by what took too long, or failed, not even where nothing is expected', async () => {
    const slow = await preview(`-- expect: []\n${endless}`, 1);
    expect(slow.result).toMatchObject({ kind: 'failure', code: 'timeout' });
    expect(slow).not.toHaveProperty('expectation');
    const wrong = await preview('-- expect: []\nSELECT nam FROM city', 1);
    expect(wrong.result).toMatchObject({ kind: 'failure', code: 'failed' });
    expect(wrong).not.toHaveProperty('expectation');
  });

  it('is told above the statement until either is changed', async () => {
    await preview(`-- expect: [["Osk"]]\n${query}`, 1);
    expect(await lenses(3)).toEqual([
      '1: $(play) Run (querent.sql.run)',
      expect.stringMatching(/^1: 2 rows, /u),
      '1: $(close) row recall 100 %, precision 50 % (querent.sql.run)',
    ]);
    const at = { line: 0, character: 14 };
    await server.change(uri, [{ range: { start: at, end: { line: 0, character: 17 } }, text: 'Venn' }]);
    expect(await lenses(2)).toHaveLength(2);
    await server.change(uri, [{ range: { start: { line: 1, character: 0 }, end: { line: 1, character: 6 } }, text: 'select' }]);
    expect(await lenses()).toEqual(['1: $(play) Run (querent.sql.run)']);
  }); // prettier-ignore
});

describe('a hover over a statement', () => {
  async function hover(text: string, line = 0, character = 2): Promise<string | undefined> {
    await server.open(uri, text, 'sql');
    await lenses();
    const params = { textDocument: { uri }, position: { line, character } };
    const found = await server.request<Hover | null>('textDocument/hover', params);
    return found?.contents.value;
  }

  it('tells what it returns, with the first rows, and remembers it', async () => {
    const text = "SELECT name, population, x.y FROM city, (SELECT x'00' AS y) AS x";
    const told = await hover(text);
    expect(told).toMatch(
      /^\*\*Returns 4 rows\*\* in <?\d+ ms\n\n\| name \| population \| y \|\n\| --- \| ---: \| --- \|\n\| Lutha \| 900 \| _blob, 1 bytes_ \|\n/u,
    );
    expect(told).toContain('| Mirr | _NULL_ |');
    expect(told).toMatch(/Run just now on `atlas\.sqlite`, which was changed .* ago\.$|changed just now\.$/u);
    expect(await lenses(2)).toHaveLength(2);
  });

  it('tells in its comments what differs from what is expected, and what takes time', async () => {
    const told = await hover('-- Q: which cities?\n-- expect: [["Osk"]]\nSELECT name FROM city WHERE country_id = 2', 1);
    expect(told).toContain('**Row recall 100 %, precision 50 %**: 1 row is too many: ("Venn").');
    expect(told).toContain('What may take time: Reads all of city.');
  }); // prettier-ignore

  it('tells nothing of a question that is not the one of the statement below', async () => {
    expect(await hover('-- Q: which cities?\nSELECT 1')).toContain('**Returns 1 row**');
    await server.close(uri);
    expect(await hover('-- Q: which cities?\n\nSELECT 1')).toBeUndefined();
  });

  it('shows no more than the first rows and columns, and nothing as markup', async () => {
    const columns = Array.from({ length: 12 }, (_, i) => `'a|b <i>[x](y)</i>' AS "c|${i}"`).join(', ');
    const told = await hover(`SELECT ${columns} FROM (${numbers(2_000)})`);
    expect(told).toContain('**Returns 2,000 rows**');
    expect(told).toContain('_… 1,992 more rows, 4 more columns_');
    expect(told).toContain('| a\\|b &lt;i>\\[x\\](y)&lt;/i> |');
    expect(told).toContain('| c\\|0 | c\\|1 |');
  });

  it.each([
    [endless, /^What it returns is not known yet: it takes longer than 1\.5 s|^\*\*No rows:\*\* The statement was stopped after 1 s/u],
    ['SELECT nam FROM city', /^\*\*No rows:\*\* no such column: nam/u],
    ['SELECT * FROM city WHERE id = :id', /^\*\*No rows:\*\* :id is a parameter/u],
  ])('%s: why there are none', async (text, wanted) => {
    expect(await hover(text)).toMatch(wanted);
  }); // prettier-ignore

  it('does not begin again what nobody waited for', async () => {
    // Each row takes long: a count of all pairs.
    const pairs = `SELECT count(*) FROM (${numbers(100_000)}) AS a, (${numbers(100_000)}) AS b WHERE a.x + b.x < 0`;
    const patient = await startServer({ folder: folder.path, settings: { sql: { timeoutSeconds: 60 } } });
    try {
      await patient.open(uri, pairs, 'sql');
      const ask = (): Promise<Hover | null> =>
        patient.request('textDocument/hover', { textDocument: { uri }, position: { line: 0, character: 2 } });
      const found = await patient.until(ask, (hover) => hover !== null, 'a hover');
      expect(found?.contents.value).toMatch(
        /^What it returns is not known yet: it takes longer than 1\.5 s/u,
      );
      const started = performance.now();
      expect(await ask()).toEqual(found);
      expect(performance.now() - started).toBeLessThan(1_400);
    } finally {
      expect(await patient.stop()).toBe(0);
    }
  });

  it.each(['DELETE FROM city', '-- dialect: postgresql\nSELECT 1', 'PRAGMA user_version'])(
    '%s: is not run',
    async (text) => {
      await server.open(uri, text, 'sql');
      const position = { line: text.split('\n').length - 1, character: 2 };
      const asked = { textDocument: { uri }, position };
      expect(await server.request('textDocument/hover', asked)).toBeNull();
    },
  );
});

describe('what is not run, or not to its end', () => {
  it.each<[string, 'syntax' | 'refused' | 'failed' | 'timeout', RegExp]>([
    [endless, 'timeout', /^The statement was stopped after 1 s; what it would have given is not known\. Narrow it, or raise/u],
    ['DELETE FROM city', 'refused', /^DELETE is not run here/u],
    ["INSERT INTO city (name) VALUES ('x')", 'refused', /^INSERT is not run here/u],
    ['WITH a AS (SELECT 1) DELETE FROM city', 'refused', /^DELETE is not run here, not behind WITH either/u],
    ["ATTACH 'other.sqlite' AS other", 'refused', /^ATTACH is not run here/u],
    ['PRAGMA user_version = 3', 'refused', /^PRAGMA is not run here/u],
    ["SELECT * FROM pragma_table_info('city')", 'refused', /pragma_table_info is not run here/u],
    ["VACUUM INTO 'copy.sqlite'", 'refused', /^VACUUM is not run here/u],
    ['CREATE TABLE x (a)', 'refused', /^CREATE is not run here/u],
    ['EXPLAIN SELECT 1', 'refused', /^EXPLAIN is not run here/u],
    ["SELECT load_extension('x')", 'failed', /no such function: load_extension/u],
    ["SELECT writefile('x', 'y')", 'failed', /no such function: writefile/u],
    ["SELECT readfile('/etc/passwd')", 'failed', /no such function: readfile/u],
    ['SELECT 1; DROP TABLE city', 'refused', /^DROP is not run here/u],
    ['SELECT \0 1', 'refused', /NUL/u],
    ['SELECT nam FROM city', 'failed', /^no such column: nam/u],
    ['SELECT name FRM city WHERE', 'syntax', /./u],
    ["SELECT 'abc", 'syntax', /unrecognized token/u],
    ['.import x.csv city', 'syntax', /near "\.": syntax error/u],
    ['SELECT * FROM city WHERE name = $name', 'failed', /^\$name is a parameter, which has no value here\. Write a value/u],
    ['SELECT * FROM city WHERE id = ?1 OR id = ?2', 'failed', /^\?1 is a parameter/u],
    [`SELECT ${'('.repeat(3_000)}1${')'.repeat(3_000)}`, 'failed', /recursion limit|depth|stack/iu],
    [`SELECT '${'x'.repeat(200_000)}'`, 'refused', /longer than 100,000 characters/u],
  ])('%#', async (text, code, message) => {
    // The last statement is meant.
    const at = text.lastIndexOf(';') + 2;
    const { result } = await preview(text, 0, text.includes(';') ? at : 0);
    expect(result).toMatchObject({ kind: 'failure', code, message: expect.stringMatching(message) as string });
    await lenses(0);
    // Whatever became of it, the next one is answered.
    await server.close(uri);
    expect((await preview('SELECT count(*) FROM city')).result).toMatchObject({ rows: [[4]] });
  }); // prettier-ignore

  it('tells the place of an error', async () => {
    const { result } = await preview('SELECT name\nFROM city\nWHERE nam = 1', 1);
    expect(result).toMatchObject({
      ...{ kind: 'failure', code: 'failed' },
      range: { start: { line: 2, character: 6 }, end: { line: 2, character: 9 } },
    });
    await server.close(uri);
    expect((await preview('SELECT 1 = :x')).result).toMatchObject({ range: { start: { line: 0, character: 11 } } });
  }); // prettier-ignore

  it('shows the first of a hundred million rows, and does not say that it counted them', async () => {
    const { result } = await preview(numbers(100_000_000));
    expect(result).toMatchObject({ kind: 'rows', isCounted: false });
    if (result.kind !== 'rows') return;
    expect(result.rows).toHaveLength(100);
    expect(result.total).toBeGreaterThan(1_000);
    expect(result.countMs).toBeLessThan(5_000);
    expect(await lenses(2)).toContainEqual(expect.stringMatching(/^0: at least [\d,]+ rows, /u));
  });

  it('shows values that JSON does not hold as what they are', async () => {
    const { result } = await preview(
      "SELECT 9007199254740993, 9e999, x'00FF', zeroblob(100), replace(hex(zeroblob(6000)), '00', 'ab'), '', NULL, 1.5",
    );
    expect(result).toMatchObject({
      rows: [
        [
          { kind: 'integer', text: '9007199254740993' },
          { kind: 'integer', text: 'Infinity' },
          { kind: 'blob', bytes: 2, start: '00FF' },
          { kind: 'blob', bytes: 100, start: '00'.repeat(32) },
          { kind: 'text', characters: 12_000, start: 'ab'.repeat(5_000) },
          '',
          null,
          1.5,
        ],
      ],
    });
  });

  it('is cancelled, and the next one is answered', async () => {
    await server.open(uri, `SELECT 1;\n${endless}`, 'sql');
    const ask = (line: number, token?: CancellationToken): Promise<SqlPreviewResult> =>
      server.request('querent/sql/preview', { uri, position: { line, character: 0 }, workDoneToken: 'run' }, token);
    await ask(0);
    const source = new CancellationTokenSource();
    const cancelled = ask(1, source.token);
    await server.message(({ method, params }) => method === '$/progress' && (params as { token: string }).token === 'run');
    source.cancel();
    await expect(cancelled).rejects.toMatchObject({ code: requestCancelled });
    expect((await ask(0)).result).toMatchObject({ rows: [[1]] });
    const ends = server.received.filter(({ params }) => (params as { value?: { kind?: string } })?.value?.kind === 'end');
    expect(ends.length).toBeGreaterThanOrEqual(2);
  }); // prettier-ignore

  it.each<[string, string, object, RegExp]>([
    ['no statement', '-- nothing\n', { line: 0, character: 3 }, /^Line 1: there is no statement here/u],
    ['a question alone', 'SELECT 1;\n-- Q: and then?', { line: 1, character: 3 }, /^Line 2: there is no statement here/u],
    ['no database', '-- database: nowhere.sqlite\nSELECT 1', { line: 1, character: 0 }, /nowhere\.sqlite/u],
    ['CREATE statements', '-- database: schema.sql\nSELECT 1', { line: 1, character: 0 }, /holds CREATE statements and no rows/u],
    ['a text', '-- database: expected.csv\nSELECT 1', { line: 1, character: 0 }, /expected\.csv/u],
    ['PostgreSQL', '-- dialect: postgresql\nSELECT 1', { line: 1, character: 0 }, /not run/u],
  ])('%s is told', async (_, text, position, message) => {
    await server.open(uri, text, 'sql');
    const request = server.request('querent/sql/preview', { uri, position });
    await expect(request).rejects.toMatchObject({ code: requestFailed, message: expect.stringMatching(message) as string });
  }); // prettier-ignore

  it.each([
    undefined,
    null,
    {},
    { uri: 3 },
    { uri: 'file:///nowhere.sql', position: { line: 0, character: 0 } },
  ])('nonsense is told: %j', async (params) => {
    await expect(server.request('querent/sql/preview', params)).rejects.toMatchObject({
      code: requestFailed,
    });
  });

  it.each([{}, { line: -1, character: NaN }, { line: 1e9, character: 1e9 }, { line: 'x' }])(
    'a position of nonsense is one of the document: %j',
    async (position) => {
      await server.open(uri, 'SELECT 1', 'sql');
      const found = await server.request<SqlPreviewResult>('querent/sql/preview', { uri, position });
      expect(found.result).toMatchObject({ rows: [[1]] });
    },
  );
});

describe('the statement at a position', () => {
  const text = [
    'SELECT 1;', // 0
    '-- a note',
    'SELECT 2; SELECT 3', // 2
    '',
    '-- Q: four?', // 4
    'SELECT', //5
    '  4',
    '-- behind', // 7
    '',
    '-- Q: nothing yet', // 9
  ].join('\n');
  it.each<[number, number, number | undefined]>([
    [0, 0, 1],
    [0, 9, 1],
    [1, 2, 2],
    [2, 0, 2],
    [2, 9, 2],
    [2, 10, 3],
    [2, 18, 3],
    [3, 0, 4],
    [4, 5, 4],
    [6, 3, 4],
    [9, 4, undefined],
  ])('%i:%i means %s', async (line, character, value) => {
    await server.open(uri, text, 'sql');
    const found = server.request<SqlPreviewResult>('querent/sql/preview', { uri, position: { line, character } });
    if (value === undefined) await expect(found).rejects.toThrow(/there is no statement here/u);
    else expect((await found).result).toMatchObject({ rows: [[value]] });
  }); // prettier-ignore
});
