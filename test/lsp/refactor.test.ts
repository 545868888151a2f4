import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LineIndex } from '@querent/core/text';
import { refactorings } from '../../server/src/protocol.ts';
import { edited, startServer, TestFolder, type TestServer } from './harness.ts';
import { editsOf } from './edits.ts';

interface LspRange {
  start: { line: number; character: number };
  end: { line: number; character: number };
}
interface Action {
  title: string;
  kind: string;
  edit?: Record<string, unknown>;
  data?: unknown;
  disabled?: { reason: string };
}
interface Offers {
  version: number;
  offers: { title: string; edits: { range: LspRange; newText: string }[]; cursor?: LspRange['start'] }[];
  problem?: string;
}

const folder = new TestFolder();
folder.write(
  'mesh.jsonl',
  `${JSON.stringify({ ui: 'D000058', name: 'Accidental Falls', entry: ['Falls', 'Slip and Fall'] })}\n`,
);
const seedsPath = folder.write('known.txt', '8466062\n');
const uri = folder.uri('editing.pubmed');
const textDocument = { uri };
const text = `---
database: missing.sqlite
seeds: known.txt
---
// falls
#1 x[ti] AND (falls[tiab] or “slips”[tiab]) // why
#3 #1 NOT 8466062[pmid]
`;
let server: TestServer;

beforeAll(async () => {
  server = await startServer({
    folder: folder.path,
    settings: { mesh: { path: 'mesh.jsonl' }, format: { lineWidth: 30, tags: 'short' } },
  });
  await server.open(uri, text);
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  folder.dispose();
});

/** The range of `part`, or a cursor behind its first `after` characters. */
function rangeOf(part: string, after?: number, of = text): LspRange {
  const lines = new LineIndex(of);
  const start = of.indexOf(part) + (after ?? 0);
  return {
    start: lines.positionAt(start),
    end: lines.positionAt(after === undefined ? start + part.length : start),
  };
}

const actionsAt = (range: LspRange, only?: string[]): Promise<Action[]> =>
  server.request('textDocument/codeAction', {
    textDocument,
    range,
    context: { diagnostics: [], ...(only === undefined ? {} : { only }) },
  });

describe('code actions', () => {
  it('offer refactorings without edits, which come when one is chosen', async () => {
    const actions = await actionsAt(rangeOf('falls[tiab]', 2), ['refactor']);
    const extract = actions.find(({ kind }) => kind === 'refactor.extract');
    expect(extract?.title).toBe('Extract to line #1');
    expect(extract?.edit).toBeUndefined();
    const { edit = {} } = await server.request<Action>('codeAction/resolve', extract);
    expect(edited(text, editsOf(edit))).toBe(
      text
        .replace(
          '#1 x[ti] AND (falls[tiab] or “slips”[tiab])',
          '#1 falls[tiab] or “slips”[tiab]\n#2 x[ti] AND #1',
        )
        .replace('#3 #1 NOT', '#3 #2 NOT'),
    );
  });

  it('of the whole document come where they are asked for', async () => {
    const kinds = (actions: readonly Action[]): string[] =>
      [...new Set(actions.map(({ kind }) => kind))].sort();
    const cursor = rangeOf('x[ti]', 1);
    expect(kinds(await actionsAt(cursor)).filter((kind) => kind.startsWith('source.'))).toEqual([
      'source.fixAll.querent',
    ]);
    expect(kinds(await actionsAt(cursor, ['source']))).toEqual([
      'source.fixAll.querent',
      'source.renumber.querent',
      'source.straightQuotes.querent',
    ]);
    expect(kinds(await actionsAt(cursor, ['source.fixAll.querent']))).toEqual(['source.fixAll.querent']);
    expect(kinds(await actionsAt(cursor, ['refactor.inline']))).toEqual([]);
  });

  it('fix all when that is chosen, and send no edits of the whole document before', async () => {
    const long = folder.uri('long.pubmed');
    const lines = Array.from({ length: 300 }, (_, i) => `#${i + 1} a${i}[ti] or b${i}[ti]`);
    await server.open(long, lines.join('\n'));
    const at = { start: { line: 0, character: 10 }, end: { line: 0, character: 10 } };
    const params = { textDocument: { uri: long }, range: at };
    const actions = await server.request<Action[]>('textDocument/codeAction', {
      ...params,
      context: { diagnostics: [] },
    });
    expect(JSON.stringify(actions).length).toBeLessThan(20_000);
    const all = actions.find(({ title }) => title.startsWith('Fix all 300'));
    const { edit = {} } = await server.request<Action>('codeAction/resolve', all);
    expect(edited(lines.join('\n'), editsOf(edit))).toBe(lines.join('\n').replaceAll(' or ', ' OR '));
    // Saving asks by name, and need not resolve.
    const [named] = await server.request<Action[]>('textDocument/codeAction', {
      ...params,
      context: { diagnostics: [], only: ['source.fixAll'] },
    });
    expect(editsOf(named?.edit ?? {})).toHaveLength(300);
    await server.change(long, [{ text: lines.slice(0, 9).join('\n') }]);
    expect((await server.request<Action>('codeAction/resolve', all)).disabled?.reason).toMatch(/has changed/);
    await server.close(long);
  });

  it('say so when the strategy has changed before they were chosen', async () => {
    const other = folder.uri('changing.pubmed');
    await server.open(other, '(a[tiab] OR b[tiab]) AND c[tiab]');
    const at = { start: { line: 0, character: 2 }, end: { line: 0, character: 2 } };
    const [action] = await server.request<Action[]>('textDocument/codeAction', {
      textDocument: { uri: other },
      range: at,
      context: { diagnostics: [], only: ['refactor.extract'] },
    });
    await server.change(other, [{ text: 'nothing[tiab]' }]);
    const resolved = await server.request<Action>('codeAction/resolve', action);
    expect(resolved.edit).toBeUndefined();
    expect(resolved.disabled?.reason).toMatch(/has changed/);
    await server.close(other);
  });
});

