import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import { hintText, startServer, TestFolder, type TestServer } from './harness.ts';
import { citations, strategy } from './library.ts';

interface Built {
  records: number;
  rejected: { file: string; line: number; reason: string }[];
  rejectedTotal: number;
  bytes: number;
}

const folder = new TestFolder();
let server: TestServer;

beforeAll(async () => {
  server = await startServer({ folder: folder.path, settings: {} });
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  folder.dispose();
});

describe('querent/buildLibrary', () => {
  it('imports the good records, names each bad one, reports progress, and the library can be searched at once', async () => {
    const uri = folder.uri('falls.pubmed');
    await server.open(uri, strategy.replace('citations.jsonl', 'library.sqlite'));
    const input = folder.write('export.jsonl', `${citations}this is no JSON\n`);
    const output = join(folder.path, 'library.sqlite');
    const built = await server.request<Built>('querent/buildLibrary', {
      inputs: [input],
      output,
      workDoneToken: 'build',
    });
    expect(built).toMatchObject({ records: 12, rejectedTotal: 1, rejected: [{ file: input, line: 13 }] });
    const progress = server.received.filter(({ method }) => method === '$/progress');
    expect(progress.length).toBeGreaterThanOrEqual(2);
    expect(progress.at(-1)?.params).toMatchObject({ token: 'build', value: { kind: 'end' } });
    // The document named the library before it was there: it is found without being told.
    const hints = await server.until(
      () =>
        server.request<{ label: unknown }[]>('textDocument/inlayHint', {
          textDocument: { uri },
          range: { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } },
        }),
      (answer) => answer.length === 3 && answer.every((hint) => /\d/.test(hintText(hint))),
      'Hints from the new library',
    );
    expect(hints.map(hintText)).toEqual([
      expect.stringContaining('4 records'),
      expect.stringContaining('6 records'),
      expect.stringContaining('3 records'),
    ]);
    await server.close(uri);
  });

  it.each<[string, object, RegExp]>([
    ['a missing input', { inputs: ['/nowhere/a.jsonl'], output: join(tmpdir(), 'unused.sqlite') }, /nowhere/],
    ['no input', { inputs: [], output: join(tmpdir(), 'unused.sqlite') }, /input/],
    ['nonsense', { inputs: 7 }, /input/],
    // The editor has no options of the command line.
    [
      'a file that is input and output',
      { inputs: ['a.jsonl'], output: 'a.jsonl' },
      /^(?!.*--).*both an input/,
    ],
  ])('%s is refused in words', async (_, params, message) => {
    await expect(server.request('querent/buildLibrary', params)).rejects.toMatchObject({
      message: expect.stringMatching(message),
    });
  });

  it('MeSH of the setting, a path relative to the workspace folder, goes into the library; a missing file is told', async () => {
    const input = folder.write('few.jsonl', citations);
    folder.write(
      'mesh.jsonl',
      `${JSON.stringify({ ui: 'D058', name: 'Falls', entry: [], tree: ['N06'] })}\n`,
    );
    const output = join(folder.path, 'with-mesh.sqlite');
    const build = async (path: string): Promise<Buffer> => {
      const own = await startServer({ folder: folder.path, settings: { mesh: { path } } });
      try {
        await own.request('querent/buildLibrary', { inputs: [input], output });
      } finally {
        await own.stop();
      }
      return readFileSync(output);
    };
    expect((await build('mesh.jsonl')).includes('D058')).toBe(true);
    await expect(build('gone.jsonl')).rejects.toMatchObject({
      message: expect.stringMatching(/querent\.mesh\.path.*gone\.jsonl/),
    });
  });

  it('a file without a good record leaves nothing behind', async () => {
    const input = folder.write('bad.jsonl', 'x\ny\n');
    const output = join(folder.path, 'none.sqlite');
    await expect(server.request('querent/buildLibrary', { inputs: [input], output })).rejects.toMatchObject({
      message: expect.stringContaining('No good record'),
    });
    expect(existsSync(output)).toBe(false);
  });

  it('is cancelled without a trace', async () => {
    const input = folder.write('big.jsonl', citations.repeat(3_000));
    const output = join(folder.path, 'cancelled.sqlite');
    const source = new CancellationTokenSource();
    const reply = server.request('querent/buildLibrary', { inputs: [input], output }, source.token);
    setTimeout(() => source.cancel(), 300);
    await expect(reply).rejects.toMatchObject({ code: -32800 });
    expect(readdirSync(folder.path).filter((name) => name.startsWith('cancelled'))).toEqual([]);
  });
});
