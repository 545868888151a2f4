import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { atlas, databaseOf } from '../../server/src/databases/testing/makeDatabase.ts';
import { edited, startServer, TestFolder, type TestServer } from './harness.ts';

interface Position {
  line: number;
  character: number;
}
interface Range {
  start: Position;
  end: Position;
}
interface Location {
  uri: string;
  range: Range;
}
interface TextEdit {
  range: Range;
  newText: string;
}
interface CompletionItem {
  label: string;
  textEdit: TextEdit | { newText: string; insert: Range; replace: Range };
  documentation?: unknown;
}
interface CompletionList {
  items: CompletionItem[];
}
interface DocumentSymbol {
  name: string;
  detail: string;
  children?: DocumentSymbol[];
}
interface SelectionRange {
  range: Range;
  parent?: SelectionRange;
}
interface SemanticTokens {
  resultId: string;
  data: number[];
}
interface Signature {
  label: string;
  parameters: { label: unknown }[];
  activeParameter?: number;
}

const folder = new TestFolder();
let server: TestServer;
let opened = 0;

beforeAll(async () => {
  folder.write('atlas.sqlite', await databaseOf(...atlas));
  folder.write('schema.ddl.sql', '-- invented\nCREATE TABLE "ship yard" (id INT, berth TEXT);\n');
  folder.write('rows.csv', 'name\nOsk\n');
  server = await startServer({ folder: folder.path, settings: { sql: { database: 'atlas.sqlite' } } });
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  folder.dispose();
});

interface Place {
  readonly text: string;
  readonly textDocument: { readonly uri: string };
  readonly position: { readonly line: number; readonly character: number };
}

/** Opens a document of its own with the cursor at `¦`, once its database is known. */
async function at(source: string): Promise<Place> {
  const offset = source.indexOf('¦');
  const text = source.replace('¦', '');
  const before = source.slice(0, Math.max(0, offset)).split('\n');
  const uri = folder.uri(`editing-${++opened}.sql`);
  await server.open(uri, text, 'sql');
  const textDocument = { uri };
  await server.until(
    () => server.request<{ items: { code: string }[] }>('textDocument/diagnostic', { textDocument }),
    () => true,
    'problems',
  );
  return { text, textDocument, position: { line: before.length - 1, character: before.at(-1)?.length ?? 0 } };
}

async function asked<T>(method: string, source: string, more: object = {}): Promise<T & { place: Place }> {
  const place = await at(source);
  const { textDocument, position } = place;
  const answer = await server.request<T>(`textDocument/${method}`, { textDocument, position, ...more });
  return Object.assign(answer ?? ({} as T & object), { place });
}

function textOf(text: string, { start, end }: Range): string {
  const lines = text.split('\n');
  if (start.line === end.line) return (lines[start.line] ?? '').slice(start.character, end.character);
  const inner = lines.slice(start.line + 1, end.line);
  return [(lines[start.line] ?? '').slice(start.character), ...inner, (lines[end.line] ?? '').slice(0, end.character)].join('\n');
} // prettier-ignore

