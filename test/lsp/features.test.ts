import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LineIndex } from '@querent/core/text';
import { edited, hintText, startServer, TestFolder, type TestServer } from './harness.ts';
import { editsOf } from './edits.ts';
import { citations, place, strategy } from './library.ts';

interface LspRange {
  start: { line: number; character: number };
  end: { line: number; character: number };
}

const folder = new TestFolder();
folder.write('citations.jsonl', citations);
const uri = folder.uri('falls.pubmed');
const textDocument = { uri };
const whole = { start: { line: 0, character: 0 }, end: { line: 100, character: 0 } };
let server: TestServer;

beforeAll(async () => {
  server = await startServer({ folder: folder.path, settings: {} });
  await server.open(uri, strategy);
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  folder.dispose();
});

const at = (text: string, after = 1): object => {
  const { line, character } = place(text);
  return { textDocument, position: { line, character: character + after } };
};

describe('measured', () => {
  it('inlay hints tell records and seeds of every line, and the client is asked to refresh', async () => {
    const hints = await server.until(
      () =>
        server.request<{ position: { line: number }; label: unknown }[]>('textDocument/inlayHint', {
          textDocument,
          range: whole,
        }),
      (answer) => answer.length === 3 && answer.every((hint) => /\d/.test(hintText(hint))),
      'Hints of three lines',
    );
    expect(hints.map(({ position }) => position.line)).toEqual([10, 12, 13]);
    // Independent counts, read off the records by eye: #1 finds 1 2 3 6, #2 finds 1 2 3 5 7 8, #3 finds 1 2 3.
    expect(hintText(hints[0] ?? { label: '' })).toMatch(/\b4\b.*3\/4/);
    expect(hintText(hints[1] ?? { label: '' })).toMatch(/\b6\b.*4\/4/);
    expect(hintText(hints[2] ?? { label: '' })).toMatch(/\b3\b.*3\/4/);
    await server.message(({ method }) => method === 'workspace/inlayHint/refresh');
    await server.message(({ method }) => method === 'workspace/codeLens/refresh');
  });

  it('hover shows the numbers of the line', async () => {
    const hover = await server.request<{ contents: { value: string } }>('textDocument/hover', at('#3 #1'));
    expect(hover.contents.value).toMatch(/3/);
    expect(hover.contents.value).toMatch(/91000005/);
  });

  it('hover over a term measures the term', async () => {
    const hover = await server.request<{ contents: { value: string } }>(
      'textDocument/hover',
      at('elderly', 2),
    );
    expect(hover.contents.value).toMatch(/\b2\b/);
  });

  it('hover over a heading describes it from the thesaurus of the setting', async () => {
    folder.write(
      'mesh.jsonl',
      `${JSON.stringify({ ui: 'D1', name: 'Accidental Falls', entry: ['Slip and Fall'], tree: ['N06.850'] })}\n`,
    );
    const other = await startServer({ folder: folder.path, settings: { mesh: { path: 'mesh.jsonl' } } });
    const text = '---\ndatabase: citations.jsonl\n---\n#1 "accidental falls"[mh]\n';
    await other.open(uri, text);
    const hover = await other.until(
      () =>
        other.request<{ contents: { value: string } } | null>('textDocument/hover', {
          textDocument,
          position: { line: 3, character: 8 },
        }),
      (answer) => answer?.contents.value.includes('Slip and Fall') ?? false,
      'The entry term',
    );
    expect(hover?.contents.value).toContain('Accidental Falls');
    expect(await other.stop()).toBe(0);
  });

  it('the code lens sums up the strategy and resolves', async () => {
    const lenses = await server.request<object[]>('textDocument/codeLens', { textDocument });
    expect(lenses.length).toBeGreaterThan(0);
    const resolved = await Promise.all(
      lenses.map((lens) =>
        server.request<{ command: { title: string; command: string } }>('codeLens/resolve', lens),
      ),
    );
    expect(resolved.map(({ command }) => command.title).join(' ')).toMatch(/3/);
  });

  it('the status names the library', async () => {
    const status = await server.message(
      ({ method, params }) =>
        method === 'querent/status' && (params as { library: { state: string } }).library.state === 'ready',
    );
    expect(status.params).toMatchObject({
      library: { detail: expect.stringContaining('12') },
      model: { state: 'none' },
    });
  });

  it('records of a line, missed seeds first and apart', async () => {
    const result = await server.request<{
      label: string;
      items: { id: string; title: string; isSeed: boolean; url: string }[];
      missedSeeds: { id: string; title: string; inLibrary: boolean }[];
      measurement: { count: number; recall: number };
    }>('querent/records', { uri, offset: 0, limit: 2 });
    expect(result.label).toBe('3');
    expect(result.measurement).toMatchObject({ count: 3, recall: 0.75 });
    expect(result.items).toHaveLength(2);
    expect(result.items[0]).toMatchObject({ isSeed: true, url: expect.stringContaining('pubmed') });
    expect(result.missedSeeds).toEqual([
      expect.objectContaining({
        id: '91000005',
        title: 'Strength exercise in nursing homes',
        inLibrary: true,
      }),
    ]);
    const rest = await server.request<typeof result>('querent/records', {
      uri,
      label: '3',
      offset: 2,
      limit: 2,
    });
    expect(rest.items).toHaveLength(1);
    await expect(
      server.request('querent/records', { uri, label: '99', offset: 0, limit: 2 }),
    ).rejects.toMatchObject({
      message: expect.stringContaining('#99'),
    });
  });

  it('a changed citation file is read anew', async () => {
    const other = folder.uri('other.pubmed');
    folder.write('growing.jsonl', citations);
    await server.open(other, '---\ndatabase: growing.jsonl\n---\n#1 aspirin[ti]\n');
    const hints = (): Promise<{ label: unknown }[]> =>
      server.request('textDocument/inlayHint', { textDocument: { uri: other }, range: whole });
    await server.until(hints, (answer) => /\b1\b/.test(answer.map(hintText).join()), 'One record');
    folder.write(
      'growing.jsonl',
      `${citations}${JSON.stringify({ pmid: '91000013', title: 'Aspirin again', abstract: '', mesh: [] })}\n`,
    );
    await server.until(hints, (answer) => /\b2\b/.test(answer.map(hintText).join()), 'Two records');
    await server.close(other);
  });
});

