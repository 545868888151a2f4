import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { CliError } from '@querent/server/terminal';
import { startChannelServer } from '../../../../server/src/checkpoints/testing/channelServer.ts';
import type {
  ChannelFault,
  ChannelServer,
} from '../../../../server/src/checkpoints/testing/channelServer.ts';
import { publishRelease } from '../publish.ts';
import type { Published, PublishOptions } from '../publish.ts';
import { freshFolder, heldOutWith, makePlace, recalls } from '../testing/made.ts';
import type { Place } from '../testing/made.ts';
import { verifyPublished } from '../verifyPublished.ts';
import { httpTarget } from './http.ts';
import { openTarget } from './openTarget.ts';

const token = 'token-4711-secret';
let place: Place;
beforeAll(async () => {
  place = await makePlace();
});

const good = (level: number) => heldOutWith(recalls(12, 0.5 + level / 100));

async function served(): Promise<{ server: ChannelServer; folder: string }> {
  const folder = await freshFolder();
  return { server: await startChannelServer(folder, { token }), folder };
}

async function publish(
  { url }: ChannelServer,
  content: string,
  change: Partial<PublishOptions> = {},
): Promise<Published> {
  const to = httpTarget(url, { token, firstPauseMs: 1, stallMs: 1000 });
  return publishRelease(await place.options(to, content, change));
}

describe('publishing to an HTTP server', () => {
  it('puts models first, then the channel, then its signature, and reads back what was stored', async () => {
    const { server, folder } = await served();
    await using closing = server;
    void closing;
    const first = await publish(server, 'one', { evaluation: good(0) });
    expect(first).toMatchObject({ status: 'published', version: '1.0.0', serial: 1 });
    const puts = server.requests.filter(({ method }) => method === 'PUT');
    expect(puts.map(({ path }) => path.replace(/-[0-9a-f]{8}/u, '-HASH'))).toEqual([
      '1.0.0/model-Q8_0-HASH.gguf',
      '1.0.0/evaluation-HASH.json',
      'history/1-HASH/channel.json',
      'history/1-HASH/channel.json.sig',
      'channel.json',
      'channel.json.sig',
    ]);
    expect(new Set(puts.map(({ authorization }) => authorization))).toEqual(new Set([`Bearer ${token}`]));
    for (const { path } of puts) {
      const last = server.requests.findLast((each) => each.path === path);
      expect(last?.method).toBe('GET');
    }
    const second = await publish(server, 'two', { evaluation: good(5) });
    expect(second).toMatchObject({ version: '1.1.0', serial: 2, gate: { decision: 'passed' } });
    expect(await publish(server, 'three', { evaluation: good(1) })).toMatchObject({ status: 'refused' });
    const found = await verifyPublished(openTarget(server.url, {}), place.key.publicKey);
    expect(found).toMatchObject({ ok: true, files: 2 });
    expect((await readdir(folder)).sort()).toEqual([
      '1.0.0',
      '1.1.0',
      'channel.json',
      'channel.json.sig',
      'history',
    ]);
  });

  it('replaces a channel only where it is the one that was read', async () => {
    await using server = await startChannelServer(await freshFolder(), { token });
    await publish(server, 'one', { evaluation: good(0) });
    // The other comes after everything has been looked at, at the last moment.
    let other: Published | undefined;
    server.fault({
      ...{ path: 'channel.json', method: 'PUT', times: 1 },
      before: async () => {
        other = await publish(server, 'theirs', { evaluation: good(7) });
      },
    });
    const mine = publish(server, 'mine', { evaluation: good(5) });
    await expect(mine).rejects.toThrow(
      /another publication came in between \(HTTP 412\)\. Serial 2 was to be/u,
    );
    expect(other?.status).toBe('published');
    const found = await verifyPublished(openTarget(server.url, {}), place.key.publicKey);
    expect(found).toMatchObject({ ok: true, files: 2, channel: { serial: 2 } });
    expect(found.channel?.releases[0]?.files).toEqual(other?.release?.files);
    expect(await publish(server, 'mine', { evaluation: good(5) })).toMatchObject({ status: 'refused' });
  });

  it('tells, on a server without conditions, when two were at it, and the next publication mends it', async () => {
    await using server = await startChannelServer(await freshFolder(), { token, unconditional: true });
    await publish(server, 'one', { evaluation: good(0) });
    // The other begins between the two files of the first.
    server.fault({
      ...{ path: 'channel.json.sig', method: 'PUT', times: 1 },
      before: async () => {
        await publish(server, 'theirs', { evaluation: good(7) });
      },
    });
    const mine = publish(server, 'mine', { evaluation: good(5) });
    await expect(mine).rejects.toThrow(/came at the same moment, and channel\.json is its own/u);
    expect((await publish(server, 'best', { evaluation: good(12) })).status).toBe('published');
    const found = await verifyPublished(openTarget(server.url, {}), place.key.publicKey);
    expect(found).toMatchObject({ ok: true, files: 4, channel: { serial: 4 } });
  });

  it('sends nothing again that is there', async () => {
    const { server } = await served();
    await using closing = server;
    void closing;
    server.fault({ path: 'channel.json', method: 'PUT', status: 403 });
    const options = await place.options(httpTarget(server.url, { token }), 'one');
    await expect(publishRelease(options)).rejects.toThrow(/does not accept the token \(HTTP 403\)/u);
    server.clearFaults();
    const before = server.requests.length;
    expect((await publishRelease(options)).status).toBe('published');
    const puts = server.requests.slice(before).filter(({ method }) => method === 'PUT');
    expect(puts.some(({ path }) => path.endsWith('.gguf'))).toBe(false);
  });
});

