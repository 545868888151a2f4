/** Channels in folders and behind real servers: signatures, keys, serials, tokens, and what is no channel. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { askChannel, fetchChannel, knownChannel } from './channelReading.ts';
import { CheckpointError } from './checkpointError.ts';
import { readKey } from './keys.ts';
import { channelSource } from './source.ts';
import type { SourceEnvironment } from './source.ts';
import { changeState, readState } from './state.ts';
import { startChannelServer } from './testing/channelServer.ts';
import type { ChannelServer } from './testing/channelServer.ts';
import { makeChannel, makeKeys, writeSigned } from './testing/madeChannel.ts';

const keys = makeKeys();
const key = readKey(keys.publicKey);
const content = Buffer.from('GGUF and so on');
const signal = new AbortController().signal;
let folder: string;
let published: string;
let store: string;
let server: ChannelServer;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-channel-'));
  published = join(folder, 'channel');
  await publish(3);
  server = await startChannelServer(published);
});
beforeEach(async () => {
  store = join(folder, `store-${count++}`);
  await publish(3);
});
afterEach(() => server.clearFaults());
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const publish = (serial: number, by = keys): Promise<unknown> =>
  makeChannel(published, by, { serial, releases: [{ version: '1.0.0', content }] });
const ask = (from = server.url, with_: typeof key | undefined = key) =>
  askChannel(store, channelSource(from, {}), { key: with_, signal, againMs: 1 });

async function failure(work: Promise<unknown>): Promise<[string, string]> {
  const error: unknown = await work.then(
    () => 'no error',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CheckpointError);
  const { code, message } = error as CheckpointError;
  expect(message).not.toContain('\n');
  return [code, message];
}

describe('a channel', () => {
  it('is read from a folder, its channel.json, a file: address and a server alike, and remembered', async () => {
    for (const from of [
      published,
      join(published, 'channel.json'),
      `file://${published}`,
      server.url,
      `${server.url}channel.json`,
    ]) {
      const { channel, keyId } = await ask(from);
      expect([channel.name, channel.serial, keyId]).toEqual(['acme-publication-search', 3, keys.keyId]);
    }
    const { channels } = await readState(store);
    expect(Object.keys(channels).sort()).toEqual([published, server.url].sort());
    await rm(join(published, 'channel.json'));
    expect((await knownChannel(store, server.url, key))?.channel.releases).toHaveLength(1);
    expect(await knownChannel(store, server.url, readKey(makeKeys().publicKey))).toBeUndefined();
  });

  it('without a key that is set is refused, with the id of the key that it names and the way out', async () => {
    const [code, message] = await failure(
      askChannel(store, channelSource(server.url, {}), { key: undefined, signal }),
    );
    expect(code).toBe('no-key');
    expect(message).toContain(keys.keyId);
    expect(message).toMatch(/by another way than the channel, and set it in querent\.model\.channelKey/);
  });

  it('with another key is refused, with both ids', async () => {
    const other = makeKeys();
    const [code, message] = await failure(ask(server.url, readKey(other.publicKey)));
    expect(code).toBe('signature');
    expect(message).toContain(keys.keyId);
    expect(message).toContain(other.keyId);
  });

  it('with one byte changed is refused, after it was asked for once more', async () => {
    const text = await readFile(join(published, 'channel.json'), 'utf8');
    await writeFile(join(published, 'channel.json'), text.replace('There was nothing', 'There was nothinG'));
    const before = server.requests.length;
    const [code, message] = await failure(ask());
    expect([code, message]).toEqual(['signature', expect.stringMatching(/does not fit its channel\.json/)]);
    expect(server.requests.length - before).toBe(4);
    expect((await readState(store)).channels).toEqual({});
  });

  it('whose two files are being replaced is asked for once more', async () => {
    const old = await readFile(join(published, 'channel.json.sig'));
    await publish(4);
    const now = await readFile(join(published, 'channel.json.sig'));
    await writeFile(join(published, 'channel.json.sig'), old);
    let asked = 0;
    server.fault({
      path: 'channel.json.sig',
      before: async () => {
        if (++asked === 2) await writeFile(join(published, 'channel.json.sig'), now);
      },
    });
    expect((await ask()).channel.serial).toBe(4);
    expect(asked).toBe(2);
  });

  it('that is older than before is refused, until what was seen is forgotten', async () => {
    await ask();
    await publish(2);
    const [code, message] = await failure(ask());
    expect([code, message]).toEqual([
      'replayed',
      expect.stringMatching(/its serial is 2, and 3 was seen .* --forget/),
    ]);
    await changeState(store, (state) => ({ ...state, channels: {} }));
    expect((await ask()).channel.serial).toBe(2);
  });

  it('of another name with the same key is refused, and makes no room for an old one', async () => {
    await ask();
    const releases = [{ version: '1.0.0', content }];
    await makeChannel(published, keys, { name: 'another-model', serial: 9, releases });
    expect(await failure(ask())).toEqual([
      'replayed',
      expect.stringMatching(
        /channel of another-model now, and was that of acme-publication-search .* --forget/,
      ),
    ]);
    await publish(2);
    expect((await failure(ask()))[0]).toBe('replayed');
  });

  it('of a newer schema asks for an update, in so many words', async () => {
    await writeSigned(published, keys, '{"schemaVersion": 2, "something": "new"}');
    expect(await failure(ask())).toEqual([
      'newer-schema',
      expect.stringMatching(/schema version 2.* Update Querent/),
    ]);
  });

  it.each<[string, () => unknown, string, RegExp]>([
    [
      'a web page for everything',
      () => server.fault({ html: true }),
      'channel',
      /is a web page instead of JSON/,
    ],
    [
      'a signature that is none',
      () => writeFile(join(published, 'channel.json.sig'), '{}'),
      'channel',
      /channel\.json\.sig: algorithm is/,
    ],
    [
      'no signature',
      () => rm(join(published, 'channel.json.sig')),
      'unreachable',
      /There is no channel\.json\.sig at/,
    ],
    ['nothing there', () => server.fault({ status: 404 }), 'unreachable', /There is no channel\.json at/],
    ['a closed connection', () => server.fault({ drop: true }), 'unreachable', /cannot be reached/],
    [
      'a server that cannot now',
      () => server.fault({ status: 503 }),
      'unreachable',
      /cannot answer now \(HTTP 503\)/,
    ],
    [
      'a server that wants a token',
      () => server.fault({ status: 403 }),
      'unreachable',
      /QUERENT_CHANNEL_TOKEN/,
    ],
    ['a teapot', () => server.fault({ status: 418 }), 'unreachable', /answered with HTTP 418/],
    [
      'redirects in a circle',
      () => server.fault({ redirect: 'loop' }),
      'unreachable',
      /ERR_FR_TOO_MANY_REDIRECTS/,
    ],
    [
      'a channel of megabytes',
      () => writeFile(join(published, 'channel.json'), Buffer.alloc(5e6, ' ')),
      'channel',
      /more than 4194304 bytes/,
    ],
    [
      'a signed channel that is wrong',
      () => writeSigned(published, keys, '{"schemaVersion": 1}'),
      'channel',
      /channel\.json: name is missing/,
    ],
    [
      'a signed path that leads out',
      async () =>
        writeSigned(
          published,
          keys,
          (await readFile(join(published, 'channel.json'), 'utf8')).replace(
            '1.0.0/model-Q8_0.gguf',
            '../../model.gguf',
          ),
        ),
      'channel',
      /holds `\.` or `\.\.` as a folder/,
    ],
  ])('that is %s is refused in words', async (_, spoil, code, message) => {
    await spoil();
    expect(await failure(ask())).toEqual([code, expect.stringMatching(message)]);
  });

  it('in a folder that is not there is told by its place', async () => {
    expect(await failure(ask(join(folder, 'nowhere')))).toEqual([
      'unreachable',
      expect.stringMatching(/nowhere.channel\.json is not there\. Check the folder/),
    ]);
  });

  it('stops being read when that is cancelled', async () => {
    server.fault({ hang: true });
    const controller = new AbortController();
    const asking = fetchChannel(channelSource(server.url, {}), { key, signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    expect((await failure(asking))[0]).toBe('aborted');
  });
});

describe('a token', () => {
  const token = 'secret-token-of-the-test';

  it('goes to the channel, not to where it redirects, and into no message', async () => {
    const elsewhere = await startChannelServer(published);
    const guarded = await startChannelServer(published, { readToken: token });
    try {
      const env: SourceEnvironment = { QUERENT_CHANNEL_TOKEN: token };
      const source = channelSource(guarded.url, env);
      await askChannel(store, source, { key, signal });
      expect(guarded.requests[0]?.authorization).toBe(`Bearer ${token}`);
      const [, without] = await failure(ask(guarded.url));
      expect(without).toMatch(/asks for a token \(HTTP 401\) and none is sent/);
      const wrong = channelSource(guarded.url, { QUERENT_CHANNEL_TOKEN: `${token}-old` });
      const [, refused] = await failure(askChannel(store, wrong, { key, signal }));
      expect(refused).toMatch(/refuses the token of QUERENT_CHANNEL_TOKEN/);
      expect(refused).not.toContain(token);
      guarded.fault({ redirect: `${elsewhere.url}channel.json`, path: 'channel.json' });
      await askChannel(store, source, { key, signal });
      expect(elsewhere.requests.map(({ authorization }) => authorization)).toEqual([undefined]);
    } finally {
      await elsewhere.close();
      await guarded.close();
    }
  });

  it('of Hugging Face goes to the addresses of a repository, at a mirror too', async () => {
    const mirror = join(folder, 'mirror');
    await makeChannel(join(mirror, 'acme/search/resolve/v2'), keys, {
      serial: 9,
      releases: [{ version: '1.0.0', content }],
    });
    const hub = await startChannelServer(mirror, { readToken: token });
    try {
      const source = channelSource('hf:acme/search@v2', {
        HF_ENDPOINT: hub.url,
        HF_TOKEN: token,
        QUERENT_CHANNEL_TOKEN: 'other',
      });
      expect((await askChannel(store, source, { key, signal })).channel.serial).toBe(9);
      expect(Object.keys((await readState(store)).channels)).toEqual(['hf:acme/search@v2']);
      const missing = channelSource('hf:acme/search', { HF_ENDPOINT: hub.url, HF_TOKEN: token });
      expect((await failure(askChannel(store, missing, { key, signal })))[1]).toMatch(
        /There is no channel\.json at hf:acme\/search\./,
      );
    } finally {
      await hub.close();
    }
  });
});
