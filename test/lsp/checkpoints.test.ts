/** Checkpoints over real LSP: a channel server, the real store, the real model process; two windows at once. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import type { CheckpointChange, CheckpointsResult } from '@querent/server/checkpointProtocol';
import type { ModelsResult, RewriteResult, StatusParams } from '@querent/server/protocol';
import { startChannelServer } from '../../server/src/checkpoints/testing/channelServer.ts';
import type { ChannelServer } from '../../server/src/checkpoints/testing/channelServer.ts';
import { makeChannel, makeKeys } from '../../server/src/checkpoints/testing/madeChannel.ts';
import { tinyGguf } from '../../server/src/models/testing/tinyGguf.ts';
import { querent } from '../cli/runQuerent.ts';
import { startServer, TestFolder, type TestServer } from './harness.ts';
import { citations, strategy } from './library.ts';

const folder = new TestFolder();
const uri = folder.uri('falls.pubmed');
const keys = makeKeys();
const store = join(folder.path, 'store');
const published = join(folder.path, 'channel');
const one = 'acme-publication-search@1.0.0';
const two = 'acme-publication-search@2.0.0';
const model = (seed: number): Uint8Array => tinyGguf({ contextTokens: 8192, seed });
const bytes = model(1).length;
let channel: ChannelServer;
let settings: { model: Record<string, unknown> };
let server: TestServer;

async function start(): Promise<TestServer> {
  const started = await startServer({
    folder: folder.path,
    settings,
    environment: { QUERENT_CHECKPOINTS: store },
  });
  await started.open(uri, strategy);
  return started;
}

beforeAll(async () => {
  folder.write('citations.jsonl', citations);
  mkdirSync(published);
  await makeChannel(published, keys, { releases: [{ version: '1.0.0', content: model(1) }] });
  channel = await startChannelServer(published);
  settings = {
    model: { channel: channel.url, channelKey: keys.publicKey, gpu: 'off', threads: 1, samples: 1 },
  };
  server = await start();
}, 60_000);
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  await channel.close();
  folder.dispose();
});

const list = (ask = false, from = server): Promise<CheckpointsResult> =>
  from.request<CheckpointsResult>('querent/checkpoints', { ask });
const pull = (id: string, more: object = {}, from = server): Promise<CheckpointChange> =>
  from.request<CheckpointChange>('querent/checkpointPull', { id, agreedBytes: bytes, ...more });
const state = ({ entries }: CheckpointsResult): Record<string, string> =>
  Object.fromEntries(entries.map(({ version, state: now }) => [version, now]));

/** Names of models that had a say in a rewrite. */
async function sources(from = server): Promise<string[]> {
  const { proposals, rejected } = await from.request<RewriteResult>('querent/rewrite', { uri });
  const all = [...proposals, ...rejected].filter(({ origin }) => origin === 'model');
  return [...new Set(all.map(({ source }) => source))];
}

