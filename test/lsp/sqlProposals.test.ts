/** Statements for questions, corrections and explanations over real LSP, with a model server that says what a test wrote. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import type { ReportResult } from '@querent/server/protocol';
import type { SqlProposeResult } from '@querent/server/sqlProtocol';
import { atlas, databaseOf } from '../../server/src/databases/testing/makeDatabase.ts';
import { edited, startServer, TestFolder, type TestServer } from './harness.ts';
import { TestModelServer } from './openAi.ts';

const folder = new TestFolder();
const endpoint = new TestModelServer();
/** What the client answers when it is asked for its settings; changed by {@link set}. */
const settings = { sql: { database: 'atlas.sqlite' }, model: {} as Record<string, unknown> };
let server: TestServer;
let opened = 0;

beforeAll(async () => {
  folder.write('atlas.sqlite', await databaseOf(...atlas));
  folder.write('schema.sql', 'CREATE TABLE river (id INTEGER PRIMARY KEY, name TEXT, length REAL);\n');
  await endpoint.start();
  server = await startServer({ folder: folder.path, settings, environment: { QUERENT_MODEL_KEY: '' } });
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  endpoint.stop();
  folder.dispose();
});
beforeEach(() => set({}));

async function set(model: Record<string, unknown>): Promise<void> {
  settings.model = model;
  await server.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
}

/** A model that always gives these statements, one after the other. */
async function speaking(...statements: readonly string[]): Promise<void> {
  let said = 0;
  endpoint.reply = () =>
    `<answer>${JSON.stringify({ sql: statements[said++ % statements.length] })}</answer>`;
  await set({ endpoint: endpoint.url, samples: statements.length });
}

interface Asked {
  readonly text: string;
  readonly params: {
    readonly uri: string;
    readonly position: { readonly line: number; readonly character: number };
  };
}

/** Opens a document of its own with the cursor at `¦`. */
async function at(source: string): Promise<Asked> {
  const offset = source.indexOf('¦');
  const text = source.replace('¦', '');
  const before = source.slice(0, Math.max(0, offset)).split('\n');
  const uri = folder.uri(`proposals-${++opened}.sql`);
  await server.open(uri, text, 'sql');
  return {
    text,
    params: { uri, position: { line: before.length - 1, character: before.at(-1)?.length ?? 0 } },
  };
}

async function proposed(
  source: string,
  kind: 'write' | 'fix' = 'write',
): Promise<SqlProposeResult & { readonly text: string }> {
  const { text, params } = await at(source);
  return { ...(await server.request<SqlProposeResult>('querent/sql/propose', { ...params, kind })), text };
}

/** The document with the proposal at a place inserted. */
function inserted({ text, proposals }: SqlProposeResult & { readonly text: string }, place = 0): string {
  return edited(text, proposals[place]?.edit.edits ?? []);
}

const hash = (): string =>
  createHash('sha256')
    .update(readFileSync(join(folder.path, 'atlas.sqlite')))
    .digest('hex');