describe('completion', () => {
  const list = async (source: string, context?: object): Promise<CompletionList & { place: Place }> =>
    asked<CompletionList>('completion', source, context === undefined ? {} : { context });
  const labels = async (source: string): Promise<string[]> =>
    (await list(source)).items.slice(0, 5).map(({ label }) => label);

  it.each([
    ['SELECT * FROM ¦', 'city'],
    ['SELECT c.¦ FROM city c', 'country_id'],
    ['SELECT * FROM city c JOIN country n ON ¦', 'c.country_id = n.id'],
    ['WITH w AS (SELECT 1) SELECT * FROM ¦', 'w'],
    ["SELECT * FROM country WHERE name = ¦", "'Belmar'"],
    ['SELECT * FR¦', 'FROM'],
  ])('%s: %s', async (source, wanted) => {
    // Values are known once the database was looked through.
    const found = await server.until(() => labels(source), (some) => some.includes(wanted), wanted);
    expect(found).toContain(wanted);
  }); // prettier-ignore

  it('puts the caret between the parentheses of a function, and nothing of a name is a variable of the snippet', async () => {
    const { items, place } = await list('SELECT ma¦');
    const max = items.find(({ label }) => label === 'MAX' || label === 'max');
    expect(max).toMatchObject({ insertTextFormat: 2, kind: 3, labelDetails: { description: expect.stringContaining('max(') } });
    const edit = max?.textEdit as { newText: string; insert: Range; replace: Range };
    expect(edit.newText).toBe(`${max?.label}($0)`);
    expect(textOf(place.text, edit.replace)).toBe('ma');
  }); // prettier-ignore

  it('replaces a name with its quotes as a whole, and offers both ways for one without', async () => {
    const quoted = await list('SELECT "na¦" FROM city');
    const name = quoted.items.find(({ label }) => label === 'name');
    expect(edited(quoted.place.text, [name?.textEdit as TextEdit])).toBe('SELECT name FROM city');
    const plain = await list('SELECT na¦xx FROM city');
    const edit = plain.items.find(({ label }) => label === 'name')?.textEdit as { newText: string; insert: Range; replace: Range };
    expect([textOf(plain.place.text, edit.insert), textOf(plain.place.text, edit.replace)]).toEqual(['na', 'naxx']);
  }); // prettier-ignore

  it('tells more of an item when it is looked at', async () => {
    const { items } = await list('SELECT * FROM city WHERE ¦');
    const column = items.find(({ label }) => label === 'country_id');
    expect(column).not.toHaveProperty('documentation');
    const { documentation } = await server.request<CompletionItem>('completionItem/resolve', column);
    expect(documentation).toMatchObject({ kind: 'markdown', value: expect.stringContaining('→ country.id') });
  });

  it.each([{}, null, { uri: 3, sql: {} }, { sql: { kind: 'table', table: 1 } }, { sql: 'x' }])(
    'leaves an item as it is whose data is %j',
    async (data) => {
      const { place } = await list('SELECT ¦');
      const sent = { label: 'x', data: data === null ? null : { uri: place.textDocument.uri, ...data } };
      expect(await server.request('completionItem/resolve', sent)).toEqual(sent);
    },
  );

  it.each([
    ['SELECT * FROM ¦', ' ', true],
    ['SELECT * FROM city WHERE name = ¦', ' ', true],
    ['SELECT name, ¦', ' ', true],
    ['SELECT name ¦', ' ', false],
    ['SELECT * FROM city ¦', ' ', false],
    ['-- Q: ¦', ' ', false],
    ['SELECT c.¦ FROM city c', '.', true],
    ['SELECT 1.¦', '.', false],
    ['SELECT "¦" FROM city', '"', true],
    ['SELECT "name"¦ FROM city', '"', false],
    ["SELECT * FROM city WHERE name = '¦'", "'", true],
    ["SELECT '¦'", "'", false],
    ['SELECT #¦', '#', false],
    ['SELECT a/¦', '/', false],
  ])('%s: the list opens behind %j: %s', async (source, triggerCharacter, opens) => {
    const { items } = await list(source, { triggerKind: 2, triggerCharacter });
    expect((items ?? []).length > 0).toBe(opens);
  });
});

describe('hover', () => {
  const told = async (source: string): Promise<string> => {
    const { contents } = await asked<{ contents: unknown }>('hover', source);
    return (contents as { value?: string } | undefined)?.value ?? '';
  };
  it.each([
    ['SELECT c.name FROM ci¦ty c', '**city** — table'],
    ['SELECT c.popul¦ation FROM city c', '**city.population** — INTEGER'],
    ['SELECT c¦.name FROM city c', '**c** — alias of `city`'],
    ['SELECT cou¦nt(*) FROM city', 'count('],
    ['SELECT * FROM large_¦city', 'CREATE VIEW large_city AS SELECT name FROM city WHERE population > 500'],
    ['-- database: atl¦as.sqlite\nSELECT 1', '**atlas.sqlite** — SQLite database, 2 tables, 1 view'],
    ['-- database: atl¦as.sqlite\nSELECT 1', ', last changed '],
    ['SEL¦ECT name FROM city', '**Returns 4 rows**'],
    ['-- Q: wh¦ich?\nSELECT name FROM city WHERE id < 3', '**Returns 2 rows**'],
    ['-- database: no¦ne.sqlite\nSELECT 1', 'none.sqlite` cannot be used: '],
  ])('%s: %s', async (source, wanted) => {
    expect(await server.until(() => told(source), (text) => text.includes(wanted), wanted)).toContain(wanted);
  }); // prettier-ignore

  it('says nothing of space', async () => {
    expect(await told('SELECT 1; ¦ ')).toBe('');
  });
});

