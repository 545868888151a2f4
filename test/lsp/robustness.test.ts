import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import { LineIndex } from '@querent/core/text';
import { edited, startServer, TestFolder, type TestServer } from './harness.ts';
import { citations, strategy } from './library.ts';

const folder = new TestFolder();
folder.write('citations.jsonl', citations);
let server: TestServer;
let made = 0;

beforeAll(async () => {
  server = await startServer({ folder: folder.path, settings: {} });
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  folder.dispose();
});

/** Opens a new document; its address. */
async function open(text: string): Promise<string> {
  const uri = folder.uri(`document${made++}.pubmed`);
  await server.open(uri, text);
  return uri;
}

const everything = (uri: string, line: number, character: number): [method: string, params: object][] => {
  const textDocument = { uri };
  const position = { line, character };
  const range = { start: position, end: { line: line + 3, character: character + 7 } };
  return [
    ['textDocument/diagnostic', { textDocument }],
    ['textDocument/hover', { textDocument, position }],
    ['textDocument/inlayHint', { textDocument, range }],
    ['textDocument/codeLens', { textDocument }],
    ['textDocument/codeAction', { textDocument, range, context: { diagnostics: [] } }],
    ['textDocument/documentSymbol', { textDocument }],
    ['textDocument/foldingRange', { textDocument }],
    ['textDocument/definition', { textDocument, position }],
    ['textDocument/references', { textDocument, position, context: { includeDeclaration: true } }],
    ['textDocument/documentHighlight', { textDocument, position }],
    ['textDocument/prepareRename', { textDocument, position }],
    ['textDocument/semanticTokens/full', { textDocument }],
    ['textDocument/semanticTokens/range', { textDocument, range }],
    ['textDocument/formatting', { textDocument, options: { tabSize: 2, insertSpaces: true } }],
    ['textDocument/semanticTokens/full/delta', { textDocument, previousResultId: '1' }],
    ['textDocument/documentLink', { textDocument }],
  ];
};

async function askEverything(uri: string, line: number, character: number): Promise<unknown[]> {
  return Promise.all(
    everything(uri, line, character).map(([method, params]) => server.request(method, params)),
  );
}

function noErrorsLogged(): void {
  const logged = server.received.filter(
    ({ method, params }) => method === 'window/logMessage' && (params as { type: number }).type === 1,
  );
  expect(logged.map(({ params }) => (params as { message: string }).message)).toEqual([]);
}

const randomBytes = (count: number): string => {
  let state = 42;
  const bytes = new Uint8Array(count).map(
    () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24,
  );
  return new TextDecoder('latin1').decode(bytes);
};

