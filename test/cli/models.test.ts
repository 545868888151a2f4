/** `querent models` as a process: a channel behind a server, the store on disk, Ctrl-C, kill -9, and the exit codes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, truncateSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startChannelServer } from '../../server/src/checkpoints/testing/channelServer.ts';
import type { ChannelServer } from '../../server/src/checkpoints/testing/channelServer.ts';
import { makeChannel, makeKeys } from '../../server/src/checkpoints/testing/madeChannel.ts';
import { tinyGguf } from '../../server/src/models/testing/tinyGguf.ts';
import { querent } from './runQuerent.ts';
import type { RunOptions, RunResult } from './runQuerent.ts';

const keys = makeKeys();
const model = tinyGguf({ contextTokens: 8192 });
const one = 'acme-publication-search@1.0.0';
let folder: string;
let store: string;
let channel: ChannelServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-models-'));
  await makeChannel(join(folder, 'channel'), keys, { releases: [{ version: '1.0.0', content: model }] });
  channel = await startChannelServer(join(folder, 'channel'));
  // Of the process that commands share; those of their own have stores of their own.
  store = join(folder, 'store');
  process.env['QUERENT_CHECKPOINTS'] = store;
});
afterEach(() => channel.clearFaults());
afterAll(async () => {
  delete process.env['QUERENT_CHECKPOINTS'];
  await channel.close();
  await rm(folder, { recursive: true, force: true });
});

const models = (args: readonly string[], options: RunOptions = {}): Promise<RunResult> =>
  querent(['models', ...args], options);
const from = (): string[] => ['--channel', channel.url, '--key', keys.publicKey];
const pull = (...more: string[]): string[] => ['pull', ...from(), '--yes', '--gpu', 'off', ...more];

async function json<T>(args: readonly string[]): Promise<T> {
  const { code, stdout, stderr } = await models([...args, '--json']);
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

describe('querent models', { timeout: 240_000 }, () => {
  it.each<[readonly string[], number, RegExp]>([
    [['pull', '--yes'], 2, /No channel is set\. Set one: querent models channel SOURCE --key KEY/],
    [['pull', '--yes', '--channel', 'CHANNEL'], 2, /no key is set .* give it as --key ed25519:…/],
    [['pull', '--yes', '--channel', 'CHANNEL', '--key', 'secret'], 2, /key is none: it must be ed25519:/],
    [['pull', '--yes', '--channel', 'http://127.0.0.1:9/x', '--key', 'KEY'], 3, /cannot be reached/],
    [['pull', '7.0.0', '--yes', ...['--channel', 'CHANNEL', '--key', 'KEY']], 2, /does not offer .*@7\.0\.0/],
    [['activate'], 2, /Name the checkpoint/],
    [['activate', '1.0.0'], 2, /No checkpoint with the version "1\.0\.0" is installed/],
    [['activate', '../../x@1.0.0'], 2, /is no checkpoint/],
    [['activate', '--none', one], 2, /name none beside it/],
    [['remove'], 2, /or give --old/],
    [['remove', one], 2, /is not installed/],
    [['channel', 'relative', '--key', 'KEY'], 2, /is no channel/],
    [['channel', '/srv/x'], 2, /needs its public key/],
    [['import', '/nowhere', '--key', 'KEY'], 3, /is not there/],
    [['list', '--channel', 'http://127.0.0.1:9/x', '--key', 'KEY'], 3, /cannot be reached/],
    [['fetch'], 2, /unknown command/],
  ])('%j ends with %d and the way out', async (args, code, message) => {
    const words: Readonly<Record<string, string>> = { CHANNEL: channel.url, KEY: keys.publicKey };
    const result = await models(args.map((arg) => words[arg] ?? arg));
    expect([result.code, result.stderr]).toEqual([code, expect.stringMatching(message)]);
    expect(result.stderr).not.toMatch(/secret| {4}at /);
  });

  it('keeps the channel, lists, asks for consent, pulls, verifies, imports and rolls back', async () => {
    expect(await json(['channel', channel.url, '--key', keys.publicKey, '--forget'])).toMatchObject({
      keyId: keys.keyId,
      serial: null,
    });
    const listing = await json<{ entries: { id: string; state: string }[] }>(['list']);
    expect(listing).toMatchObject({
      entries: [{ id: one, state: 'offered', bytes: model.length }],
      update: one,
    });
    const unasked = await models(['pull']);
    expect([unasked.code, unasked.stdout]).toEqual([2, '']);
    expect(unasked.stderr).toMatch(/Q8_0, 511 kB from http.* free at .*nobody can be asked here/s);
    expect(existsSync(join(store, 'releases'))).toBe(false);
    const pulled = await models(['pull', '--yes', '--gpu', 'off', '--json']);
    expect(pulled.stderr).toMatch(/fetching [\d.]+ kB of 511 kB\nself-test: one question/);
    expect(JSON.parse(pulled.stdout)).toMatchObject({
      id: one,
      bytes: model.length,
      active: one,
      previous: null,
    });
    expect(await json(['verify'])).toEqual([{ id: one, ok: true, signed: true }]);
    const again = await models(['pull', '1.0.0', '--gpu', 'off']);
    expect([again.code, again.stdout]).toEqual([0, `${one} is active already.\n`]);
    const none = await models(['rollback']);
    expect([none.code, none.stderr]).toEqual([2, expect.stringMatching(/There is no previous checkpoint/)]);
    truncateSync(join(store, 'releases', one, 'model-Q8_0.gguf'), 10);
    const damaged = await models(['verify', '1.0.0']);
    expect([damaged.code, damaged.stdout]).toEqual([
      1,
      expect.stringMatching(/has 10 bytes instead of 511392/),
    ]);
    const imported = await json(['import', join(folder, 'channel'), '--gpu', 'off']);
    expect(imported).toMatchObject({ id: one, active: one });
  });

  it('stopped by Ctrl-C leaves a part, says so, and goes on', async () => {
    const own = { env: { QUERENT_CHECKPOINTS: join(folder, 'stopped') } };
    const heal = channel.fault({ path: /gguf$/, slow: 150_000 });
    const stopped = await models(pull(), { ...own, interruptAt: /fetching/ });
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toMatch(
      /querent: Stopped\. .* of 511 kB are kept; the same command goes on from there\./,
    );
    heal();
    const listed = await models(['list', ...from(), '--json'], own);
    const { entries } = JSON.parse(listed.stdout) as { entries: { state: string; haveBytes: number }[] };
    expect(entries).toMatchObject([{ state: 'partial' }]);
    expect((await models(pull('--no-activate'), own)).code).toBe(0);
    expect(channel.requests.at(-1)?.range).toBe(`bytes=${entries[0]?.haveBytes}-`);
  });

  it('killed in the middle leaves nothing that the next one cannot take over', async () => {
    const heal = channel.fault({ path: /gguf$/, slow: 150_000 });
    const env = { QUERENT_CHECKPOINTS: join(folder, 'killed') };
    const main = resolve(import.meta.dirname, '../../server/src/cli/main.ts');
    const child = spawn(process.execPath, [main, 'models', ...pull()], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    for await (const text of child.stderr) if (/fetching/.test(String(text))) break;
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    expect(readdirSync(join(folder, 'killed', 'partial'))).toContain(`${one}.lock`);
    heal();
    const { code, stdout } = await models(pull('--no-activate'), { env });
    expect([code, stdout]).toEqual([0, expect.stringMatching(/is installed and not activated/)]);
    expect(readdirSync(join(folder, 'killed', 'partial'))).toEqual([]);
  });

  it('proposes queries with the active checkpoint, under its name', async () => {
    const library = join(folder, 'library.jsonl');
    const record = {
      pmid: '91000001',
      title: 'Exercise against falls in older people',
      abstract: 'Falls were fewer.',
      year: 2010,
    };
    await writeFile(library, `${JSON.stringify(record)}\n`);
    const rewrite = [
      'rewrite',
      '--title',
      'Exercise for preventing falls',
      '--corpus',
      library,
      '--json',
      '--model',
    ];
    await models(['activate', '--none']);
    const without = await querent([...rewrite, 'checkpoint']);
    expect([without.code, without.stderr]).toEqual([
      2,
      expect.stringMatching(/No checkpoint is active\. Pull one/),
    ]);
    await models(['activate', one, '--gpu', 'off']);
    const { stdout } = await querent([...rewrite, 'checkpoint']);
    const { proposals, rejected } = JSON.parse(stdout) as Record<
      'proposals' | 'rejected',
      { origin: string; source: string }[]
    >;
    const sources = [...proposals, ...rejected]
      .filter(({ origin }) => origin === 'model')
      .map(({ source }) => source);
    expect(new Set(sources)).toEqual(new Set([one]));
    const other = await querent([...rewrite, 'checkpoint:9.9.9']);
    expect([other.code, other.stderr]).toEqual([
      2,
      expect.stringMatching(/The checkpoint 9\.9\.9 is not installed/),
    ]);
  });
});
