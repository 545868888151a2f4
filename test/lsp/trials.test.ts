import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { startServer, TestFolder, type TestServer } from './harness.ts';

const folder = new TestFolder();
const uri = folder.uri('asthma.ctgov');
const text = `#1 AREA[ConditionSearch]asthma OR wheezing AND AREA[Phase] PHASE9
#2 #1 AND AREA[StdAge]CHILD
#3 #4 AND (child
`;

let server: TestServer;
afterEach(async () => {
  expect(await server.stop()).toBe(0);
});
afterAll(() => folder.dispose());

async function open(settings: Record<string, unknown> = {}): Promise<void> {
  server = await startServer({ folder: folder.path, settings });
  await server.open(uri, text, 'ctgov');
}

const textDocument = { uri };
const at = (line: number, character: number): object => ({ textDocument, position: { line, character } });

describe('a document of ClinicalTrials.gov expressions', () => {
  it('has its own problems, with fixes, and none of PubMed', async () => {
    await open({ lint: { 'trials-space': 'off' } });
    const { items } = await server.request<{ items: { code: string; severity: number }[] }>(
      'textDocument/diagnostic',
      { textDocument },
    );
    expect(items.map(({ code }) => code).sort()).toEqual([
      'missing-reference',
      'trials-mixed-operators',
      'trials-unclosed',
      'trials-unknown-value',
      'unused-line',
      'unused-line',
    ]);
    const actions = (only?: string[]): Promise<{ title: string; kind: string }[]> =>
      server.request('textDocument/codeAction', {
        textDocument,
        range: { start: { line: 2, character: 10 }, end: { line: 2, character: 10 } },
        context: { diagnostics: [], ...(only === undefined ? {} : { only }) },
      });
    const titles = (await actions()).map(({ title }) => title);
    expect(titles).toContain('Add ")" at the end');
    expect(titles.some((title) => title.startsWith('Rewrite'))).toBe(false);
    expect(await actions(['refactor'])).toEqual([]);
    const fixAll = await actions(['source.fixAll']);
    expect(fixAll.map(({ kind }) => kind)).toEqual(['source.fixAll.querent']);
  });

  it('tells of areas and operators on hover, and completes them', async () => {
    await open();
    const hover = await server.request<{ contents: { value: string } }>('textDocument/hover', at(0, 10));
    expect(hover.contents.value).toContain('**ConditionSearch**');
    const list = await server.request<{ items: { label: string }[] }>('textDocument/completion', at(1, 17));
    expect(list.items.map(({ label }) => label)).toContain('StdAge');
  });

  it('is not taken for a query of PubMed', async () => {
    await open();
    for (const method of ['querent/queryText', 'querent/exportSearchFile', 'querent/rewrite'])
      await expect(server.request(method, { uri }), method).rejects.toThrow(/ClinicalTrials\.gov/);
  });

  it('is one by its front matter, too: no parentheses of PubMed are shown in it', async () => {
    const lines = '#1 asthma OR wheezing AND child\n';
    const implied = async (name: string, content: string): Promise<number> => {
      const other = { uri: folder.uri(name) };
      await server.open(other.uri, content);
      const range = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
      const hints = await server.request<{ label: unknown }[]>('textDocument/inlayHint', {
        textDocument: other,
        range,
      });
      return hints.filter(({ label }) => typeof label === 'string').length;
    };
    await open();
    expect(await implied('pubmed.pubmed', lines)).toBe(2);
    expect(await implied('trials.pubmed', `---\ndatabase: ctgov\n---\n${lines}`)).toBe(0);
  });

  it('is coloured, formatted, folded and outlined; its lines are found and renamed, and not counted where no database is named', async () => {
    await open();
    const tokens = await server.request<{ data: number[] }>('textDocument/semanticTokens/full', {
      textDocument,
    });
    expect(tokens.data.length).toBeGreaterThan(40);
    const edits = await server.request<{ newText: string }[]>('textDocument/formatting', {
      textDocument,
      options: { tabSize: 2, insertSpaces: true },
    });
    expect(edits.map(({ newText }) => newText)).toEqual(['']);
    const symbols = await server.request<{ name: string }[]>('textDocument/documentSymbol', { textDocument });
    expect(symbols.map(({ name }) => name)).toEqual(['#1', '#2', '#3']);
    const definition = await server.request<
      { range?: { start: { line: number } } }[] | { range: { start: { line: number } } }
    >('textDocument/definition', at(1, 4));
    expect(JSON.stringify(definition)).toContain('"line":0');
    const range = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
    expect(await server.request('textDocument/inlayHint', { textDocument, range })).toEqual([
      // What cannot be searched anywhere says so.
      expect.objectContaining({ label: [expect.objectContaining({ value: '⚠ not measured' })] }),
    ]);
    expect(await server.request('textDocument/codeLens', { textDocument })).toMatchObject([
      { command: { title: expect.stringContaining('Strategy: not measured') } },
      { command: { title: 'Try again' } },
    ]);
  });
});