const texts: [name: string, text: string][] = [
  ['empty', ''],
  ['unclosed quotes and brackets', '#1 "falls[tiab] OR (elderly[ti OR ((('],
  ['unknown tags', '#1 falls[xyz] OR a[:] OR b[tiab:~] OR c[]'],
  ['a line that refers to itself', '#1 #1 OR falls\n#2 #3\n#3 #2'],
  ['Windows line ends', strategy.replaceAll('\n', '\r\n')],
  ['lone carriage returns', strategy.replaceAll('\n', '\r')],
  ['a BOM', `\uFEFF${strategy}`],
  ['curly quotes', '#1 “tai chi”[tiab] OR ‘falls’'],
  ['emoji and lone surrogates', '#1 👵🏽[tiab] OR \uD83D falls\uDE00'],
  ['right-to-left text', '#1 سقوط[tiab] AND נפילה[ti]'],
  ['YAML that does not parse', '---\ntitle: [a\n  b: }\n---\n#1 falls'],
  ['front matter without end', '---\ntitle: a\n#1 falls'],
  ['seeds that are no ids', '---\nseeds: [abc, 1.5, 12, null]\ndatabase: citations.jsonl\n---\n#1 falls'],
  ['seeds in a missing file', '---\nseeds: nothing.txt\ndatabase: citations.jsonl\n---\n#1 falls'],
  ['a missing database', '---\ndatabase: nothing.sqlite\n---\n#1 falls'],
  ['no numbers', 'falls\n\nelderly'],
  ['only comments', '// a\n// b'],
  ['NUL', 'a\0b[tiab]'],
  ['deep brackets', '('.repeat(5_000) + 'a' + ')'.repeat(5_000)],
  [
    'many references',
    Array.from({ length: 60 }, (_, i) => `#${i + 1} ${i === 0 ? 'a' : `#${i} OR #${i}`}`).join('\n'),
  ],
];

describe('bad input', () => {
  it.each(texts)('%s', async (_, text) => {
    const uri = await open(text);
    for (const [line, character] of [
      [0, 0],
      [1, 3],
      [4, 8],
      [1e9, 1e9],
      [-5, -5],
    ] as const)
      await askEverything(uri, line, character);
    await server.close(uri);
    noErrorsLogged();
  });

  it('a megabyte of random bytes', async () => {
    const uri = await open(randomBytes(1_000_000));
    const from = performance.now();
    await askEverything(uri, 3, 3);
    expect(performance.now() - from).toBeLessThan(20_000);
    await server.close(uri);
    noErrorsLogged();
  }, 60_000);

  it('names a missing database and a missing file of seeds where they are written', async () => {
    const text = '---\ndatabase: nothing.sqlite\nseeds: none.txt\n---\n#1 falls\n';
    const uri = await open(text);
    const { items } = await server.request<{
      items: { range: { start: { line: number } }; message: string }[];
    }>('textDocument/diagnostic', { textDocument: { uri } });
    expect(items.filter(({ range }) => range.start.line === 1).map(({ message }) => message)).toEqual([
      expect.stringContaining('nothing.sqlite'),
    ]);
    expect(items.filter(({ range }) => range.start.line === 2).map(({ message }) => message)).toEqual([
      expect.stringContaining('none.txt'),
    ]);
    await server.close(uri);
  });

  it('says at the database how many of its records could not be read', async () => {
    folder.write('half.jsonl', `${citations}{"pmid": "91000099", "tit\n`);
    const uri = await open('---\ndatabase: half.jsonl\n---\n#1 falls[tiab]\n');
    const { items } = await server.until(
      () =>
        server.request<{
          items: { code: string; message: string; range: { start: object } }[];
        }>('textDocument/diagnostic', { textDocument: { uri } }),
      (answer) => answer.items.some(({ code }) => code === 'database-incomplete'),
      'The warning',
    );
    const found = items.find(({ code }) => code === 'database-incomplete');
    expect(found?.range.start).toEqual({ line: 1, character: 10 });
    expect(found?.message).toMatch(/^1 record could not be read .* line 13 of half\.jsonl/);
    await server.close(uri);
  });

  it('says that a broken library is broken, and nothing else breaks', async () => {
    folder.write('broken.sqlite', 'this is no SQLite file');
    const uri = await open('---\ndatabase: broken.sqlite\n---\n#1 falls[tiab]\n');
    const report = await server.until(
      () =>
        server.request<{ items: { message: string }[] }>('textDocument/diagnostic', {
          textDocument: { uri },
        }),
      ({ items }) => items.length > 0,
      'A diagnostic at the database',
    );
    expect(JSON.stringify(report.items)).toContain('broken.sqlite');
    const hints = await server.request('textDocument/inlayHint', {
      textDocument: { uri },
      range: { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } },
    });
    expect(JSON.stringify(hints)).not.toMatch(/\b0\b records/);
    await expect(server.request('querent/records', { uri, offset: 0, limit: 10 })).rejects.toMatchObject({
      message: expect.stringContaining('broken.sqlite'),
    });
    await server.close(uri);
  });
});

describe('untrusted requests', () => {
  it('unknown and closed documents get an empty answer', async () => {
    const uri = await open(strategy);
    await server.close(uri);
    for (const address of [uri, 'untitled:nowhere', 'file:///%%%', 'nonsense', '']) {
      for (const answer of await askEverything(address, 0, 0)) expect(emptied(answer)).toBe(true);
    }
  });

  it.each<[string, object]>([
    ['NaN and fractions', { line: 1.5, character: Number.NaN }],
    ['text', { line: 'a', character: 'b' }],
    ['nothing', {}],
  ])('positions of %s', async (_, position) => {
    const uri = await open(strategy);
    for (const method of ['hover', 'definition', 'documentHighlight', 'prepareRename'])
      await server.request(`textDocument/${method}`, { textDocument: { uri }, position });
    await server.close(uri);
    noErrorsLogged();
  });

  it.each([undefined, null, {}, { textDocument: null }, { textDocument: { uri: 7 } }, [], 'a'])(
    'parameters %j',
    async (params) => {
      for (const [method] of everything('', 0, 0)) {
        await server.request(method, params).catch((error: unknown) => {
          expect(error).toMatchObject({ code: expect.any(Number) });
        });
      }
      expect(
        await server.request('textDocument/hover', { textDocument: { uri: 'x' }, position: {} }),
      ).toBeNull();
    },
  );

  it('changes of documents that are not open, and ranges outside the text', async () => {
    await server.change('file:///never.pubmed', [{ text: 'a' }]);
    const uri = await open('#1 falls\n');
    await server.change(uri, [
      { range: { start: { line: -3, character: -1 }, end: { line: 99, character: 99 } }, text: '#1 "x' },
    ]);
    const { items } = await server.request<{ items: unknown[] }>('textDocument/diagnostic', {
      textDocument: { uri },
    });
    expect(items).not.toHaveLength(0);
    await server.close(uri);
  });
});

