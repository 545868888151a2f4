import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import initSqlJs from 'sql.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { edited, startServer, TestFolder, type TestServer } from './harness.ts';

// What is told about documents of SQL, and what the editor offers to do about it. Which database is asked: sqlDatabases.test.ts.

interface Position {
  readonly line: number;
  readonly character: number;
}
interface Diagnostic {
  readonly code: string;
  readonly severity: number;
  readonly message: string;
  readonly range: { readonly start: Position; readonly end: Position };
  readonly codeDescription?: { readonly href: string };
}
interface Action {
  readonly title: string;
  readonly kind: string;
  readonly isPreferred?: boolean;
  readonly edit?: { readonly documentChanges: readonly { readonly edits: readonly Edit[] }[] };
  readonly command?: { readonly command: string; readonly arguments: readonly unknown[] };
  readonly diagnostics?: readonly Diagnostic[];
}
type Edit = Parameters<typeof edited>[1][number];

const folder = new TestFolder();
const servers: TestServer[] = [];
let server: TestServer;
let number = 0;

async function started(options: Parameters<typeof startServer>[0] = {}): Promise<TestServer> {
  const one = await startServer({ folder: folder.path, settings: {}, ...options });
  servers.push(one);
  return one;
}

beforeAll(async () => {
  const sqlJs = await initSqlJs();
  const database = new sqlJs.Database();
  database.run('CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT, email TEXT)');
  database.run('CREATE TABLE purchase (id INTEGER PRIMARY KEY, customer_id INT REFERENCES customer (id), total REAL)');
  // Two, so that neither is that of documents that name none.
  for (const name of ['shop.sqlite', 'other.sqlite']) folder.write(name, database.export());
  folder.write('broken.sqlite', 'words');
  database.close();
  server = await started();
}); // prettier-ignore
afterAll(async () => {
  for (const one of servers) expect(await one.stop()).toBe(0);
  folder.dispose();
});

/** Opens a document of its own, and waits for its database. */
async function opened(text: string, one = server): Promise<string> {
  const uri = folder.uri(`d${String(++number)}.sql`);
  await one.open(uri, text, 'sql');
  await one.message(
    ({ method, params }) =>
      method === 'querent/status' &&
      (params as { databases: readonly { uri: string; state: string }[] }).databases.some(
        (each) => each.uri === uri && each.state !== 'loading',
      ),
  );
  return uri;
}

async function diagnostics(uri: string, one = server): Promise<readonly Diagnostic[]> {
  const answer = await one.request<{ items: readonly Diagnostic[] }>('textDocument/diagnostic', { textDocument: { uri } });
  return answer.items;
} // prettier-ignore

/** Code, severity and place. */
function brief(items: readonly Diagnostic[]): readonly string[] {
  return items.map(
    ({ code, severity, range: { start, end } }) =>
      `${code} ${String(severity)} ${String(start.line)}:${String(start.character)}-${String(end.character)}`,
  );
}

async function actions(uri: string, position: Position, only?: readonly string[]): Promise<readonly Action[]> {
  return server.request<readonly Action[]>('textDocument/codeAction', {
    textDocument: { uri },
    range: { start: position, end: position },
    context: { diagnostics: [], ...(only === undefined ? {} : { only }) },
  });
} // prettier-ignore