describe('names', () => {
  it.each([
    ['SELECT x¦.name FROM city AS x', 'x'],
    ['WITH big AS (SELECT 1 AS one) SELECT one FROM b¦ig', 'big'],
    ['CREATE TABLE made (a);\nSELECT ¦a FROM made;', 'a'],
  ])('%s leads to where it is given', async (source, wanted) => {
    const { uri, range, place } = await asked<Location>('definition', source);
    expect(uri).toBe(place.textDocument.uri);
    expect(textOf(place.text, range)).toBe(wanted);
  });

  it('of a file of CREATE statements lead into it, as it is now', async () => {
    const source = '-- database: schema.ddl.sql\nSELECT bert¦h FROM "ship yard"';
    const first = await server.until(() => asked<Location>('definition', source), ({ uri }) => uri !== undefined, 'the place'); // prettier-ignore
    const uri = pathToFileURL(join(folder.path, 'schema.ddl.sql')).href;
    expect({ uri: first.uri, range: first.range }).toEqual({
      uri,
      range: { start: { line: 1, character: 34 }, end: { line: 1, character: 39 } },
    });
    // In the editor it has a line more, which is not on disk.
    await server.open(uri, '-- one\n-- two\nCREATE TABLE "ship yard" (id INT, berth TEXT);\n', 'sql');
    const moved = await asked<Location>('definition', source);
    expect(moved.range.start).toEqual({ line: 2, character: 34 });
    await server.close(uri);
  });

  it('of the database have no text to go to', async () => {
    const { uri } = await asked<Location>('definition', 'SELECT * FROM ci¦ty');
    expect(uri).toBeUndefined();
  });

  it('are found in all statements, and marked', async () => {
    const source = 'SELECT name FROM ci¦ty;\nDELETE FROM city WHERE name = 1';
    const found = await asked<Location[]>('references', source, { context: { includeDeclaration: true } });
    expect(found.map(({ range }) => `${range.start.line}:${range.start.character}`)).toEqual(['0:17', '1:12']);
    const marks = await asked<{ range: Range; kind: number }[]>('documentHighlight', source);
    expect(marks.map(({ range, kind }) => [range.start.line, kind])).toEqual([[0, 2], [1, 3]]);
  }); // prettier-ignore

  it('that a statement gives are renamed, all others refused in words', async () => {
    const source = 'SELECT c.name FROM city ¦c WHERE c.id = 1';
    const start = await asked<{ placeholder: string }>('prepareRename', source);
    expect(start.placeholder).toBe('c');
    const { documentChanges, place } = await asked<{ documentChanges: unknown }>('rename', source, { newName: 'my town' });
    const [change] = documentChanges as { edits: TextEdit[] }[];
    expect(edited(place.text, change?.edits ?? [])).toBe('SELECT "my town".name FROM city "my town" WHERE "my town".id = 1');
    await expect(asked('prepareRename', 'SELECT * FROM ci¦ty')).rejects.toThrow('is a table of the database');
    await expect(asked('rename', 'SELECT c.name FROM city c, country ¦n', { newName: 'c' })).rejects.toThrow('visible already');
  }); // prettier-ignore
});

