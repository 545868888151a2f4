import { copyFileSync, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { edited, startServer, TestFolder, type TestServer } from './harness.ts';
import { citations } from './library.ts';

interface Position {
  line: number;
  character: number;
}
interface LspRange {
  start: Position;
  end: Position;
}
interface Item {
  label: string;
  labelDetails?: { detail?: string; description?: string };
  sortText: string;
  filterText: string;
  kind: number;
  textEdit: { newText: string; insert?: LspRange; replace?: LspRange; range?: LspRange };
  additionalTextEdits?: { range: LspRange; newText: string }[];
  documentation?: { kind: string; value: string };
  data?: object;
}
interface List {
  isIncomplete: boolean;
  items: Item[];
}

const folder = new TestFolder();
afterAll(() => folder.dispose());
folder.write('citations.jsonl', citations);
const headings: object[] = [
  {
    ui: 'D000058',
    name: 'Accidental Falls',
    entry: ['Slip and Fall'],
    tree: ['N06.850.135.122'],
    scope: 'Falls without intent.',
  },
  { ui: 'D015444', name: 'Exercise', entry: ['Physical Activity'], tree: ['G11.427.410.698.277'] },
  { ui: 'D055070', name: 'Resistance Training', tree: ['G11.427.410.698.277.311'] },
];
folder.write('mesh.jsonl', headings.map((one) => JSON.stringify(one)).join('\n'));
const frontMatter = '---\ndatabase: citations.jsonl\n---\n';
const settings = { mesh: { path: 'mesh.jsonl' } };
let opened = 0;

/** Opens a document of its own with the cursor at `¦`, and asks. */
async function ask(server: TestServer, source: string, good: (list: List | null) => boolean = () => true) {
  const offset = source.indexOf('¦');
  const text = source.replace('¦', '');
  const before = text.slice(0, offset).split('\n');
  const uri = folder.uri(`completion-${++opened}.pubmed`);
  await server.open(uri, text);
  const list = await server.until(
    () =>
      server.request<List | null>('textDocument/completion', {
        textDocument: { uri },
        position: { line: before.length - 1, character: before.at(-1)?.length ?? 0 },
      }),
    good,
    'The suggestions',
  );
  return { text, uri, items: list?.items ?? [], isIncomplete: list?.isIncomplete ?? false };
}

function accepted(text: string, item: Item | undefined): string {
  if (item === undefined) return 'no such item';
  const { newText, insert, range } = item.textEdit;
  const main = insert ?? range;
  if (main === undefined) return 'no range';
  return edited(text, [{ range: main, newText }, ...(item.additionalTextEdits ?? [])]);
}

describe('completion over stdio', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ folder: folder.path, settings });
  });
  afterAll(async () => {
    expect(await server.stop()).toBe(0);
  });

  it('is announced with its trigger characters', () =>
    expect(server.initialized.capabilities['completionProvider']).toEqual({
      triggerCharacters: ['[', '/', '#', '"', ':', '.', ' ', "'"],
      resolveProvider: true,
      completionItem: { labelDetailsSupport: true },
    }));

  it('headings come with MeSH, and are described when looked at', async () => {
    const { text, items, isIncomplete } = await ask(
      server,
      '#1 physical act¦',
      (list) => list?.items.some(({ label }) => label === 'Physical Activity') ?? false,
    );
    expect(isIncomplete).toBe(true);
    const [first] = items;
    expect(first).toMatchObject({
      label: 'Physical Activity',
      labelDetails: { detail: ' [mh]', description: 'Exercise' },
    });
    expect(first?.documentation).toBeUndefined();
    expect(accepted(text, first)).toBe('#1 "Exercise"[mh]');
    const resolved = await server.request<Item>('completionItem/resolve', first);
    expect(resolved.documentation?.value).toMatch(/Exercise.*1 narrower heading/s);
  });

  it('lines come with their text, and with their number when looked at', async () => {
    const { items } = await ask(server, `${frontMatter}#1 falls[tiab]\n#2 exercise[tiab]\n#3 #¦`);
    expect(items.map(({ label, labelDetails }) => [label, labelDetails?.description])).toEqual([
      ['#1', 'falls[tiab]'],
      ['#2', 'exercise[tiab]'],
    ]);
    const resolved = await server.until(
      () => server.request<Item>('completionItem/resolve', items[0]),
      ({ documentation }) => /\d+ records/.test(documentation?.value ?? ''),
      'The number of line #1',
    );
    expect(resolved.documentation?.value).toContain('falls[tiab]');
  });

  it('a validated filter brings its comment', async () => {
    const { text, items } = await ask(server, '#1 falls[tiab]\n#2 #1 filt¦\n');
    const item = items.find(({ label }) => label.startsWith('Cochrane'));
    expect(accepted(text, item)).toMatch(/^#1 falls\[tiab\]\n\/\/ Cochrane.*\n#2 #1 AND \(.*\)\n$/);
  });

  it.each([
    ['a comment', '#1 a // fall¦'],
    ['the number of a line', '#1¦ a'],
    ['a closed term', '#1 "a"[ti]¦'],
  ])('nothing in %s', async (_, source) => expect((await ask(server, source)).items).toEqual([]));

  it('an answer to a foreign item is that item', async () => {
    const item = { label: 'x', data: { uri: 'file:///gone.pubmed', subject: { kind: 'heading', ui: 'D1' } } };
    expect(await server.request('completionItem/resolve', item)).toEqual(item);
    expect(await server.request('completionItem/resolve', { label: 'y', data: 7 })).toEqual({
      label: 'y',
      data: 7,
    });
    expect(await server.request('completionItem/resolve', { label: 'z' })).toEqual({ label: 'z' });
    const { uri } = await ask(server, '#1 a¦');
    for (const subject of [5, {}, { kind: 'line' }, { kind: 'hedge', id: {} }, { kind: 'heading', ui: 7 }]) {
      const odd = { label: 'odd', data: { uri, subject } };
      expect(await server.request('completionItem/resolve', odd)).toEqual(odd);
    }
    const errors = server.received.filter(
      ({ method, params }) => method === 'window/logMessage' && (params as { type: number }).type === 1,
    );
    expect(errors).toEqual([]);
  });

  it('nonsense positions are answered', async () => {
    const { uri } = await ask(server, '#1 a¦');
    for (const position of [
      { line: -1, character: 5 },
      { line: 99, character: 0 },
      { line: 0, character: 1e9 },
    ])
      await server.request('textDocument/completion', { textDocument: { uri }, position });
    expect(
      await server.request('textDocument/completion', {
        textDocument: { uri: 'file:///no.pubmed' },
        position: { line: 0, character: 0 },
      }),
    ).toBeNull();
  });
});