describe('querent/refactor', () => {
  const ask = (id: string, range: LspRange): Promise<Offers> =>
    server.request('querent/refactor', { uri, id, range });

  it('gives what one refactoring can do', async () => {
    const found = await server.until(
      () => ask('addHeading', rangeOf('falls[tiab]', 2)),
      ({ offers }) => offers.length > 0,
      'The heading, once MeSH is loaded',
    );
    expect(edited(text, found.offers[0]?.edits ?? [])).toContain('falls[tiab] OR "Accidental Falls"[mh] or');
    expect((await ask('changeField', rangeOf('falls[tiab]', 2))).offers.length).toBeGreaterThan(10);
  });

  it('tells where the cursor goes', async () => {
    const { offers } = await ask('insertLine', rangeOf('x[ti]', 2));
    const after = edited(text, offers[0]?.edits ?? []);
    expect(after).toContain('// why\n#2 \n#3 #1');
    expect(offers[0]?.cursor).toEqual(rangeOf('#2 ', 3, after).start);
  });

  it.each([
    ['toggleExplode', /Put the cursor on a heading/],
    ['nonsense', /There is no refactoring/],
    [7, /There is no refactoring/],
  ])('says why %s does nothing', async (id, problem) => {
    const found = await ask(id as string, rangeOf('x[ti]', 1));
    expect(found.offers).toEqual([]);
    expect(found.problem).toMatch(problem);
  });

  it.each([
    { start: { line: -1, character: -1 }, end: { line: 1e9, character: 1e9 } },
    { start: { line: 9, character: 3 }, end: { line: 2, character: 0 } },
    { start: { line: 0.5, character: NaN }, end: { line: 0, character: 0 } },
  ])('stands the range %j', async (range) => {
    for (const id of refactorings) expect((await ask(id, range)).version).toBe(1);
  });

  it('fails in words for a document that is not open', async () => {
    await expect(
      server.request('querent/refactor', { uri: 'file:///no', id: 'extractLine', range: rangeOf('x') }),
    ).rejects.toThrow('not open any more');
  });
});

describe('querent/queryText', () => {
  it('gives the line at the cursor, or the strategy, as PubMed takes it', async () => {
    const at = rangeOf('falls[tiab]', 2).start;
    expect(await server.request('querent/queryText', { uri, position: at })).toEqual({
      label: '1',
      text: 'x[ti] AND (falls[tiab] OR "slips"[tiab])',
    });
    expect(await server.request('querent/queryText', { uri })).toEqual({
      label: '3',
      text: '(x[ti] AND (falls[tiab] OR "slips"[tiab])) NOT 8466062[pmid]',
    });
  });

  it('says why a line cannot be written out', async () => {
    await expect(server.request('querent/queryText', { uri, label: '9' })).rejects.toThrow(
      'There is no line #9',
    );
  });
});

it('formatting keeps to the settings', async () => {
  const other = folder.uri('format.pubmed');
  const written = '#1 alpha[Title/Abstract] or beta[tiab] and gamma[Title]';
  await server.open(other, written);
  const edits = await server.request<Offers['offers'][number]['edits']>('textDocument/formatting', {
    textDocument: { uri: other },
    options: { tabSize: 2, insertSpaces: true },
  });
  expect(edited(written, edits)).toBe('#1 alpha[tiab] OR\n   beta[tiab] AND gamma[ti]');
  await server.close(other);
});

it('links lead to MeSH, PubMed and the files that are there', async () => {
  const links = await server.request<{ range: LspRange; target: string }[]>('textDocument/documentLink', {
    textDocument,
  });
  const { pathname } = new URL(`file://${seedsPath}`);
  expect(links.map(({ target }) => target)).toEqual([
    `file://${pathname}`,
    'https://pubmed.ncbi.nlm.nih.gov/8466062/',
  ]);
});

it('semantic tokens: after an edit only the difference, which makes the whole', async () => {
  interface Tokens {
    resultId: string;
    data?: number[];
    edits?: { start: number; deleteCount: number; data: number[] }[];
  }
  const other = folder.uri('tokens.pubmed');
  const ask = (method: string, more: object = {}): Promise<Tokens> =>
    server.request(`textDocument/semanticTokens/${method}`, { textDocument: { uri: other }, ...more });
  await server.open(other, '#1 a[tiab] OR "b"[mh]\n#2 #1 AND c\n#3 d');
  let known = await ask('full');
  let data = known.data ?? [];
  for (const change of ['#1 a[tiab]\n#2 #1 AND c\n#3 d', '#1 a[tiab]\n#2 #1 AND c\n#3 d', '', 'x OR y']) {
    await server.change(other, [{ text: change }]);
    const delta = await ask('full/delta', { previousResultId: known.resultId });
    for (const { start, deleteCount, data: added } of delta.edits ?? [])
      data = [...data.slice(0, start), ...added, ...data.slice(start + deleteCount)];
    known = await ask('full');
    expect(data).toEqual(known.data);
  }
  // A result that is not the last one: everything again.
  expect((await ask('full/delta', { previousResultId: 'no such result' })).data).toEqual(data);
  await server.close(other);
});
