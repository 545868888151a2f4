/** From a channel to the active checkpoint, with the real model process and tiny models. */
import { mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { templateKeys } from '@querent/core/prompting';
import { directTemplate } from '@querent/core/rewriting';
import { tinyGguf } from '../models/testing/tinyGguf.ts';
import { activate, deactivate, rollBack } from './activation.ts';
import { CheckpointError } from './checkpointError.ts';
import { chosenCheckpoint, usableCheckpoint } from './inUse.ts';
import { modelPathOf, needInstalled, readInstalled } from './installed.ts';
import { readKey } from './keys.ts';
import { list } from './listing.ts';
import { importFrom, pull } from './pull.ts';
import type { PullOptions } from './pull.ts';
import { prune, remove } from './removal.ts';
import { channelSource } from './source.ts';
import { changeState, readState } from './state.ts';
import { statePath } from './statePath.ts';
import { openStore } from './store.ts';
import type { Store } from './store.ts';
import { makeChannel, makeKeys, madeRelease } from './testing/madeChannel.ts';
import type { MadeRelease } from './testing/madeChannel.ts';
import { verifyStored } from './verifying.ts';

const keys = makeKeys();
const key = readKey(keys.publicKey);
const signal = new AbortController().signal;
const model = tinyGguf({ contextTokens: 8192 });
/** The prompt does not fit into its context: it is loaded and cannot answer. */
const deaf = tinyGguf({ contextTokens: 64 });
const id = (version: string): string => `acme-publication-search@${version}`;
const ok: MadeRelease = { version: '1.0.0', content: model };

let folder: string;
let published: string;
let store: Store;
let count = 0;
let serial = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-pull-'));
});
beforeEach(() => {
  published = join(folder, `channel-${count}`);
  store = openStore('0.1.0', {
    folder: join(folder, `store-${count++}`),
    run: { gpu: 'off', threads: 1, gpuLayers: -1 },
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const publish = (...releases: MadeRelease[]): Promise<unknown> =>
  makeChannel(published, keys, { serial: ++serial, releases });
const get = (version: string, options: Partial<PullOptions> = {}): ReturnType<typeof pull> =>
  pull(store, { source: channelSource(published, {}), key }, id(version), { signal, ...options });
const listed = (pinned?: string) =>
  list(store, { channel: { source: published, key: keys.publicKey }, ask: true, pinned, signal });

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

/** Marks a release as tried, so that what is tested next need not start a model. */
async function installWithoutTest(version: string, content: Uint8Array = model): Promise<void> {
  await publish({ version, content });
  await get(version, { activate: false });
}

describe('pulling', () => {
  it('fetches, verifies, tries, activates; a second one makes the first the previous one; rolling back goes there and back', async () => {
    await publish(ok);
    const phases = new Set<string>();
    const change = await get('1.0.0', {
      agreedBytes: model.length,
      onProgress: ({ phase }) => phases.add(phase),
    });
    expect(change).toEqual({
      active: id('1.0.0'),
      message: expect.stringMatching(/is active now\. It was loaded and answered/),
    });
    expect([...phases]).toEqual(['reading', 'fetching', 'testing']);
    expect((await readdir(join(store.folder, 'releases', id('1.0.0')))).sort()).toEqual([
      'model-Q8_0.gguf',
      'release.json',
    ]);
    expect(await readdir(join(store.folder, 'partial'))).toEqual([]);
    expect(await readInstalled(store.folder, id('1.0.0'))).toMatchObject({
      keyId: keys.keyId,
      selfTest: { ok: true, by: '0.1.0' },
    });
    await publish({ ...ok, version: '1.1.0' }, ok);
    expect(await listed()).toMatchObject({ update: id('1.1.0') });
    expect(await get('1.1.0')).toMatchObject({ active: id('1.1.0'), previous: id('1.0.0') });
    expect(await rollBack(store, { signal })).toMatchObject({ active: id('1.0.0'), previous: id('1.1.0') });
    // What was rolled back from is not offered as an update.
    expect((await listed()).update).toBeUndefined();
    expect(await deactivate(store)).toMatchObject({ previous: id('1.0.0') });
    expect(await chosenCheckpoint(store.folder)).toBeUndefined();
    expect(await rollBack(store, { signal })).toMatchObject({ active: id('1.0.0') });
  });

  it('of what fails its self-test leaves it installed and marked, and the active one active', async () => {
    await publish(ok);
    await get('1.0.0');
    await publish({ version: '2.0.0', content: deaf }, ok);
    const [code, message] = await failure(get('2.0.0'));
    expect(code).toBe('self-test');
    expect(message).toMatch(
      /2\.0\.0 failed its self-test: .*context.* acme-publication-search@1\.0\.0 stays active\. Try it again/,
    );
    expect(await readState(store.folder)).toMatchObject({ active: id('1.0.0'), previous: null });
    const listing = await listed();
    expect(listing.entries).toMatchObject([
      { id: id('2.0.0'), state: 'installed', refused: expect.stringMatching(/^It failed its self-test on /) },
      { id: id('1.0.0'), state: 'active' },
    ]);
    expect(listing.update).toBeUndefined();
  });

  it('rolls back by itself when the active one fails its self-test', async () => {
    await installWithoutTest('1.0.0');
    await installWithoutTest('2.0.0', deaf);
    await changeState(store.folder, (state) => ({ ...state, active: id('2.0.0'), previous: id('1.0.0') }));
    const [code, message] = await failure(activate(store, id('2.0.0'), { signal }));
    expect([code, message]).toEqual([
      'self-test',
      expect.stringMatching(/@1\.0\.0, the previous one, is active again/),
    ]);
    expect(await readState(store.folder)).toMatchObject({ active: id('1.0.0'), previous: null });
    // With no previous one, or a damaged one, there is none active.
    await changeState(store.folder, (state) => ({ ...state, active: id('2.0.0'), previous: id('1.0.0') }));
    await truncate(modelPathOf(store.folder, await needInstalled(store.folder, id('1.0.0'))), 1000);
    expect((await failure(activate(store, id('2.0.0'), { signal })))[1]).toMatch(
      /no previous checkpoint to go back to/,
    );
    expect(await readState(store.folder)).toMatchObject({ active: null });
  });

  it('holds the self-test to time and memory, and stops it when it is cancelled', async () => {
    await installWithoutTest('1.0.0');
    expect((await failure(activate(store, id('1.0.0'), { signal, testLimitMs: 1 })))[1]).toMatch(
      /did not answer within 0 s/,
    );
    expect((await failure(activate(store, id('1.0.0'), { signal, testMemoryBytes: 1e6 })))[1]).toMatch(
      /takes \d+ MB .* 1 MB free/,
    );
    const controller = new AbortController();
    const beforeTest = async (): Promise<void> => controller.abort();
    expect((await failure(activate(store, id('1.0.0'), { signal: controller.signal, beforeTest })))[0]).toBe(
      'aborted',
    );
    expect((await readState(store.folder)).active).toBeNull();
  });

  it('of several at once fetches once, and all have it', async () => {
    await publish(ok);
    const fetched = { times: 0 };
    const onProgress: PullOptions['onProgress'] = ({ phase, doneBytes, totalBytes }) => {
      if (phase === 'fetching' && doneBytes === totalBytes) fetched.times++;
    };
    const both = await Promise.all([get('1.0.0', { onProgress }), get('1.0.0', { onProgress })]);
    expect(both.map(({ active }) => active)).toEqual([id('1.0.0'), id('1.0.0')]);
    expect(both.map(({ message }) => message).sort()).toEqual([
      expect.stringMatching(/is active already/),
      expect.stringMatching(/is active now/),
    ]);
    expect(fetched.times).toBe(1);
  });
});

describe('what is refused before anything is fetched', () => {
  it.each<[string, Partial<MadeRelease>, RegExp]>([
    [
      'a release for a newer Querent',
      { minimumExtension: '9.1.0' },
      /needs Querent 9\.1\.0 or newer; this is 0\.1\.0\. Update Querent/,
    ],
    [
      'an unknown template',
      { template: { id: 'future/7', hash: 'a'.repeat(64) } },
      /template "future\/7", which this version of Querent does not have\. Update Querent\.$/,
    ],
    [
      'another wording of a template',
      { template: { id: directTemplate.id, hash: 'b'.repeat(64) } },
      /another wording of the prompt template .* Use the version that it was trained with\.$/,
    ],
    ['a task that the editor does not have', { task: 'sql' }, /was trained for the task "sql"/],
  ])('%s', async (_, change, message) => {
    await publish({ ...ok, ...change });
    expect(await failure(get('1.0.0'))).toEqual(['refused', expect.stringMatching(message)]);
    const { entries, update } = await listed();
    expect([entries[0]?.refused, update]).toEqual([expect.stringMatching(message), undefined]);
    expect(await readdir(store.folder)).not.toContain('releases');
  });

  it('an adapter alone', async () => {
    const base = madeRelease(ok).files[0]?.sha256 ?? '';
    const lora = madeRelease({ version: '2.0.0', content: Buffer.from('GGUF adapter') }).files.map(
      (file) => ({
        ...file,
        kind: 'lora' as const,
        base,
      }),
    );
    await publish({ version: '2.0.0', content: Buffer.from('GGUF adapter'), files: lora }, ok);
    expect((await failure(get('2.0.0')))[1]).toMatch(
      /adapter \(LoRA\) only, and Querent runs whole models\. .*querent-trainer export/,
    );
  });

  it.each<[string, Partial<PullOptions>, RegExp]>([
    ['1.0.0', { agreedBytes: model.length + 1 }, /bytes were agreed to\. Nothing was fetched/],
    ['3.0.0', {}, /does not offer .*@3\.0\.0\. It has acme-publication-search@1\.0\.0/],
    ['1.0.0', { quantisation: 'Q2_K' }, /no file with the quantisation Q2_K; it has Q8_0/],
  ])('%s with %j', async (version, options, message) => {
    await publish(ok);
    expect(await failure(get(version, options))).toEqual(['refused', expect.stringMatching(message)]);
  });
});

describe('what is refused after it was fetched', () => {
  it.each<[string, Uint8Array, RegExp]>([
    ['no model', Buffer.from('this is no model'), /is not a GGUF file\. Tell its publisher/],
    ['a model for vectors', tinyGguf({ pooling: 1 }), /cannot be run: .* Tell its publisher/],
    [
      'a model of another template',
      tinyGguf({ metadata: { [templateKeys.template]: 'other/1' } }),
      /says it was trained with the prompt template "other\/1"/,
    ],
    [
      'a model of another wording',
      tinyGguf({
        metadata: { [templateKeys.template]: directTemplate.id, [templateKeys.hash]: 'c'.repeat(64) },
      }),
      /another wording of the template/,
    ],
  ])('%s', async (_, content, message) => {
    await publish({ version: '1.0.0', content });
    expect(await failure(get('1.0.0'))).toEqual(['refused', expect.stringMatching(message)]);
    expect(await readInstalled(store.folder, id('1.0.0'))).toBeUndefined();
    expect(await readdir(join(store.folder, 'partial'))).toEqual([]);
  });
});

describe('importing', () => {
  it('takes the newest that can be used, with the same checks, and an older channel too', async () => {
    await publish({ ...ok, version: '2.0.0', minimumExtension: '9.0.0' }, ok);
    const options = { signal, activate: false };
    expect(await importFrom(store, published, key, undefined, options)).toMatchObject({ id: id('1.0.0') });
    serial -= 2;
    await publish({ ...ok, version: '0.9.0' });
    expect(await importFrom(store, join(published, 'channel.json'), key, undefined, options)).toMatchObject({
      id: id('0.9.0'),
    });
    expect((await failure(importFrom(store, published, undefined, undefined, options)))[0]).toBe('no-key');
    await writeFile(join(published, '0.9.0/model-Q8_0.gguf'), Buffer.alloc(model.length));
    await remove(store, id('0.9.0'), signal);
    expect((await failure(importFrom(store, published, key, undefined, options)))[0]).toBe('wrong-hash');
    expect((await failure(importFrom(store, 'https://example.org/x', key, undefined, options)))[0]).toBe(
      'usage',
    );
  });
});

describe('what is installed', () => {
  it('is verified again before it is used: its size always, its SHA-256 when it was changed', async () => {
    await installWithoutTest('1.0.0');
    await changeState(store.folder, (state) => ({ ...state, active: id('1.0.0') }));
    const chosen = await chosenCheckpoint(store.folder);
    if (chosen === undefined) throw new Error('none');
    const { path, installed } = await usableCheckpoint(store, chosen);
    expect(path).toBe(modelPathOf(store.folder, installed));
    // A new time alone costs one reading, and is remembered.
    const later = new Date(Date.now() + 5_000);
    await utimes(path, later, later);
    await usableCheckpoint(store, chosen);
    expect((await needInstalled(store.folder, id('1.0.0'))).verified.mtimeMs).toBe(
      (await stat(path)).mtimeMs,
    );
    const bytes = await readFile(path);
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
    await writeFile(path, bytes);
    expect(await failure(usableCheckpoint(store, chosen))).toEqual([
      'wrong-hash',
      expect.stringMatching(/It is not loaded\. Remove it .* or roll back/),
    ]);
    await truncate(path, 1000);
    expect(await failure(usableCheckpoint(store, chosen))).toEqual([
      'wrong-size',
      expect.stringMatching(/has 1000 bytes instead of/),
    ]);
    expect(
      await verifyStored(store, undefined, { source: published, key: keys.publicKey }, { signal }),
    ).toMatchObject([{ id: id('1.0.0'), ok: false, signed: true }]);
    // Pulled again, it is fetched again.
    await get('1.0.0', { activate: false });
    expect(await verifyStored(store, undefined, undefined, { signal })).toEqual([
      { id: id('1.0.0'), ok: true, signed: null },
    ]);
  });

  it('is that of the workspace where that is pinned and installed; else the active one, with a word about it', async () => {
    await installWithoutTest('1.0.0');
    await installWithoutTest('2.0.0');
    await changeState(store.folder, (state) => ({ ...state, active: id('1.0.0') }));
    expect(await chosenCheckpoint(store.folder, ' 2.0.0 ')).toEqual({ id: id('2.0.0'), isPinned: true });
    expect(await chosenCheckpoint(store.folder, id('2.0.0'))).toEqual({ id: id('2.0.0'), isPinned: true });
    expect(await chosenCheckpoint(store.folder, '3.0.0')).toEqual({
      id: id('1.0.0'),
      isPinned: false,
      note: expect.stringMatching(/pinned to version 3\.0\.0, which is not installed/),
    });
    expect((await listed('2.0.0')).update).toBeUndefined();
    await publish({ ...ok, version: '3.0.0' });
    expect((await listed('3.0.0')).update).toBe(id('3.0.0'));
  });

  it('stays on pruning where it is active, previous or pinned; the rest goes, and the active one cannot be removed', async () => {
    for (const version of ['1.0.0', '2.0.0', '3.0.0', '4.0.0']) await installWithoutTest(version);
    await changeState(store.folder, (state) => ({ ...state, active: id('4.0.0'), previous: id('3.0.0') }));
    await usableCheckpoint(store, { id: id('1.0.0'), isPinned: true });
    expect(await prune(store, signal)).toEqual({ removed: [id('2.0.0')], bytes: model.length });
    expect((await failure(remove(store, id('4.0.0'), signal)))[0]).toBe('in-use');
    await remove(store, id('3.0.0'), signal);
    expect((await readState(store.folder)).previous).toBeNull();
    expect((await failure(rollBack(store, { signal })))[1]).toMatch(
      /no previous checkpoint to go back to; .*@4\.0\.0 stays active/,
    );
    expect((await failure(remove(store, id('3.0.0'), signal)))[0]).toBe('not-installed');
    expect((await readdir(join(store.folder, 'releases'))).sort()).toEqual([id('1.0.0'), id('4.0.0')]);
  });

  it('with a damaged release.json or state is told, with the way out', async () => {
    await installWithoutTest('1.0.0');
    await writeFile(join(store.folder, 'releases', id('1.0.0'), 'release.json'), '{');
    const { problem, entries } = await listed();
    expect([problem, entries[0]?.state]).toEqual([
      expect.stringMatching(/release\.json is damaged\. Remove/),
      'offered',
    ]);
    await remove(store, id('1.0.0'), signal);
    for (const text of ['{', '{"active": "../../x"}']) {
      await writeFile(statePath(store.folder), text);
      expect(await failure(readState(store.folder))).toEqual([
        'store',
        expect.stringMatching(/state\.json is damaged\. Remove it/),
      ]);
    }
  });
});
