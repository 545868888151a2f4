import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { CheckpointChange } from '../../../server/src/checkpointProtocol.ts';
import {
  startChannelServer,
  type ChannelServer,
} from '../../../server/src/checkpoints/testing/channelServer.ts';
import {
  makeChannel,
  makeKeys,
  type MadeRelease,
} from '../../../server/src/checkpoints/testing/madeChannel.ts';
import { tinyGguf } from '../../../server/src/models/testing/tinyGguf.ts';
import {
  answer,
  clearNotifications,
  notified,
  pull,
  rewriteSources,
  secondWindow,
  states,
  useChannel,
} from './checkpointSteps.ts';
import { window } from './panel.ts';
import { api, open, until } from './workbench.ts';

const name = 'acme-publication-search';
const model = (seed: number): Uint8Array => tinyGguf({ contextTokens: 8192, seed });
const releases: readonly MadeRelease[] = [3, 2, 1].map((seed) => ({
  version: `${seed}.0.0`,
  content: model(seed),
  notes: `Release ${seed} of a model whose answers are noise.`,
}));
const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('querent.model');
const modelFiles = ({ requests }: ChannelServer): string[] =>
  requests.map(({ path }) => path).filter((path) => path.endsWith('.gguf'));

describe('checkpoints', function () {
  this.timeout(60_000);
  const keys = makeKeys();
  let folder = '';
  let channel: ChannelServer;
  let editor: vscode.TextEditor;
  const publish = (versions: readonly string[], serial: number): Promise<unknown> =>
    makeChannel(folder, keys, {
      name,
      serial,
      releases: releases.filter(({ version }) => versions.includes(version)),
    });

  before(async () => {
    assert.ok(process.env.QUERENT_CHECKPOINTS, 'the tests must not touch the checkpoints of this person');
    folder = mkdtempSync(join(tmpdir(), 'querent-channel-'));
    await publish(['1.0.0'], 1);
    channel = await startChannelServer(folder);
    for (const [key, value] of [
      ['gpu', 'off'],
      ['threads', 1],
      ['samples', 1],
    ] as const)
      await settings().update(key, value, vscode.ConfigurationTarget.Global);
    editor = await open('falls.pubmed');
  });
  afterEach(async () => {
    channel.clearFaults();
    await clearNotifications();
  });
  after(async () => {
    for (const key of ['gpu', 'threads', 'samples', 'checkForUpdates'])
      await settings().update(key, undefined, vscode.ConfigurationTarget.Global);
    await settings().update('pinnedVersion', undefined, vscode.ConfigurationTarget.Workspace);
    await useChannel(undefined, undefined);
    await channel.close();
    rmSync(folder, { recursive: true, force: true });
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('ask nobody until a command does, and fetch nothing without consent, which names what it is about', async () => {
    await useChannel(channel.url, keys.publicKey);
    await vscode.commands.executeCommand('querent.showCheckpoints');
    const { list, message } = (await api()).checkpoints;
    assert.equal(list.latest?.channel, channel.url);
    assert.deepEqual(channel.requests, []);
    const asking = vscode.commands.executeCommand('querent.updateModel');
    const asked = await notified(/Download and use /);
    for (const part of [
      `${name} 1.0.0`,
      /\d+ kB are fetched|[\d.]+ MB are fetched/,
      /are free on the disk of/,
      /licence MIT/,
      /recall 62\.0 % \(54\.0–70\.0 %\)/,
      /32 review topics, at most 1,500 records/,
      /How it was released: .+\./,
    ])
      assert.match(asked, typeof part === 'string' ? new RegExp(part) : part);
    await clearNotifications();
    await asking;
    assert.deepEqual(modelFiles(channel), []);
    assert.deepEqual(await states(), { '1.0.0': 'offered' });
    assert.match(message() ?? '', /^Channel http:.*asked just now\./);
  }).timeout(120_000);

  it('of another key are refused with the reason', async () => {
    await useChannel(channel.url, makeKeys().publicKey);
    await vscode.commands.executeCommand('querent.checkForCheckpoints');
    await notified(/signature|signed|key/i);
    assert.deepEqual(modelFiles(channel), []);
    await useChannel(channel.url, keys.publicKey);
  });

  it('are pulled with progress that can be cancelled and resumed; then the next rewrite is made by them', async () => {
    const heal = channel.fault({ path: /gguf$/, slow: 150_000 });
    const pulling = vscode.commands.executeCommand('querent.updateModel');
    await answer(/Download and use /, 'Download and Use');
    await notified(/Downloading .*fetching: 0\.[1-4]/);
    await answer(/Downloading /, 'Cancel');
    assert.match(await notified(/The download was stopped/), /0\.\d of 0\.\d MB|\d+ of \d+ kB/);
    assert.deepEqual(await states(), { '1.0.0': 'partial' });
    heal();
    await answer(/The download was stopped/, 'Resume');
    await pulling;
    assert.equal(channel.requests.at(-1)?.status, 206);
    assert.deepEqual(await states(), { '1.0.0': 'active' });
    await notified(/1\.0\.0 is active now/);
    const { status } = await api();
    await until('the status to name it', () => (status()?.model.explanation ?? '').includes(`${name}@1.0.0`));
    assert.deepEqual(await rewriteSources(editor.document), [`${name}@1.0.0`]);
  }).timeout(150_000);

  it('are asked for once a day where that is wanted, with one notification that can be silenced', async () => {
    await publish(['1.0.0', '2.0.0'], 2);
    const before = channel.requests.length;
    await settings().update('checkForUpdates', 'daily', vscode.ConfigurationTarget.Global);
    const { list } = (await api()).checkpoints;
    await until('a look at what is known', async () => (await list.read({ ask: false })).channel !== '');
    assert.equal(channel.requests.length, before, 'it was asked moments ago, and no day has gone by');
    await settings().update('checkForUpdates', undefined, vscode.ConfigurationTarget.Global);
    const file = join(process.env.QUERENT_CHECKPOINTS ?? '', 'state.json');
    const yesterday = new Date(Date.now() - 25 * 60 * 60_000).toISOString();
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace(/"checked":\s*"[^"]+"/g, `"checked":"${yesterday}"`),
    );
    await settings().update('checkForUpdates', 'daily', vscode.ConfigurationTarget.Global);
    await answer(/2\.0\.0 is published/, "Don't Ask Again for This Version");
    assert.ok(channel.requests.length > before);
    assert.ok(!modelFiles(channel).some((path) => path.startsWith('2.0.0/')));
    await settings().update('checkForUpdates', undefined, vscode.ConfigurationTarget.Global);
  }).timeout(120_000);

  it('pulled in two windows at once are fetched once, and roll back to what was before', async () => {
    const other = await secondWindow({
      model: { channel: channel.url, channelKey: keys.publicKey, gpu: 'off', threads: 1, samples: 1 },
    });
    try {
      const theirs = other.request<CheckpointChange>('querent/checkpointPull', {
        id: `${name}@2.0.0`,
        agreedBytes: model(2).length,
      });
      const [change] = await Promise.all([theirs, pull()]);
      assert.equal(change.active, `${name}@2.0.0`);
      assert.equal(modelFiles(channel).filter((path) => path.startsWith('2.0.0/')).length, 1);
    } finally {
      await other.close();
    }
    assert.deepEqual(await states(), { '2.0.0': 'active', '1.0.0': 'previous' });
    await vscode.commands.executeCommand('querent.rollBackModel');
    await notified(/1\.0\.0 is active again/);
    assert.deepEqual(await states(), { '2.0.0': 'previous', '1.0.0': 'active' });
  }).timeout(150_000);

  it('pinned in a workspace are used there whatever is active', async () => {
    await vscode.commands.executeCommand('querent.checkpoints.pin', `${name}@2.0.0`);
    assert.equal(settings().inspect('pinnedVersion')?.workspaceValue, '2.0.0');
    const { status, checkpoints } = await api();
    await until('the status to name it', () =>
      /2\.0\.0, to which this workspace is pinned/.test(status()?.model.explanation ?? ''),
    );
    const row = checkpoints.tree
      .getChildren()
      .find((node) => node.kind === 'checkpoint' && node.entry.version === '2.0.0');
    assert.ok(row);
    assert.match(String(checkpoints.tree.getTreeItem(row).description), /^previous · pinned here/);
    assert.deepEqual(await rewriteSources(editor.document), [`${name}@2.0.0`]);
    await vscode.commands.executeCommand('querent.checkpoints.unpin', `${name}@2.0.0`);
    assert.equal(settings().inspect('pinnedVersion')?.workspaceValue, undefined);
    await until('the active one again', () => (status()?.model.explanation ?? '').includes(`${name}@1.0.0`));
  }).timeout(120_000);

  it('are imported from a folder without a network, listed among the models, and removed', async () => {
    const carried = mkdtempSync(join(tmpdir(), 'querent-carried-'));
    try {
      await makeChannel(carried, keys, {
        name,
        serial: 3,
        releases: releases.filter(({ version }) => version === '3.0.0'),
      });
      const before = channel.requests.length;
      await vscode.commands.executeCommand('querent.importCheckpoint', join(carried, 'channel.json'));
      await notified(/3\.0\.0 is active now/);
      assert.equal(channel.requests.length, before);
    } finally {
      rmSync(carried, { recursive: true, force: true });
    }
    assert.deepEqual(await states(), { '3.0.0': 'active', '2.0.0': 'installed', '1.0.0': 'previous' });
    const choosing = vscode.commands.executeCommand('querent.chooseModel');
    const page = await window();
    const rows = page.locator('.quick-input-list .monaco-list-row');
    await until('the checkpoints in the list of models', async () => {
      const texts = await rows.allInnerTexts();
      return [`${name}@3.0.0`, `${name}@1.0.0`].every((one) => texts.some((text) => text.includes(one)));
    });
    // Not by its key: the list of notifications may have the focus.
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await choosing;
    const removing = vscode.commands.executeCommand('querent.checkpoints.remove', `${name}@2.0.0`);
    await answer(/Remove .*2\.0\.0 from this machine/, 'Remove');
    await removing;
    assert.equal((await states())['2.0.0'], 'offered');
  }).timeout(120_000);

  it('have a page with notes, figures and how they were released', async () => {
    await vscode.commands.executeCommand('querent.checkpoints.notes', `${name}@3.0.0`);
    await until('the page', () =>
      vscode.window.tabGroups.all.some(({ activeTab }) => (activeTab?.label ?? '').includes(`${name} 3.0.0`)),
    );
  });
});