describe('the whole document', () => {
  const source = [
    '-- Q: which cities?',
    'with big as (',
    '  select id',
    '  from city',
    ')',
    'select * from big where id in (1,',
    '  2);',
    '',
    'select max( population ) from city',
  ].join('\n');

  it('has an outline', async () => {
    const symbols = await asked<DocumentSymbol[]>('documentSymbol', source);
    expect(symbols.map(({ name, detail, children }) => [name, detail, (children ?? []).map((child) => child.name)])).toEqual([
      ['SELECT city', 'which cities?', ['big']],
      ['SELECT city', 'select max( population ) from city', []],
    ]);
  }); // prettier-ignore

  it('folds', async () => {
    const folds = await asked<{ startLine: number; endLine: number }[]>('foldingRange', source);
    expect(folds.map(({ startLine, endLine }) => [startLine, endLine])).toEqual([
      [1, 6],
      [5, 6],
    ]);
  });

  it('is laid out, as a whole and in part, and comments stay', async () => {
    const options = { tabSize: 4, insertSpaces: true };
    const { place } = await asked<object>('documentSymbol', source);
    const { textDocument } = place;
    const whole = await server.request<TextEdit[]>('textDocument/formatting', { textDocument, options });
    const formatted = edited(source, whole);
    expect(formatted).toContain('-- Q: which cities?\nwith\n    big as (');
    expect(formatted).toContain('select\n    max(population)\nfrom\n    city');
    const line = { start: { line: 8, character: 0 }, end: { line: 8, character: 1 } };
    const part = await server.request<TextEdit[]>('textDocument/rangeFormatting', { textDocument, range: line, options }); // prettier-ignore
    expect(edited(source, part)).toBe(
      source.replace(/select max.*$/u, 'select\n    max(population)\nfrom\n    city'),
    );
  });

  it('is coloured, and after an edit only what changed is sent', async () => {
    const { place, ...tokens } = await asked<SemanticTokens>('semanticTokens/full', source);
    expect(tokens.data.length).toBeGreaterThan(50);
    const { textDocument } = place;
    const previousResultId = tokens.resultId;
    const end = { line: 8, character: 34 };
    await server.change(textDocument.uri, [{ range: { start: end, end }, text: ' c' }]);
    const delta = await server.request<{ edits: { data: number[] }[] }>('textDocument/semanticTokens/full/delta', { textDocument, previousResultId }); // prettier-ignore
    expect(delta.edits).toHaveLength(1);
    expect(delta.edits[0]?.data).toHaveLength(5);
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 5 } };
    const none = await server.request<SemanticTokens>('textDocument/semanticTokens/range', { textDocument, range }); // prettier-ignore
    expect(none.data).toEqual([]);
  });

  it('is selected in ever wider parts', async () => {
    const place = await at('SELECT max(c.pop¦ulation) FROM city c');
    const { textDocument, position } = place;
    const [found] = await server.request<SelectionRange[]>('textDocument/selectionRange', { textDocument, positions: [position] }); // prettier-ignore
    const parts: string[] = [];
    for (let range = found; range !== undefined; range = range.parent) parts.push(textOf(place.text, range.range)); // prettier-ignore
    expect(parts.slice(0, 4)).toEqual(['population', 'c.population', '(c.population)', 'max(c.population)']);
    expect(parts.at(-1)).toBe(place.text);
  });

  it('leads to the files that its comments name, where they are', async () => {
    const links = await asked<{ range: Range; target: string }[]>(
      'documentLink',
      '-- database: atlas.sqlite\n-- expect: in order rows.csv\nSELECT 1;\n-- expect: gone.csv\nSELECT 2;\n-- expect: SELECT 3\nSELECT 3',
    );
    expect(links.map(({ range, target }) => [range.start.line, range.start.character, target])).toEqual([
      [0, 13, pathToFileURL(join(folder.path, 'atlas.sqlite')).href],
      [1, 20, pathToFileURL(join(folder.path, 'rows.csv')).href],
    ]);
  });
});

describe('signatures', () => {
  it.each([
    ['SELECT substr(name, ¦) FROM city', 'substr(text, start[, length])', 'start'],
    ['INSERT INTO country VALUES (1, ¦)', 'country (id, name, capital, area)', 'name'],
  ])('%s: %s', async (source, label, parameter) => {
    const { signatures } = await asked<{ signatures: Signature[] }>('signatureHelp', source);
    const [signature] = signatures;
    expect(signature?.label).toBe(label);
    expect(signature?.parameters?.[signature.activeParameter ?? -1]?.label).toBe(parameter);
  });

  it('are none elsewhere', async () => {
    const { signatures } = await asked<{ signatures: Signature[] }>('signatureHelp', 'SELECT (1 + ¦)');
    expect(signatures).toBeUndefined();
  });
});