describe('diagnostics', () => {
  it.each<[string, readonly string[]]>([
    ['-- database: shop.sqlite\nSELECT nmae FROM customer;\n', ['sql-unknown-column 1 1:7-11']],
    ['-- database: shop.sqlite\nSELEC 1;\nSELECT name FROM custmer;', ['sql-syntax 1 1:0-5', 'sql-unknown-table 1 2:17-24']],
    ['-- database: shop.sqlite\nSELECT 1 FROM customer WHERE name = NULL;', ['sql-null-comparison 2 1:29-40']],
    ['-- database: shop.sqlite\nSELECT nmae FROM customer; -- querent-disable-line sql-unknown-column', []],
    ['-- database: shop.sqlite\nSELECT name FROM customer; -- querent-disable-line sql-unknown-column', ['unneeded-suppression 4 1:51-69']],
    ['-- database: shop.sqlite\nSELECT name FROM customer; -- querent-disable-line sql-no-rule', ['unknown-suppression 3 1:51-62']],
    ['-- database: shop.sqlite\nCREATE TABLE own (a);\nSELECT a, b FROM own;', ['sql-unknown-column 1 2:10-11']],
    ['-- database: broken.sqlite\nSELECT anything FROM anywhere;\nSELEC', ['sql-database 1 0:13-26', 'sql-syntax 1 2:0-5']],
    ['-- database: broken.sqlite\nCREATE TABLE mine (a);\nSELECT b FROM mine;\nSELECT 1 FROM mien;', ['sql-database 1 0:13-26']],
    ['CREATE TABLE mine (a);\nSELECT b FROM mine;\nSELECT 1 FROM mien;', ['sql-unknown-column 1 1:7-8', 'sql-unknown-table 1 2:14-18']],
    // PostgreSQL's own parser, and nothing that only SQLite means.
    ['-- dialect: postgresql\nSELECT a::int, "x" FROM t;\nSELECT FORM t x y;', ['sql-syntax 1 2:14-15']],
    ['-- dialect: postgrs\nSELECT 1;', ['sql-dialect 2 0:12-19']],
    // Of another system, where no database is named; and where SQLite is meant.
    ['DECLARE @n INT = 3;\nSELECT TOP 10 name FROM dbo.t;\nGO\n', ['sql-other-dialect 4 0:0-10']],
    ['-- dialect: sqlite\nSELECT a::int;', ['sql-unknown-token 1 1:8-13']],
  ])('%j: %j', async (text, expected) => {
    const uri = await opened(text);
    expect(brief(await diagnostics(uri))).toEqual(expected);
    await server.close(uri);
  }); // prettier-ignore

  it('have pages, which lie on the disk of the server', async () => {
    const uri = await opened('-- database: shop.sqlite\nSELECT nmae FROM customer WHERE name = NULL; SELEC; -- dialect: x');
    const items = await diagnostics(uri);
    expect(items.length).toBeGreaterThan(1);
    for (const { code, codeDescription } of items)
      expect(readFileSync(fileURLToPath(codeDescription?.href ?? ''), 'utf8')).toMatch(new RegExp(`^# ${code}\n`));
  }); // prettier-ignore

  it('a megabyte of nonsense gets a thousand at most, in time', async () => {
    const uri = folder.uri('nonsense.sql');
    await server.open(uri, '-- database: shop.sqlite\n' + 'SELEC 1;\n'.repeat(20_000), 'sql');
    const begun = performance.now();
    expect((await diagnostics(uri)).length).toBeLessThanOrEqual(1_000);
    expect(performance.now() - begun).toBeLessThan(10_000);
    await server.close(uri);
  });

  it('levels of the settings hold, and a broken database that they name is told at the first statement', async () => {
    const settings = {
      sql: { database: 'broken.sqlite' },
      lint: { 'sql-unknown-column': 'off', 'sql-null-comparison': 'error', 'sql-syntax': 'hint' },
    };
    const one = await started({ settings });
    const uri = await opened('-- database: shop.sqlite\nSELECT nmae FROM customer;\nSELECT 1 FROM customer WHERE name = NULL;\nSELEC', one);
    expect(brief(await diagnostics(uri, one))).toEqual(['sql-null-comparison 1 2:29-40', 'sql-syntax 4 3:0-5']);
    const unnamed = await opened('-- a comment\nSELECT 1;', one);
    const items = await diagnostics(unnamed, one);
    expect(brief(items)).toEqual(['sql-database 3 1:0-6']);
    expect(items[0]?.message).toMatch(/^Names are not checked: .*broken\.sqlite is a text, no SQLite database\./);
  }); // prettier-ignore

  it('where SQL is off, nothing is told, offered or opened, until it is on', async () => {
    const settings = { sql: { enabled: false } };
    const one = await started({ settings });
    const uri = folder.uri('off.sql');
    await one.open(uri, '-- database: broken.sqlite\nSELEC', 'sql');
    const textDocument = { uri };
    const position = { line: 1, character: 2 };
    expect(await diagnostics(uri, one)).toEqual([]);
    const range = { start: position, end: position };
    expect(await one.request('textDocument/codeAction', { textDocument, range, context: { diagnostics: [] } })).toEqual([]);
    expect(await one.request('textDocument/hover', { textDocument, position })).toBeNull();
    await expect(one.request('querent/sql/databases', { uri })).rejects.toThrow(/SQL is off/);
    const states = one.received.flatMap(({ method, params }) => method === 'querent/status' ? [(params as { databases: unknown }).databases] : []);
    expect(states.flat()).toEqual([]);
    for (const isOn of [true, false]) {
      settings.sql = { enabled: isOn };
      await one.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
      await one.until(async () => diagnostics(uri, one), (items) => items.length > 0 === isOn, 'What SQL being on or off changes');
    }
  }); // prettier-ignore

  it('a client that does not ask is told, again when the database is there', async () => {
    const one = await started({ pull: false });
    const uri = folder.uri('pushed.sql');
    await one.open(uri, '-- database: shop.sqlite\nSELECT nmae FROM customer;', 'sql');
    const { params } = await one.message(
      ({ method, params: sent }) =>
        method === 'textDocument/publishDiagnostics' &&
        (sent as { diagnostics: readonly unknown[] }).diagnostics.length > 0,
    );
    expect(brief((params as { diagnostics: readonly Diagnostic[] }).diagnostics)).toEqual(['sql-unknown-column 1 1:7-11']);
  }); // prettier-ignore
});