describe('properties', () => {
  it('the text after random incremental edits is the reference text', async () => {
    const edit = fc.record({
      from: fc.nat(200),
      length: fc.nat(30),
      text: fc.oneof(
        fc.string({ maxLength: 12 }),
        fc.constantFrom('\n', '\r\n', '#2 a[tiab]\n', ' or ', '“x”', '👵', '((', '"'),
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 12 }), async (edits) => {
        let text = '#1 falls[tiab] or elderly[ti]\n// a\n#2 #1 and (a or b)\n';
        const uri = await open(text);
        for (const { from, length, text: newText } of edits) {
          const lines = new LineIndex(text);
          const start = lines.positionAt(Math.min(from, text.length));
          const end = lines.positionAt(Math.min(from + length, text.length));
          const change = { range: { start, end }, newText };
          text = edited(text, [change]);
          await server.change(uri, [{ range: change.range, text: newText }]);
        }
        const reference = await open(text);
        const answers = async (at: string): Promise<unknown[]> =>
          Promise.all([
            server.request('textDocument/documentSymbol', { textDocument: { uri: at } }),
            server.request('textDocument/diagnostic', { textDocument: { uri: at } }),
            // Without the id of the result, which is new each time.
            server
              .request<{ data: number[] }>('textDocument/semanticTokens/full', { textDocument: { uri: at } })
              .then(({ data }) => data),
            server.request('textDocument/formatting', { textDocument: { uri: at }, options: {} }),
          ]);
        const replaceUri = (value: unknown): unknown =>
          JSON.parse(JSON.stringify(value).replaceAll(reference, uri)) as unknown;
        expect(await answers(uri)).toEqual(replaceUri(await answers(reference)));
        await server.close(uri);
        await server.close(reference);
      }),
      { numRuns: 60 },
    );
  });

  it('every request of a random sequence with cancellations is answered exactly once', async () => {
    const step = fc.record({
      kind: fc.constantFrom('request', 'request', 'request', 'edit', 'close', 'open'),
      which: fc.nat(13),
      line: fc.integer({ min: -2, max: 30 }),
      character: fc.integer({ min: -2, max: 90 }),
      cancel: fc.constantFrom('never', 'at once', 'soon'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const uri = folder.uri(`document${made++}.pubmed`);
        await server.open(uri, strategy);
        const replies: Promise<'answered' | 'cancelled'>[] = [];
        for (const { kind, which, line, character, cancel } of steps) {
          if (kind === 'open') await server.open(uri, strategy);
          else if (kind === 'close') await server.close(uri);
          else if (kind === 'edit')
            await server.change(uri, [
              { range: { start: { line, character }, end: { line, character: character + 1 } }, text: 'z' },
            ]);
          else {
            const [method, params] = everything(uri, line, character)[which] ?? ['', {}];
            const source = new CancellationTokenSource();
            const reply = server.request(method, params, source.token).then(
              () => 'answered' as const,
              (error: { code?: number }) => {
                expect(error.code).toBe(-32800);
                expect(cancel).not.toBe('never');
                return 'cancelled' as const;
              },
            );
            replies.push(reply);
            if (cancel === 'at once') source.cancel();
            if (cancel === 'soon') setTimeout(() => source.cancel(), 2);
          }
        }
        expect(await Promise.all(replies)).toHaveLength(replies.length);
        await server.close(uri);
      }),
      { numRuns: 25 },
    );
    noErrorsLogged();
  });
});

describe('cancellation', () => {
  it('is answered RequestCancelled', async () => {
    const uri = await open(strategy);
    const source = new CancellationTokenSource();
    const reply = server.request(
      'textDocument/hover',
      { textDocument: { uri }, position: { line: 10, character: 4 } },
      source.token,
    );
    source.cancel();
    await expect(reply).rejects.toMatchObject({ code: -32800 });
    expect(await server.request('textDocument/documentSymbol', { textDocument: { uri } })).not.toHaveLength(
      0,
    );
    await server.close(uri);
  });

  it('of what is answered already or was never asked does nothing', async () => {
    for (const id of [0, 999_999, 'a', null, undefined])
      await server.connection.sendNotification('$/cancelRequest', { id });
    expect(
      await server.request('textDocument/hover', {
        textDocument: { uri: 'x' },
        position: { line: 0, character: 0 },
      }),
    ).toBeNull();
  });
});

/** Whether an answer says "nothing": null, an empty list, or a list wrapped in a result. */
function emptied(answer: unknown): boolean {
  if (answer === null) return true;
  if (Array.isArray(answer)) return answer.length === 0;
  const { items, data } = answer as { items?: unknown[]; data?: unknown[] };
  return (items ?? data)?.length === 0;
}
