import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { startServer, TestFolder, type TestServer } from './harness.ts';
import { citations } from './library.ts';

const folder = new TestFolder();
afterAll(() => folder.dispose());
folder.write('citations.jsonl', citations);
const descriptor = (ui: string, name: string, tree: string, entry: string[] = []): string =>
  JSON.stringify({ ui, name, entry, perm: [], tree: [tree], pa: [] });
// A name that does not say "MeSH", so that it is found by the setting only.
folder.write(
  'headings.jsonl',
  [
    descriptor('D000058', 'Accidental Falls', 'N06.850.135.122', ['Falls']),
    descriptor('D015444', 'Exercise', 'G11.427.410.698.277'),
  ].join('\n'),
);

let server: TestServer;
afterEach(async () => {
  expect(await server.stop()).toBe(0);
});

interface Report {
  items: { code: string; message: string }[];
}

const query = '#1 "accidental falls"[mh] OR "accidental fallz"[mh]\n';

async function start(text: string, settings: Record<string, unknown>): Promise<string> {
  const uri = folder.uri('headings.pubmed');
  server = await startServer({ folder: folder.path, settings });
  await server.open(uri, text);
  return uri;
}

async function hover(uri: string, line: number): Promise<string> {
  const found = await server.request<{ contents: { value: string } }>('textDocument/hover', {
    textDocument: { uri },
    position: { line, character: 8 },
  });
  return found.contents.value;
}

const diagnostics = (uri: string) => (): Promise<Report> =>
  server.request<Report>('textDocument/diagnostic', { textDocument: { uri } });
const tellsUnknown = ({ items }: Report): boolean => items.some(({ code }) => code === 'heading-not-found');

describe('MeSH of the settings', () => {
  it.each([
    ['no database at all', query, 0],
    ['a database that is not there', `---\ndatabase: missing.sqlite\n---\n${query}`, 3],
    ['PubMed as database', `---\ndatabase: pubmed\n---\n${query}`, 3],
    ['citations without MeSH of their own', `---\ndatabase: citations.jsonl\n---\n${query}`, 3],
  ])('is told by the first hover, and checked, with %s', async (_, text, line) => {
    const uri = await start(text, { mesh: { path: 'headings.jsonl' } });
    expect(await hover(uri, line)).toContain('MeSH heading [Accidental Falls]');
    await server.until(diagnostics(uri), tellsUnknown, 'The heading that does not exist');
  });

  it('is taken up, also by an open database, when the setting changes', async () => {
    const settings: Record<string, unknown> = {};
    const uri = await start(`---\ndatabase: citations.jsonl\n---\n${query}`, settings);
    expect(await hover(uri, 3)).not.toContain('MeSH heading [');
    settings['mesh'] = { path: 'headings.jsonl' };
    await server.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    await server.until(diagnostics(uri), tellsUnknown, 'The heading that does not exist');
    expect(await hover(uri, 3)).toContain('MeSH heading [Accidental Falls]');
  });

  it.each(['', '{"ui": 1}\nnonsense\n', '\u0000\u0001'])('may be nonsense: %j', async (content) => {
    folder.write('broken.jsonl', content);
    const uri = await start(query, { mesh: { path: 'broken.jsonl' } });
    expect(await hover(uri, 0)).not.toContain('MeSH heading [');
    expect((await diagnostics(uri)()).items.map(({ code }) => code)).not.toContain('heading-not-found');
    const { params } = await server.message(({ method }) => method === 'window/showMessage');
    expect((params as { message: string }).message).toContain('broken.jsonl holds no MeSH descriptors');
  });

  it.each([
    [
      'desc2026.xml',
      `<?xml version="1.0"?>
<!DOCTYPE DescriptorRecordSet SYSTEM "https://www.nlm.nih.gov/databases/dtd/nlmdescriptorrecordset_20260101.dtd">
<DescriptorRecordSet LanguageCode = "eng"><DescriptorRecord DescriptorClass = "1"><DescriptorUI>D000058</DescriptorUI>
<DescriptorName><String>Accidental Falls</String></DescriptorName></DescriptorRecord></DescriptorRecordSet>`,
    ],
    ['d2026.bin', '*NEWRECORD\nRECTYPE = D\nMH = Accidental Falls\nMN = N06.850.135.122\nUI = D000058\n'],
  ])("may be NLM's own file: %s", async (name, content) => {
    folder.write(name, content);
    const uri = await start(query, { mesh: { path: name } });
    expect(await hover(uri, 0)).toContain('MeSH heading [Accidental Falls]');
    await server.until(diagnostics(uri), tellsUnknown, 'The heading that does not exist');
  });

  it('may be another of the files that NLM has: the person is told', async () => {
    folder.write('supp2026.xml', '<?xml version="1.0"?>\n<!DOCTYPE SupplementalRecordSet SYSTEM "x.dtd">\n');
    const uri = await start(query, { mesh: { path: 'supp2026.xml' } });
    expect(await hover(uri, 0)).not.toContain('MeSH heading [');
    const { params } = await server.message(({ method }) => method === 'window/showMessage');
    expect((params as { message: string }).message).toMatch(/supp2026\.xml: it holds .*desc2026\.xml/s);
  });
});