describe('checkpoints in the editor', { timeout: 90_000 }, () => {
  it('are not asked for without being told to, and then listed with size and figures', async () => {
    expect(await list()).toMatchObject({ channel: channel.url, entries: [] });
    expect(channel.requests).toEqual([]);
    const listed = await list(true);
    expect(listed.entries).toMatchObject([{ id: one, state: 'offered', bytes, quantisation: 'Q8_0' }]);
    expect(listed.entries[0]?.figures[0]).toMatchObject({
      name: 'recall',
      value: 0.62,
      interval: [0.54, 0.7],
    });
    expect(listed).toMatchObject({ update: one, folder: store });
    expect(listed.freeBytes).toBeGreaterThan(bytes);
  });

  it('of another size than was agreed to are not fetched', async () => {
    await expect(pull(one, { agreedBytes: bytes - 1 })).rejects.toThrow(/agreed/);
    expect(channel.requests.some(({ path }) => path.endsWith('.gguf'))).toBe(false);
  });

  it('stop when they are cancelled, keep what came, go on from there, and become the model at once', async () => {
    const heal = channel.fault({ path: /gguf$/, slow: 200_000 });
    const source = new CancellationTokenSource();
    const pulling = server.request(
      'querent/checkpointPull',
      { id: one, agreedBytes: bytes, workDoneToken: 'slow' },
      source.token,
    );
    await server.message(
      ({ method, params }) =>
        method === '$/progress' &&
        /^fetching: 0\.[1-4]/.test((params as { value: { message?: string } }).value.message ?? ''),
    );
    source.cancel();
    await expect(pulling).rejects.toThrow(/cancelled/i);
    heal();
    const [partial] = (await list()).entries;
    expect(partial).toMatchObject({ id: one, state: 'partial' });
    expect(partial?.haveBytes).toBeGreaterThan(0);
    const change = await pull(one, { workDoneToken: 'rest' });
    expect(change).toMatchObject({ active: one, message: expect.stringContaining('answered') });
    expect(channel.requests.at(-1)).toMatchObject({ range: `bytes=${partial?.haveBytes}-`, status: 206 });
    expect(await sources()).toEqual([one]);
    const told = server.received.filter(
      ({ method, params }) => method === '$/progress' && (params as { token: string }).token === 'rest',
    );
    expect(told.at(-1)?.params).toMatchObject({ value: { kind: 'end' } });
  });

  it('are listed among the models, with their figures', async () => {
    const { models } = await server.request<ModelsResult>('querent/models', {});
    expect(models[0]).toMatchObject({ name: one, checkpoint: one, isCurrent: true, kind: 'file' });
    expect(models[0]?.figures.join(' ')).toContain('Recall 62.0 %');
  });

  it(
    'change in the other window, too, also when the command line activates one',
    { timeout: 180_000 },
    async () => {
      await makeChannel(published, keys, {
        serial: 2,
        releases: [
          { version: '2.0.0', content: model(2) },
          { version: '1.0.0', content: model(1) },
        ],
      });
      const other = await start();
      try {
        expect((await list(true)).update).toBe(two);
        const both = await Promise.all([pull(two), pull(two, {}, other)]);
        expect(both.map(({ active }) => active)).toEqual([two, two]);
        expect(channel.requests.filter(({ path }) => path === '2.0.0/model-Q8_0.gguf')).toHaveLength(1);
        expect(await sources(other)).toEqual([two]);
        const before = server.received.length;
        const env = { QUERENT_CHECKPOINTS: store };
        const { code, stderr } = await querent(['models', 'rollback'], { env });
        expect([code, stderr]).toEqual([0, expect.stringContaining('verifying')]);
        await server.message(
          (message) =>
            server.received.indexOf(message) >= before &&
            message.method === 'querent/status' &&
            ((message.params as StatusParams).model.explanation ?? '').includes(one),
        );
        expect(await sources()).toEqual([one]);
        expect(state(await list())).toEqual({ '2.0.0': 'previous', '1.0.0': 'active' });
      } finally {
        expect(await other.stop()).toBe(0);
      }
    },
  );

  it('pinned for a workspace go before the active one', async () => {
    settings = { model: { ...settings.model, pinnedVersion: '2.0.0' } };
    const pinned = await start();
    try {
      expect(await sources(pinned)).toEqual([two]);
      expect(await list(false, pinned)).toMatchObject({ pinned: '2.0.0', active: one });
    } finally {
      await pinned.stop();
    }
  });

  it('whose file was changed are not loaded, and the status says so; roll back works and leaves no trace of it', async () => {
    const file = join(store, 'releases', one, 'model-Q8_0.gguf');
    const sound = model(1);
    const spoilt = Uint8Array.from(sound);
    spoilt[sound.length - 7] = (spoilt[sound.length - 7] ?? 0) ^ 1;
    writeFileSync(file, spoilt);
    const own = { ...settings, model: { ...settings.model, pinnedVersion: '' } };
    settings = own;
    const fresh = await start();
    try {
      const status = await fresh.message(
        ({ method, params }) =>
          method === 'querent/status' && (params as StatusParams).model.state === 'error',
      );
      expect((status.params as StatusParams).model.explanation).toMatch(/not the one that was published/);
      expect(await sources(fresh)).toEqual([]);
      // As clients send it: without parameters.
      const back = await fresh.connection.sendRequest<CheckpointChange>('querent/checkpointRollBack');
      expect(back).toMatchObject({ active: two, previous: one });
      expect(await sources(fresh)).toEqual([two]);
      // A damaged one is fetched anew, not believed.
      await pull(one, {}, fresh);
      expect(await sources(fresh)).toEqual([one]);
      await expect(fresh.request('querent/checkpointRemove', { id: one })).rejects.toThrow(/is the active/);
      await fresh.request('querent/checkpointRemove', { id: two });
      expect(state(await list(false, fresh))).toEqual({ '2.0.0': 'offered', '1.0.0': 'active' });
    } finally {
      await fresh.stop();
    }
  });

  it('are imported from a folder without a network', async () => {
    const asked = channel.requests.length;
    const change = await server.request<CheckpointChange>('querent/checkpointImport', { path: published });
    expect(change).toMatchObject({ active: two, previous: one });
    expect(channel.requests.length).toBe(asked);
  });

  it.each<[string, string, object | null, RegExp]>([
    ['querent/checkpointPull', 'no parameters', null, /needs its id/],
    ['querent/checkpointPull', 'a path as id', { id: '../../x@1.0.0', agreedBytes: 1 }, /is no checkpoint/],
    [
      'querent/checkpointPull',
      'a release that is not there',
      { id: 'acme-publication-search@9.0.0', agreedBytes: 1 },
      /does not offer/,
    ],
    [
      'querent/checkpointActivate',
      'one that is not installed',
      { id: 'x@1.0.0' },
      /not installed\. Pull it first, or/,
    ],
    ['querent/checkpointActivate', 'nonsense', { id: 7 }, /needs its id/],
    ['querent/checkpointRemove', 'a path', { id: '..' }, /is no checkpoint/],
    ['querent/checkpointImport', 'no folder', { path: '/nowhere/at/all' }, /is not there/],
    ['querent/checkpointImport', 'an address', { path: 'https://example.org/x' }, /pull from its address/],
  ])('%s with %s is refused in words', async (method, _, params, message) => {
    await expect(server.request(method, params)).rejects.toMatchObject({
      message: expect.stringMatching(message),
    });
  });

  it('are left alone in Restricted Mode', async () => {
    const restricted = await startServer({
      folder: folder.path,
      settings,
      trusted: false,
      environment: { QUERENT_CHECKPOINTS: store },
    });
    try {
      await expect(list(true, restricted)).rejects.toThrow(/Trust this workspace/);
      await expect(pull(one, {}, restricted)).rejects.toThrow(/Trust this workspace/);
    } finally {
      await restricted.stop();
    }
  });
});