const data = resolve(process.env['QUERENT_DATA'] ?? '../shared/data', 'mesh/mesh2024_descriptors.jsonl.gz');
const isThere = existsSync(data);
if (!isThere)
  console.log(
    `Skipped: how fast completion is with all of MeSH, since ${data} is absent (set QUERENT_DATA).`,
  );

describe.skipIf(!isThere)('completion with all of MeSH', () => {
  it('is there as one types', async () => {
    copyFileSync(data, join(folder.path, 'all.jsonl.gz'));
    const server = await startServer({ folder: folder.path, settings: { mesh: { path: 'all.jsonl.gz' } } });
    const { uri } = await ask(
      server,
      '#1 diab¦',
      (list) => list?.items.some(({ label }) => label === 'Diabetes Mellitus') ?? false,
    );
    const times: number[] = [];
    // One term after another, letter by letter, as an editor asks for them.
    const terms = [
      'diabetes mellitus type 2',
      'hart atack',
      'randomized contr',
      '"tai ch',
      'elderly peopl',
      'pneumnia',
      'exercise ther',
      'quality of life',
    ];
    for (const term of [...terms, ...terms, ...terms]) {
      for (let length = 1; length <= term.length; length++) {
        const text = `#1 x[ti] OR ${term.slice(0, length)}`;
        await server.change(uri, [{ text }]);
        const start = performance.now();
        await server.request('textDocument/completion', {
          textDocument: { uri },
          position: { line: 0, character: text.length },
        });
        times.push(performance.now() - start);
      }
    }
    times.sort((a, b) => a - b);
    const at = (share: number): number => times[Math.floor(share * (times.length - 1))] ?? 0;
    console.log(
      `completion with all of MeSH over stdio, ${times.length} requests: p50 ${at(0.5).toFixed(1)}, p95 ${at(0.95).toFixed(1)} ms`,
    );
    expect(at(0.95)).toBeLessThan(150); // 15 ms on an idle machine
    expect(await server.stop()).toBe(0);
  }, 60_000);
});
