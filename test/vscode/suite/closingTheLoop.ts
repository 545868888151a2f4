/**
 * The loop closes: what `querent-trainer run` has trained, exported and evaluated (test/vscode/trainedRuns.mjs, before VS Code started) is published to a server by the
 * same command, pulled by the editor, and asked in a rewrite. A worse model is refused by the gate; where it is forced, it can be rolled back.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import {
  startChannelServer,
  type ChannelServer,
} from '../../../server/src/checkpoints/testing/channelServer.ts';
import { clearNotifications, notified, pull, rewriteSources, useChannel } from './checkpointSteps.ts';
import { api, openNew, until } from './workbench.ts';

const name = 'closing-the-loop';
const token = 'a-token-of-this-test';
const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('querent.model');

/** States of this model's releases, by version; other tests have left checkpoints of others. */
async function states(): Promise<Readonly<Record<string, string>>> {
  const { list } = (await api()).checkpoints;
  const ours = (list.latest?.entries ?? []).filter((entry) => entry.name === name);
  return Object.fromEntries(ours.map(({ version, state }) => [version, state]));
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe('the loop from a training run to the editor', function () {
  this.timeout(240_000);
  const runs = process.env.QUERENT_TEST_TRAINED_RUNS ?? '';
  const folder = join(runs, 'channel');
  const key = join(runs, 'key.pem');
  let publicKey = '';
  let server: ChannelServer;
  let editor: vscode.TextEditor;

  /** Starts the trainer as people do: with the Node of development, not with that of VS Code. */
  function trainer(...args: readonly string[]): Promise<Ended> {
    const environment = { ...process.env };
    // It would make the trainer's own children Nodes of the editor.
    delete environment.ELECTRON_RUN_AS_NODE;
    const child = spawn(
      process.env.QUERENT_TEST_NODE ?? 'node',
      [process.env.QUERENT_TEST_TRAINER ?? '', ...args],
      {
        env: {
          ...environment,
          QUERENT_TEST_CHANNEL: server.url,
          QUERENT_CHANNEL_TOKEN: token,
          QUERENT_SIGNING_KEY: key,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    return new Promise((done, failed) => {
      child.once('error', failed);
      child.once('close', (code) => done({ code, stdout, stderr }));
    });
  }
  const run = (which: 'better' | 'worse', ...args: readonly string[]): Promise<Ended> =>
    trainer('run', join(runs, `${which}.yaml`), '--run', join(runs, which), ...args);
  const channelFile = (): string => readFileSync(join(folder, 'channel.json'), 'utf8');
  const uploads = (): number => server.requests.filter(({ method }) => method === 'PUT').length;

  before(async () => {
    mkdirSync(folder, { recursive: true });
    server = await startChannelServer(folder, { token });
    const made = await trainer('publish', 'keys', '--out', key);
    assert.equal(made.code, 0, made.stderr);
    publicKey = made.stdout.trim();
    for (const [setting, value] of [
      ['gpu', 'off'],
      ['threads', 1],
      ['samples', 1],
    ] as const)
      await settings().update(setting, value, vscode.ConfigurationTarget.Global);
    editor = await openNew(
      '---\ntitle: zinc for asthma and falls\ndatabase: citations.jsonl\n---\nzinc[tiab] AND falls[tiab]\n',
    );
  });
  afterEach(() => clearNotifications());
  after(async () => {
    for (const setting of ['gpu', 'threads', 'samples'])
      await settings().update(setting, undefined, vscode.ConfigurationTarget.Global);
    await useChannel(undefined, undefined);
    await server.close();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('what was trained is published by its run, pulled with consent, and asked in the next rewrite', async () => {
    const { code, stderr } = await run('better');
    assert.equal(code, 0, stderr);
    assert.match(stderr, /closing-the-loop 1\.0\.0 is published in http:/);
    assert.doesNotMatch(stderr, /\((?:SFT|PPO)\) \.\.\./, 'training was done before');
    await useChannel(server.url, publicKey);
    const asked = await pull();
    assert.match(asked, /closing-the-loop 1\.0\.0/);
    assert.match(asked, /recall [\d.]+ %/i);
    await notified(/1\.0\.0 is active now/);
    assert.deepEqual(await states(), { '1.0.0': 'active' });
    const { status } = await api();
    await until('the status to name it', () => (status()?.model.explanation ?? '').includes(`${name}@1.0.0`));
    assert.deepEqual(await rewriteSources(editor.document), [`${name}@1.0.0`]);
  });

  it('a worse model is refused by the gate, and the channel stays as it is', async () => {
    const [before, sent] = [channelFile(), uploads()];
    const { code, stderr } = await run('worse');
    assert.equal(code, 1, stderr);
    assert.match(stderr, /Not published: It is not better\./);
    assert.equal(channelFile(), before);
    assert.equal(uploads(), sent);
  });

  it('a forced release says so in the editor, and Roll Back Model returns to the first', async () => {
    const forced = await run('worse', '--force-publish', '--reason', 'to see what roll back does');
    assert.equal(forced.code, 0, forced.stderr);
    const asked = await pull();
    assert.match(asked, /closing-the-loop 1\.1\.0/);
    assert.match(asked, /to see what roll back does/);
    assert.deepEqual(await states(), { '1.1.0': 'active', '1.0.0': 'previous' });
    await vscode.commands.executeCommand('querent.rollBackModel');
    await notified(/1\.0\.0 is active again/);
    assert.deepEqual(await states(), { '1.1.0': 'previous', '1.0.0': 'active' });
    assert.deepEqual(await rewriteSources(editor.document), [`${name}@1.0.0`]);
  });
});