describe('text', () => {
  it('symbols', async () => {
    const symbols = await server.request<{ name: string; range: LspRange; selectionRange: LspRange }[]>(
      'textDocument/documentSymbol',
      { textDocument },
    );
    expect(JSON.stringify(symbols)).toContain('#3');
  });

  it('folding of the front matter', async () => {
    const ranges = await server.request<{ startLine: number }[]>('textDocument/foldingRange', {
      textDocument,
    });
    expect(ranges[0]).toMatchObject({ startLine: 0 });
  });

  it('definition, references and highlights of a line number', async () => {
    const definition = await server.request<unknown>('textDocument/definition', at('#1 AND'));
    expect(JSON.stringify(definition)).toContain('"line":10');
    const references = await server.request<{ range: LspRange }[]>('textDocument/references', {
      ...at('#1 AND'),
      context: { includeDeclaration: true },
    });
    expect(references.map(({ range }) => range.start.line).sort()).toEqual([10, 13]);
    const highlights = await server.request<unknown[]>('textDocument/documentHighlight', at('#1 AND'));
    expect(highlights).toHaveLength(2);
  });

  it('rename of a line number', async () => {
    expect(await server.request('textDocument/prepareRename', at('#1 AND'))).not.toBeNull();
    const edit = await server.request<Record<string, unknown>>('textDocument/rename', {
      ...at('#1 AND'),
      newName: '9',
    });
    expect(JSON.stringify(edit)).toContain(uri);
    expect(edited(strategy, editsOf(edit))).toBe(
      strategy.replace('#1 elderly', '#9 elderly').replace('#3 #1 AND', '#3 #9 AND'),
    );
    await expect(
      server.request('textDocument/rename', { ...at('#1 AND'), newName: 'no number' }),
    ).rejects.toMatchObject({ message: expect.stringContaining('no number') });
  });

  it('selection grows from the word to the document, and every part lies within the next', async () => {
    interface Selection {
      range: LspRange;
      parent?: Selection;
    }
    const [one, end] = await server.request<Selection[]>('textDocument/selectionRange', {
      textDocument,
      positions: [place('#1 AND'), { line: 9_999, character: 0 }],
    });
    const texts: string[] = [];
    const lines = new LineIndex(strategy);
    for (let each = one; each !== undefined; each = each.parent)
      texts.push(strategy.slice(lines.offsetAt(each.range.start), lines.offsetAt(each.range.end)));
    expect(texts[0]).toBe('#1');
    expect(texts.at(-1)).toBe(strategy);
    expect(texts.length).toBeGreaterThan(2);
    texts.slice(1).forEach((wider, index) => expect(wider).toContain(texts[index]));
    // A position behind the end is taken for the end: one answer a position, as LSP asks.
    expect(end).toBeDefined();
  });

  it('semantic tokens, whole and in part', async () => {
    const full = await server.request<{ data: number[] }>('textDocument/semanticTokens/full', {
      textDocument,
    });
    expect(full.data.length).toBeGreaterThan(0);
    expect(full.data.length % 5).toBe(0);
    const part = await server.request<{ data: number[] }>('textDocument/semanticTokens/range', {
      textDocument,
      range: { start: { line: 13, character: 0 }, end: { line: 14, character: 0 } },
    });
    expect(part.data.length).toBeLessThan(full.data.length);
    expect(part.data.length).toBeGreaterThan(0);
  });

  it('formatting, and a second time nothing', async () => {
    const messy = folder.uri('messy.pubmed');
    const text = '#1   a[tiab]   or b[tiab]\n';
    await server.open(messy, text);
    const ask = (): Promise<{ range: LspRange; newText: string }[]> =>
      server.request('textDocument/formatting', { textDocument: { uri: messy }, options: {} });
    const edits = await ask();
    const formatted = edited(text, edits);
    expect(formatted).toContain('OR');
    await server.change(messy, [{ text: formatted }]);
    expect(edited(formatted, await ask())).toBe(formatted);
    await server.close(messy);
  });

  it('diagnostics with a quick fix that removes its own diagnostic', async () => {
    const faulty = folder.uri('faulty.pubmed');
    const text = '#1 “tai chi”[tiab] OR (falls[tiab]\n';
    await server.open(faulty, text);
    const problems = async (): Promise<{ code: string; range: LspRange }[]> =>
      (
        await server.request<{ items: { code: string; range: LspRange }[] }>('textDocument/diagnostic', {
          textDocument: { uri: faulty },
        })
      ).items;
    const before = await problems();
    expect(before.length).toBeGreaterThan(0);
    const actions = await server.request<
      { kind: string; edit?: Record<string, unknown>; diagnostics?: { code: string }[] }[]
    >('textDocument/codeAction', {
      textDocument: { uri: faulty },
      range: whole,
      context: { diagnostics: before },
    });
    const fix = actions.find(({ kind, edit }) => kind === 'quickfix' && edit !== undefined);
    expect(fix?.diagnostics).toHaveLength(1);
    await server.change(faulty, [{ text: edited(text, editsOf(fix?.edit ?? {})) }]);
    expect((await problems()).length).toBeLessThan(before.length);
    await server.close(faulty);
  });
});
