/** The model's part of the assistant over real LSP: servers that answer, refuse, are slow or something else; files in folders; terms while typing. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import type { ModelsResult, RewritePartial, RewriteResult, StatusParams } from '@querent/server/protocol';
import { tinyGguf } from '../../server/src/models/testing/tinyGguf.ts';
import { startServer, TestFolder, type TestServer } from './harness.ts';
import { citations, place, strategy } from './library.ts';
import { TestModelServer } from './openAi.ts';

const folder = new TestFolder();
const uri = folder.uri('falls.pubmed');
const endpoint = new TestModelServer();
/** What the client answers when it is asked for its settings; changed by {@link set}. */
const settings: { model: Record<string, unknown>; rewrite: Record<string, unknown>; mesh: object } = {
  model: {},
  rewrite: {},
  mesh: {},
};
let server: TestServer;
let sent = 0;

beforeAll(async () => {
  folder.write('citations.jsonl', citations);
  folder.write('tiny.gguf', tinyGguf());
  folder.write('text.gguf', 'This is no model.');
  mkdirSync(join(folder.path, 'a', 'b', 'c'), { recursive: true });
  folder.write('a/b/DeepRetrieval-PubMed-3B.gguf', tinyGguf());
  folder.write('a/b/c/too-deep.gguf', tinyGguf());
  folder.write('a/big-00002-of-00003.gguf', 'x');
  await endpoint.start();
  settings.model = { endpoint: endpoint.url, samples: 1 };
  server = await startServer({ folder: folder.path, settings, environment: { QUERENT_MODEL_KEY: '' } });
  await server.open(uri, strategy);
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  endpoint.stop();
  folder.dispose();
});
beforeEach(() => {
  endpoint.key = undefined;
  endpoint.reply = () => '<answer>{"query": "falls[tiab] OR fall[tiab]"}</answer>';
  sent = server.received.length;
});

async function set(change: { model?: object; rewrite?: object; mesh?: object }): Promise<void> {
  Object.assign(settings, change);
  sent = server.received.length;
  await server.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
}

async function status(wanted: (model: StatusParams['model']) => boolean): Promise<StatusParams['model']> {
  const since = sent;
  const message = await server.message(
    (one) =>
      server.received.indexOf(one) >= since &&
      one.method === 'querent/status' &&
      wanted((one.params as StatusParams).model),
  );
  return (message.params as StatusParams).model;
}

const rewrite = (params: object = {}): Promise<RewriteResult> =>
  server.request<RewriteResult>('querent/rewrite', { uri, ...params });
const endpointModel = { endpoint: '', samples: 1 };