/** Faults while a second release is published; `says`: what people are told, undefined when it goes well all the same. */
const faults: readonly (readonly [why: string, fault: ChannelFault, says: RegExp | undefined])[] = [
  ['a server that is starting again', { status: 503, times: 3 }, undefined],
  ['one that is busy and says for how long', { status: 429, retryAfter: 0, times: 2 }, undefined],
  ['connections that are lost', { drop: true, times: 3 }, undefined],
  ['answers that break off', { path: /gguf$/u, method: 'GET', breakAfter: 2, times: 2 }, undefined],
  ['an upload that breaks off', { path: /gguf$/u, method: 'PUT', breakAfter: 2, times: 2 }, undefined],
  ['no answer', { path: /gguf$/u, method: 'PUT', hang: true, times: 1 }, undefined],
  ['slowness', { slow: 4000 }, undefined],
  ['no ranges', { noRanges: true }, undefined],
  ['a server that fails for good', { status: 500, method: 'PUT' }, /HTTP 500 \(5 attempts\)/u],
  ['nothing read', { path: 'channel.json', method: 'GET', status: 500 }, /channel\.json cannot be read: .*HTTP 500/u],
  ['a token that is wrong', { status: 401, method: 'PUT' }, /does not accept the token \(HTTP 401\).*QUERENT_CHANNEL_TOKEN/u],
  ['a server that only reads', { status: 405, method: 'PUT' }, /does not take files there \(PUT: HTTP 405\)/u],
  ['one without room', { status: 507, method: 'PUT' }, /disk of the server is full/u],
  ['one that takes no large files', { path: /gguf$/u, status: 413, method: 'PUT' }, /too large for the server/u],
  ['a redirect', { redirect: 'https://elsewhere.example/channel/', method: 'PUT' }, /sends elsewhere, to https:\/\/elsewhere\.example\/channel\//u],
  ['redirects without end', { redirect: 'loop' }, /sends elsewhere/u],
  ['a sign-in page', { path: 'channel.json', method: 'GET', html: true }, /web page instead of JSON/u],
  ['a model that is stored otherwise', { path: /gguf$/u, method: 'PUT', flip: true }, /stored, but read back its content is another/u],
  ['a model that is cut off in between', { path: /gguf$/u, method: 'GET', truncateTo: 2 }, /read back it has 2 bytes instead of 3/u],
  ['a signature that cannot be stored', { path: 'channel.json.sig', method: 'PUT', status: 403 }, /does not accept the token/u],
  ['a stale cache before the channel', { path: 'channel.json', method: 'GET', truncateTo: 40 }, /cut off/u],
]; // prettier-ignore

describe('an HTTP server with faults', () => {
  it.each(faults)('%s', async (_why, fault, says) => {
    const { server, folder } = await served();
    await using closing = server;
    void closing;
    await publish(server, 'one', { evaluation: good(0) });
    const before = await readFile(join(folder, 'channel.json'), 'utf8');
    server.fault(fault);
    const attempt = publish(server, 'two', { evaluation: good(5) });
    if (says === undefined) expect((await attempt).status).toBe('published');
    else {
      const error: unknown = await attempt.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(CliError);
      expect((error as CliError).message).toMatch(says);
      expect(inspect(error, { depth: 12, showHidden: true })).not.toContain(token);
      // Readers have what they had.
      expect(await readFile(join(folder, 'channel.json'), 'utf8')).toBe(before);
    }
    server.clearFaults();
    const found = await verifyPublished(openTarget(server.url, {}), place.key.publicKey);
    expect(found).toMatchObject({ ok: true, files: says === undefined ? 2 : 1 });
    if (says !== undefined)
      expect((await publish(server, 'two', { evaluation: good(5) })).status).toBe('published');
  });

  it('without a token says where it belongs', async () => {
    const { server } = await served();
    await using closing = server;
    void closing;
    await expect(publishRelease(await place.options(server.url, 'one'))).rejects.toThrow(
      /wants a token \(HTTP 401\)\. Put it into QUERENT_CHANNEL_TOKEN/u,
    );
    const options = await place.options(server.url, 'one', { environment: { QUERENT_CHANNEL_TOKEN: token } });
    expect((await publishRelease(options)).status).toBe('published');
  });

  it('can be stopped', async () => {
    const { server } = await served();
    await using closing = server;
    void closing;
    const controller = new AbortController();
    server.fault({ path: /gguf$/u, method: 'PUT', hang: true, before: () => controller.abort() });
    await expect(publish(server, 'one', { signal: controller.signal })).rejects.toThrow(/abort/iu);
    expect(server.requests.some(({ method, path }) => method === 'PUT' && path === 'channel.json')).toBe(
      false,
    );
  });

  it('that cannot remove what is old says what stays', async () => {
    const { server, folder } = await served();
    await using closing = server;
    void closing;
    await publish(server, 'one', { evaluation: good(0) });
    const told: string[] = [];
    const off = server.fault({ method: 'DELETE', status: 405 });
    const second = await publish(server, 'two', {
      evaluation: good(5),
      keep: 1,
      onMessage: (text) => told.push(text),
    });
    expect(second.removed).toMatchObject({
      versions: ['1.0.0'],
      files: [expect.stringMatching(/gguf$/u), expect.stringMatching(/json$/u)],
    });
    expect(told.join('\n')).toMatch(
      /2 files of old releases could not be removed .*nothing lists them any more: 1\.0\.0\//u,
    );
    off();
    const third = await publish(server, 'three', { evaluation: good(9), keep: 1 });
    expect(await readdir(folder)).toContain('1.1.0');
    for (const path of third.removed.files) expect((await fetch(new URL(path, server.url))).status).toBe(404);
  });
});

describe('addresses', () => {
  it.each([
    ['https://user:secret@host/x/', undefined, /holds a password/u],
    ['https://host/x/?token=secret', undefined, /holds `\?`/u],
    ['http://host/x/', token, /in the clear/u],
    ['https://', undefined, /cannot be read/u],
  ])('%s', (address, given, says) => {
    const attempt = (): unknown => httpTarget(address, { token: given });
    expect(attempt).toThrow(says);
    expect(attempt).not.toThrow(/secret/u);
  });

  it.each([
    ['https://host/x', 'https://host/x/'],
    ['https://host/x/channel.json', 'https://host/x/'],
    ['https://host', 'https://host/'],
    ['http://localhost:8080/x//', 'http://localhost:8080/x/'],
  ])('%s is %s', (address, name) => expect(httpTarget(address, { token }).name).toBe(name));
});