describe('statements for a question', () => {
  it('of the method, with what they give, in words, and where they go', async () => {
    const found = await proposed('-- Q: How many cities are¦ there?\n-- evidence: all of them\n\nSELECT 1;\n');
    expect(found.question).toBe('How many cities are there?');
    expect(found.database).toMatchObject({ label: 'atlas.sqlite' });
    expect(found.proposals[0]).toMatchObject({
      source: 'deterministic',
      explanation: 'The number of rows of `city`.',
      result: { kind: 'rows', rows: [[4]], total: 1, isCounted: true },
      edit: { version: 1 },
    });
    expect(found.notes.join()).toContain('No language model had a say');
    expect(inserted(found)).toMatch(/^-- Q: How many cities are there\?\n-- evidence: all of them\nSELECT\s+COUNT\(\*\)\s+FROM\s+city;\n\nSELECT 1;\n$/u);
  });

  it('take the place of the statement right below, and keep line breaks of Windows', async () => {
    const found = await proposed('-- Q: How many cities are¦ there?\r\nSELECT 1;\r\nSELECT 2;\r\n');
    expect(inserted(found)).toMatch(/^-- Q: How many cities are there\?\r\nSELECT\s+COUNT\(\*\)\s+FROM\s+city;\r\nSELECT 2;\r\n$/u);
    expect(inserted(found).replaceAll('\r\n', '')).not.toContain('\n');
  });

  it('are laid out where they are long, in the view as in the document', async () => {
    const long = 'SELECT city.name, country.name AS country FROM city JOIN country ON country.id = city.country_id';
    await speaking(long);
    const found = await proposed('-- Q: Which city¦ is of which land and where?\r\nselect 1;\r\n');
    const place = found.proposals.findIndex(({ source }) => source === 'model');
    const laidOut = 'select\n  city.name,\n  country.name as country\nfrom\n  city\n  join country on country.id = city.country_id';
    expect(found.proposals[place]?.sql).toBe(laidOut);
    expect(inserted(found, place)).toBe(`-- Q: Which city is of which land and where?\r\n${laidOut.replaceAll('\n', '\r\n')};\r\n`);
  });

  it('of the model beside the method’s: votes, refusals, nothing changed', async () => {
    const before = hash();
    await speaking('SELECT MAX(population) FROM city', 'SELECT population FROM city ORDER BY 1 DESC LIMIT 1', 'DROP TABLE city', 'SELECT naem FROM city');
    const { proposals, notes } = await proposed('-- Q: What is the population of the largest city?¦\n');
    const best = proposals.find(({ result }) => result.kind === 'rows' && result.rows.length === 1 && result.rows[0]?.[0] === 900);
    expect(best?.votes).toBeGreaterThanOrEqual(2);
    expect(proposals.map(({ sql }) => sql)).toContain('SELECT name FROM city');
    expect(proposals.find(({ sql }) => sql === 'SELECT name FROM city')?.explanation).toContain('Corrected: `naem` to `name`.');
    expect(notes.join('\n')).toMatch(/`DROP TABLE city` was refused/u);
    expect(hash()).toBe(before);
  });

  it('that give the expected rows come first', async () => {
    await speaking('SELECT name FROM city WHERE population = 300');
    const { proposals } = await proposed('-- Q: How many cities are there?¦\n-- expect: [["Venn"]]\n');
    expect(proposals[0]).toMatchObject({ source: 'model', expectation: { kind: 'compared', isMatch: true } });
    expect(proposals[1]).toMatchObject({ source: 'deterministic', expectation: { kind: 'compared', isMatch: false } });
  });

  it('are prepared and not run where there are only CREATE statements', async () => {
    const { proposals } = await proposed('-- database: schema.sql\n-- Q: How many rivers are there?¦\n');
    expect(proposals[0]).toMatchObject({ sql: 'SELECT COUNT(*) FROM river', result: { kind: 'failure', code: 'refused' } });
  });

  it('for the tables that the document itself makes, where there is no database', async () => {
    const alone = await startServer();
    const uri = 'untitled:proposals';
    await alone.open(uri, 'CREATE TABLE lake (id INT, depth REAL);\n-- Q: How many lakes are there?\n', 'sql');
    const position = { line: 1, character: 3 };
    const found = await alone.request<SqlProposeResult>('querent/sql/propose', { uri, position, kind: 'write' });
    expect(found).toMatchObject({
      database: { label: 'this document' },
      proposals: [{ sql: 'SELECT COUNT(*) FROM lake', result: { kind: 'failure', code: 'refused' } }],
    });
    expect(await alone.stop()).toBe(0);
  });

  it('no model is asked where the workspace is not trusted', async () => {
    const asked = endpoint.asked.length;
    const model = { endpoint: endpoint.url, samples: 1 };
    const restricted = await startServer({ folder: folder.path, trusted: false, settings: { ...settings, model } });
    const uri = folder.uri('restricted.sql');
    await restricted.open(uri, '-- Q: How many cities are there?\n', 'sql');
    const position = { line: 0, character: 5 };
    const { proposals, notes } = await restricted.request<SqlProposeResult>('querent/sql/propose', { uri, position, kind: 'write' });
    expect(proposals[0]).toMatchObject({ source: 'deterministic', result: { rows: [[4]] } });
    expect(notes.join()).toContain('not trusted');
    expect(endpoint.asked.length).toBe(asked);
    expect(await restricted.stop()).toBe(0);
  });

  it('a model that is dead costs its own only', async () => {
    await set({ endpoint: 'http://127.0.0.1:9', samples: 2 });
    const { proposals, notes } = await proposed('-- Q: How many cities are there?¦\n');
    expect(proposals[0]).toMatchObject({ source: 'deterministic' });
    expect(notes.join('\n')).toContain('127.0.0.1:9');
  });

  it('of the method are there while the model is still silent', async () => {
    endpoint.reply = () => () => {};
    await set({ endpoint: endpoint.url, samples: 1 });
    const { params } = await at('-- Q: How many cities are there?¦\n');
    const source = new CancellationTokenSource();
    const all = { ...params, kind: 'write', partialResultToken: 'early' };
    const answer = server.connection.sendRequest('querent/sql/propose', all, source.token);
    const early = await server.message(
      ({ method, params: sent }) => method === '$/progress' && (sent as { token: unknown }).token === 'early',
    );
    expect((early.params as { value: SqlProposeResult }).value).toMatchObject({
      proposals: [{ source: 'deterministic', result: { rows: [[4]] } }],
      notes: ['The language model is still writing. These are the method’s own.'],
    });
    source.cancel();
    await expect(answer).rejects.toMatchObject({ code: -32800 });
  });

  it('can be cancelled while the model is silent', async () => {
    endpoint.reply = () => () => {};
    await set({ endpoint: endpoint.url, samples: 1 });
    const { params } = await at('-- Q: How many cities are there?¦\n');
    const source = new CancellationTokenSource();
    const asked = endpoint.asked.length;
    const answer = server.connection.sendRequest('querent/sql/propose', { ...params, kind: 'write' }, source.token);
    await server.until(() => Promise.resolve(endpoint.asked.slice(asked)), (paths) => paths.some((path) => path.includes('completions')), 'the model is asked');
    source.cancel();
    await expect(answer).rejects.toMatchObject({ code: -32800 });
  });
}); // prettier-ignore