describe('a model server', () => {
  it('proposes beside the method, and the status says who and how fast', async () => {
    const result = await rewrite();
    const own = [...result.proposals, ...result.rejected].filter(({ origin }) => origin === 'model');
    expect(own.map(({ source }) => source)).toContain('small-model');
    expect(result.proposals.some(({ origin }) => origin === 'method')).toBe(true);
    const ready = await status(({ state, explanation }) => state === 'ready' && explanation !== undefined);
    expect(ready.detail).toContain('small-model at 127.0.0.1');
    expect(ready.explanation).toMatch(/tokens per second/);
  });

  it('that does not answer can be waited for no longer: what is measured is given, and nothing else waited', async () => {
    endpoint.reply = () => () => undefined;
    const source = new CancellationTokenSource();
    const rewriting = server.request('querent/rewrite', { uri, partialResultToken: 'slow' }, source.token);
    const partials = (): RewritePartial[] =>
      server.received
        .filter(
          ({ method, params }) => method === '$/progress' && (params as { token: string }).token === 'slow',
        )
        .map(({ params }) => (params as { value: RewritePartial }).value);
    await server.until(
      async () => partials(),
      (told) => told.some(({ result }) => (result?.proposals.length ?? 0) > 0),
      'The proposals of the method',
    );
    const started = performance.now();
    const hover = await server.request('textDocument/hover', {
      textDocument: { uri },
      position: place('elderly'),
    });
    expect(hover).not.toBeNull();
    expect(performance.now() - started).toBeLessThan(2_000);
    source.cancel();
    await expect(rewriting).rejects.toMatchObject({ code: -32800 });
    expect(partials().at(-1)?.result?.proposals.length).toBeGreaterThan(0);
    const told = partials().length;
    endpoint.reply = () => '<answer>{"query": "falls[tiab]"}</answer>';
    expect((await rewrite()).proposals.length).toBeGreaterThan(0);
    expect(partials()).toHaveLength(told);
  }, 60_000);

  it.each<[string, () => Promise<void> | void, RegExp]>([
    [
      'that is not there',
      () => set({ model: { ...endpointModel, endpoint: 'http://127.0.0.1:9' } }),
      /cannot be reached/,
    ],
    [
      'whose address is none',
      () => set({ model: { ...endpointModel, endpoint: 'model server' } }),
      /not a URL/,
    ],
    [
      'whose address holds a password',
      () => set({ model: { ...endpointModel, endpoint: 'http://u:p@127.0.0.1' } }),
      /user name/,
    ],
  ])('%s: the status says why, and the method proposes', async (_, given, message) => {
    await given();
    const { detail, explanation } = await status(({ state }) => state === 'error');
    expect(`${detail} ${explanation ?? ''}`).toMatch(message);
    const result = await rewrite();
    expect(result.proposals.some(({ origin }) => origin === 'method')).toBe(true);
  });

  it('that answers with a web page is named as such', async () => {
    endpoint.reply = () => (response) =>
      void response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>');
    await set({ model: { ...endpointModel, endpoint: endpoint.url } });
    await status(({ state }) => state === 'ready');
    const result = await rewrite();
    expect(result.rejected.find(({ origin }) => origin === 'model')?.reason).toMatch(/not JSON/);
    expect((await status(({ state }) => state === 'error')).explanation).toMatch(/not JSON/);
  });

  it('a result that was made with other settings is not taken for one with those of now', async () => {
    const writes = (): number => endpoint.asked.filter((path) => path.includes('completions')).length;
    const resolved = (): Promise<{ edit?: object }> =>
      server.request('codeAction/resolve', {
        title: 'Rewrite',
        kind: 'refactor.rewrite',
        data: { uri, version: 1, label: '3' },
      });
    const held: (() => void)[] = [];
    endpoint.reply = () => (response) =>
      void held.push(() => response.end(JSON.stringify({ choices: [{ message: { content: '' } }] })));
    const before = writes();
    const rewriting = rewrite();
    await server.until(
      async () => held.length,
      (count) => count > 0,
      'The question',
    );
    await set({ rewrite: { budget: 20 } });
    // A request that is answered shows that the settings were read.
    await server.until(
      async () => server.received.slice(sent).some(({ method }) => method.endsWith('/refresh')),
      (isRead) => isRead,
      'The new settings',
    );
    endpoint.reply = () => '<answer>{"query": "falls[tiab] AND balance[tiab]"}</answer>';
    for (const answer of held) answer();
    await rewriting;
    const asked = writes();
    expect(asked).toBeGreaterThan(before);
    expect((await resolved()).edit).toBeDefined();
    expect(writes()).toBeGreaterThan(asked);
    const again = writes();
    expect((await resolved()).edit).toBeDefined();
    expect(writes()).toBe(again);
    await set({ rewrite: {} });
  });

  it('takes the key that it is given, and nobody else sees it', async () => {
    endpoint.key = 'a-very-secret-key';
    await set({ model: { ...endpointModel, endpoint: `${endpoint.url}/v1` } });
    expect((await status(({ state }) => state === 'error')).detail).toContain('refuses the key');
    await server.connection.sendNotification('querent/modelKey', { key: endpoint.key });
    await status(({ state }) => state === 'ready');
    const result = await rewrite();
    expect([...result.proposals, ...result.rejected].some(({ origin }) => origin === 'model')).toBe(true);
    await server.connection.sendNotification('querent/modelKey', { key: 7 });
    await server.connection.sendNotification('querent/modelKey', { key: '' });
    sent = server.received.length;
    await status(({ state, detail }) => state === 'error' && detail.includes('key'));
    expect(JSON.stringify(server.received) + server.stderr).not.toContain('a-very-secret-key');
  });
});

