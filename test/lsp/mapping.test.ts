import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { startServer, TestFolder, type TestServer } from './harness.ts';

const folder = new TestFolder();
afterAll(() => folder.dispose());
const descriptor = (ui: string, name: string, tree: string, entry: string[] = []): string =>
  JSON.stringify({ ui, name, entry, perm: [], tree: [tree], pa: [] });
folder.write(
  'headings.jsonl',
  [descriptor('D009203', 'Myocardial Infarction', 'C14.280.647.500', ['Heart Attack'])].join('\n'),
);

let server: TestServer;
afterEach(async () => {
  expect(await server.stop()).toBe(0);
});

async function open(text: string, settings: Record<string, unknown> = {}): Promise<string> {
  const uri = folder.uri('mapping.pubmed');
  server = await startServer({
    folder: folder.path,
    settings: { mesh: { path: 'headings.jsonl' }, ...settings },
  });
  await server.open(uri, text);
  return uri;
}

async function hover(uri: string, character: number): Promise<string> {
  const found = await server.request<{ contents: { value: string } }>('textDocument/hover', {
    textDocument: { uri },
    position: { line: 0, character },
  });
  return found.contents.value;
}

describe('what PubMed will search', () => {
  it('is told of an untagged term, with the heading that PubMed adds', async () => {
    const text = await hover(await open('heart attack\n'), 3);
    expect(text).toContain('PubMed will search this as: `"myocardial infarction"[MeSH Terms] OR (');
    expect(text).toContain('OR "heart attack"[All Fields]`');
    expect(text).toContain('entry term of the MeSH heading Myocardial Infarction');
    expect(text).toContain('*Simulated with MeSH');
  });

  it('is told of a star that comes too early', async () => {
    const text = await hover(await open('job*[tiab]\n'), 1);
    expect(text).toContain('PubMed will search this as: `"job"[Title/Abstract]`');
    expect(text).toContain('ignores it, silently');
  });

  it('is told of an entry term in a heading field', async () => {
    const text = await hover(await open('"heart attack"[mh]\n'), 3);
    expect(text).toContain('PubMed will search this as: `"myocardial infarction"[MeSH Terms]`');
    expect(text).toContain('An entry term of the MeSH heading [Myocardial Infarction]');
  });
});

describe('implied parentheses', () => {
  const shown = async (uri: string): Promise<unknown[]> => {
    const hints = await server.request<{ position: { character: number }; label: unknown }[]>(
      'textDocument/inlayHint',
      { textDocument: { uri }, range: { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } } },
    );
    return hints
      .filter(({ label }) => typeof label === 'string')
      .map(({ position, label }) => [position.character, label]);
  };

  it('show where a line mixes AND with OR', async () => {
    expect(await shown(await open('a OR b AND c\n'))).toEqual([
      [0, '('],
      [6, ')'],
    ]);
  });

  it('can be switched off', async () => {
    expect(await shown(await open('a OR b AND c\n', { inlayHints: { grouping: false } }))).toEqual([]);
  });
});