describe('code actions', () => {
  it('mend what is told', async () => {
    const text = '-- database: shop.sqlite\nSELECT nmae FROM customer;\nSELECT nmae FROM customer;';
    const uri = await opened(text);
    const found = await actions(uri, { line: 1, character: 8 });
    const [first] = found;
    expect([first?.title, first?.kind, first?.isPreferred]).toEqual(['Change to name', 'quickfix', true]);
    expect(first?.diagnostics?.map(({ code }) => code)).toEqual(['sql-unknown-column']);
    expect(found.map(({ title }) => title)).toEqual([
      'Change to name',
      'Change to name at all 2 places',
      'Propose corrections of this statement',
      'Disable sql-unknown-column for this line',
      'Explain this statement in words',
    ]);
    const after = edited(text, found[1]?.edit?.documentChanges[0]?.edits ?? []);
    expect(after).toBe(text.replaceAll('nmae', 'name'));
    await server.change(uri, [{ text: after }]);
    expect(await diagnostics(uri)).toEqual([]);
  });

  it('write the statement in other ways, and call the assistant with the place', async () => {
    const uri = await opened('-- database: shop.sqlite\n-- Q: Who?\nSELECT * FROM customer c');
    const found = await actions(uri, { line: 2, character: 8 }, ['refactor']);
    expect(found.map(({ title }) => title)).toEqual([
      'Write SQL for this question',
      'Expand * to 3 columns',
      'Explain this statement in words',
    ]);
    expect(found[0]?.command).toEqual({
      ...{ title: 'Write SQL for this question', command: 'querent.sql.write' },
      arguments: [uri, { line: 1, character: 0 }],
    });
    expect(found[2]?.command?.arguments).toEqual([uri, { line: 2, character: 0 }]);
  });

  it('fix all that is certain when it is asked for', async () => {
    const text = '-- database: shop.sqlite\nSELECT nmae FROM customer WHERE name = NULL;\nSELECT 1 FROM customer WHERE name = NULL';
    const uri = await opened(text);
    const [all, ...others] = await actions(uri, { line: 0, character: 0 }, ['source.fixAll']);
    expect(others).toEqual([]);
    expect(edited(text, all?.edit?.documentChanges[0]?.edits ?? [])).toBe(`${text.slice(0, -6)}IS NULL`);
  }); // prettier-ignore

  it('offer other databases where one is missing', async () => {
    const text = '-- database: shp.sqlite\nSELECT 1;';
    const uri = await opened(text);
    const found = await actions(uri, { line: 0, character: 15 }, ['quickfix']);
    expect(found.map(({ title }) => title)).toContain('Change to shop.sqlite');
    const change = found.find(({ title }) => title === 'Change to shop.sqlite');
    expect(edited(text, change?.edit?.documentChanges[0]?.edits ?? [])).toBe(
      '-- database: shop.sqlite\nSELECT 1;',
    );
    expect(found.find(({ title }) => title === 'Choose the database…')?.command).toMatchObject({
      command: 'querent.sql.chooseDatabase',
      arguments: [uri],
    });
  });

  it('a question without a database is offered one, and no statements of PostgreSQL are written', async () => {
    const uri = await opened('-- database:\n-- Q: Who?\n');
    const titles = (await actions(uri, { line: 1, character: 3 })).map(({ title }) => title);
    expect(titles).toEqual([]);
    const at = (await actions(uri, { line: 0, character: 12 })).map(({ title }) => title);
    expect(at).toEqual(expect.arrayContaining(['Change to shop.sqlite', 'Choose the database…']));
    const other = await opened('-- dialect: postgresql\n-- Q: Who?\nSELECT 1;');
    expect(await actions(other, { line: 1, character: 3 })).toEqual([]);
  });
});