describe('querent/models', () => {
  const models = (params: object): Promise<ModelsResult> =>
    server.request<ModelsResult>('querent/models', params);

  it('lists files with what they need, the server’s models and published ones', async () => {
    endpoint.models = ['DeepRetrieval/DeepRetrieval-CTGov-3B', 'small-model'];
    await set({ model: { path: join(folder.path, 'tiny.gguf'), endpoint: '', gpu: 'off', samples: 2 } });
    await status(({ state }) => state === 'idle');
    const list = await models({ folders: [folder.path, 'not/absolute'], endpoint: endpoint.url });
    endpoint.models = ['small-model'];
    const names = list.models.filter(({ kind }) => kind === 'file').map(({ place: path }) => path);
    expect(names.map((path) => path.slice(folder.path.length + 1))).toEqual([
      'tiny.gguf',
      'text.gguf',
      join('a', 'b', 'DeepRetrieval-PubMed-3B.gguf'),
    ]);
    const [tiny, text, published] = list.models;
    expect(tiny).toMatchObject({ isCurrent: true, architecture: 'llama', fits: 'yes' });
    expect(tiny?.needsBytes).toBeGreaterThan(tiny?.bytes ?? Infinity);
    expect(text).toMatchObject({
      name: 'text',
      isCurrent: false,
      note: expect.stringContaining('GGUF') as string,
    });
    expect(published).toMatchObject({ task: 'publication search' });
    expect(published?.figures.join(' ')).toContain('65.07');
    const served = list.models.filter(({ kind }) => kind === 'endpoint');
    expect(served.map(({ name, task }) => [name, task])).toEqual([
      ['DeepRetrieval/DeepRetrieval-CTGov-3B', 'trial search'],
      ['small-model', undefined],
    ]);
    // What is here is not listed as published once more.
    const rest = list.models.filter(({ kind }) => kind === 'published');
    expect(rest.map(({ name }) => name)).toContain('DeepRetrieval-PubMed-3B-Llama');
    expect(rest.map(({ name }) => name)).not.toContain('DeepRetrieval-PubMed-3B');
    for (const { figures, needsBytes, note } of rest)
      expect([figures.length > 0, (needsBytes ?? 0) > 1e9, note]).toEqual([true, true, expect.any(String)]);
    expect(list.machine.memoryBytes).toBeGreaterThan(1e8);
  });

  it('gives the key to the server of the settings, and to no other', async () => {
    endpoint.key = 'a-very-secret-key';
    await server.connection.sendNotification('querent/modelKey', { key: endpoint.key });
    const note = async (): Promise<string | undefined> =>
      (await models({ endpoint: endpoint.url })).models.find(({ kind }) => kind === 'endpoint')?.note;
    await set({ model: { endpoint: 'http://127.0.0.1:9' } });
    await status(({ state }) => state === 'error');
    expect(await note()).toMatch(/401/);
    await set({ model: { endpoint: `${endpoint.url}/v1/` } });
    await status(({ state }) => state === 'ready');
    expect(await note()).toBeUndefined();
    await server.connection.sendNotification('querent/modelKey', { key: '' });
  });

  it('says why a server has none, and lists nothing of a folder that is not there', async () => {
    const list = await models({ folders: [join(folder.path, 'gone')], endpoint: 'http://127.0.0.1:9' });
    expect(list.models.find(({ kind }) => kind === 'endpoint')?.note).toMatch(/cannot be reached/);
  });

  it('reads no file and asks no server in Restricted Mode, and runs none', async () => {
    const asked = endpoint.asked.length;
    const careful = await startServer({
      folder: folder.path,
      settings: { model: { endpoint: endpoint.url } },
      trusted: false,
    });
    await careful.open(uri, strategy);
    const list = await careful.request<ModelsResult>('querent/models', { folders: [folder.path] });
    expect(new Set(list.models.map(({ kind }) => kind))).toEqual(new Set(['published']));
    const result = await careful.request<RewriteResult>('querent/rewrite', { uri });
    expect([...result.proposals, ...result.rejected].some(({ origin }) => origin === 'model')).toBe(false);
    expect(endpoint.asked).toHaveLength(asked);
    expect(await careful.stop()).toBe(0);
  });
});