describe('corrections', () => {
  it.each([
    ['SELECT naem FROM ctiy¦;\nSELECT 2;', 'SELECT name FROM city;\nSELECT 2;'],
    ['SELECT 1;\nSELECT name, FROM city¦', 'SELECT 1;\nSELECT name FROM city'],
    ['select  naem\n  FROM city¦ -- mine\n WHERE  id>1;', 'select  name\n  FROM city -- mine\n WHERE  id>1;'],
    [
      'SELECT city.naem, country.name AS country FROM city¦ JOIN country ON country.id = city.country_id;',
      'SELECT\n  city.name,\n  country.name AS country\nFROM\n  city\n  JOIN country ON country.id = city.country_id;',
    ],
    ['SELECT name FROM city WHERE population =¦ NULL;', 'SELECT name FROM city WHERE population IS NULL;'],
  ])('%s', async (source, wanted) => {
    expect(inserted(await proposed(source, 'fix'))).toBe(wanted);
  });

  it('say what is wrong, and are the model’s where nobody else knows one', async () => {
    await speaking('SELECT MIN(name) FROM city');
    const { proposals, notes } = await proposed('SELECT qqqqqq FROM¦ city', 'fix');
    expect(notes[0]).toMatch(/^What is wrong: .*qqqqqq/u);
    expect(proposals).toMatchObject([{ source: 'model', sql: 'SELECT MIN(name) FROM city', result: { rows: [['Lutha']] } }]);
  });
}); // prettier-ignore

it.each([
  ['-- nothing asked¦\nSELECT 1;', 'write', /Line 1: there is no question here/u],
  ['SELECT name FROM city¦;', 'fix', /nothing to mend/u],
  ['¦', 'fix', /no statement here/u],
  ['-- database: none.sqlite\n-- Q: How many?¦', 'write', /none\.sqlite/u],
  ['-- dialect: postgresql\n-- Q: How many?¦', 'write', /SQLite only/u],
] as const)('%s is refused in words', async (source, kind, message) => {
  const { params } = await at(source);
  await expect(server.request('querent/sql/propose', { ...params, kind })).rejects.toThrow(message);
});

it('an explanation is a report of steps, tables and doubts', async () => {
  const { params } = await at(
    'SELECT 1;\nSELECT co.name, count(*) FROM city c JOIN country co ON co.id = c.country_id WHERE c.population = NULL GROUP BY 1¦ ORDER BY 2 DESC;',
  );
  const { title, markdown } = await server.request<ReportResult>('querent/sql/explain', params);
  expect(title).toBe('What the statement in line 2 does');
  expect(markdown).toContain('1. Reads `city`.\n2. Each row is combined with the rows of `country`');
  expect(markdown).toContain('6. Sorts by column 2, largest first.');
  expect(markdown).toContain('| country | 3 rows | id (key), name, capital, area |');
  expect(markdown).toMatch(/## What is wrong or doubtful\n\n- .*NULL/u);
});

it('an explanation waits for a database that is still being opened', async () => {
  folder.write('late.sqlite', await databaseOf(...atlas));
  const { params } = await at('-- database: late.sqlite\nSELECT name FROM country¦;');
  const { markdown } = await server.request<ReportResult>('querent/sql/explain', params);
  expect(markdown).toContain('_By the schema of late.sqlite. Nothing was run._');
});