describe('terms while typing', () => {
  interface Item {
    insertText: string;
    range: { start: object };
  }
  const text = strategy.replace(
    '#1 elderly[tiab] OR "older people"[tiab] OR "older adults"[tiab]',
    '#1 elderly[tiab]',
  );
  const document = folder.uri('typing.pubmed');
  const at = { line: place('#1 elderly', text).line, character: '#1 elderly[tiab]'.length };
  /** @param triggerKind 1: by hand, 2: while typing */
  const ask = (position: object = at, triggerKind = 2): Promise<Item[]> =>
    server.request<Item[]>('textDocument/inlineCompletion', {
      textDocument: { uri: document },
      position,
      context: { triggerKind },
    });
  beforeAll(() => server.open(document, text));
  afterEach(() => {
    endpoint.models = ['small-model'];
  });

  it('are off unless they are wanted', async () => {
    await set({ model: { ...endpointModel, endpoint: endpoint.url }, rewrite: {} });
    await status(({ state }) => state === 'ready');
    const asked = endpoint.asked.length;
    expect(await ask()).toEqual([]);
    expect(endpoint.asked).toHaveLength(asked);
  });

  it('are the model’s, as far as the library has them and the block lacks their records', async () => {
    await set({ rewrite: { inlineCompletion: true } });
    endpoint.reply = () =>
      '1. older adults\n- "frail"\nelderly\nno such word anywhere\nvitamin d[tiab]\n91000001\nThis is a sentence that is much too long for a term.\n';
    const items = await server.until(ask, (found) => found.length > 0, 'Terms');
    expect(items.map(({ insertText }) => insertText).sort()).toEqual([
      ' OR "older adults"[tiab]',
      ' OR "vitamin d"[tiab]',
      ' OR frail[tiab]',
    ]);
    expect(items[0]?.range.start).toEqual(at);
    // Asked for by hand, at once.
    expect((await ask(at, 1)).length).toBe(3);
    // Within a term, and where blocks are joined, there are none.
    const asked = endpoint.asked.length;
    expect(await ask({ ...at, character: 6 })).toEqual([]);
    expect(await ask({ line: 99, character: 99 })).toEqual([]);
    expect(endpoint.asked).toHaveLength(asked);
  });

  it('that come too late, or of a model that fails, are none', async () => {
    endpoint.reply = () => () => undefined;
    const started = performance.now();
    expect(await ask(at, 1)).toEqual([]);
    expect(performance.now() - started).toBeLessThan(8_000);
    // The next key takes the place of the one before, though the model was at it.
    endpoint.reply = () => (response) => void setTimeout(() => response.end(), 60_000).unref();
    const before = endpoint.asked.length;
    const first = ask(at, 1);
    await server.until(
      async () => endpoint.asked.slice(before),
      // Those before it asked, too.
      (paths) => paths.some((path) => path !== '/v1/models'),
      'The question',
    );
    endpoint.reply = () => 'older adults\n';
    const second = ask(at, 1);
    expect(await first).toEqual([]);
    expect(await second).toHaveLength(1);
    await set({ model: { ...endpointModel, endpoint: 'http://127.0.0.1:9' } });
    await status(({ state }) => state === 'error');
    expect(await ask()).toEqual([]);
  });

  it('never load a model', async () => {
    await set({ model: { path: join(folder.path, 'tiny.gguf'), endpoint: '', gpu: 'off' } });
    await status(({ state }) => state === 'idle');
    expect(await ask(at, 1)).toEqual([]);
    expect(server.received.slice(sent).some((one) => JSON.stringify(one).includes('"loading"'))).toBe(false);
  });

  it('are entry terms of MeSH where no model is named', async () => {
    const heading = {
      ui: 'D000368',
      name: 'Aged',
      entry: ['Elderly', 'Older Adults'],
      perm: [],
      tree: ['M01'],
      pa: [],
    };
    folder.write('headings.jsonl', JSON.stringify(heading));
    await set({ model: { endpoint: '' }, mesh: { path: 'headings.jsonl' } });
    const items = await server.until(
      () => ask(at, 1),
      (found) => found.length > 0,
      'Entry terms',
    );
    expect(items.map(({ insertText }) => insertText)).toEqual([' OR "older adults"[tiab]']);
  });
});
