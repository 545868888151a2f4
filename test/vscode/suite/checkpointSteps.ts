/**
 * What the tests of checkpoints do: a channel to pull from, the notifications of the window, a rewrite and who had a say in it, a second window. The same steps close the
 * loop from a training run to a rewrite: publish to a folder, `useChannel`, `pull`, `rewriteSources`.
 */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import * as vscode from 'vscode';
import { window } from './panel.ts';
import { api, until } from './workbench.ts';

const model = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('querent.model');

/** Sets channel and key for this machine, as **Set Model Channel** does; undefined takes them away. */
export async function useChannel(channel: string | undefined, key: string | undefined): Promise<void> {
  await model().update('channelKey', key, vscode.ConfigurationTarget.Global);
  await model().update('channel', channel, vscode.ConfigurationTarget.Global);
}

/** A notification with such words. A window under test shows none by itself, but lists them all. */
async function notification(words: RegExp, limitMs = 40_000): Promise<Locator> {
  const page = await window();
  const all = page.locator(
    '.notifications-center .notification-list-item, .notifications-toasts .notification-list-item',
  );
  let seen: string[] = [];
  return until(
    `a notification that says ${words}`,
    async () => {
      if (!(await page.locator('.notifications-center').isVisible()))
        await vscode.commands.executeCommand('notifications.showList');
      seen = (await all.allInnerTexts().catch(() => [])).map((text) => text.replace(/\s+/g, ' '));
      const at = seen.findIndex((text) => words.test(text));
      return at >= 0 && all.nth(at);
    },
    limitMs,
  ).catch((error: Error) => {
    throw new Error(`${error.message} There are: ${seen.join(' | ')}`);
  });
}

/** Waits for a notification, and gives its words. */
export async function notified(words: RegExp, limitMs?: number): Promise<string> {
  return (await (await notification(words, limitMs)).innerText()).replace(/\s+/g, ' ');
}

/** Presses a button of a notification. */
export async function answer(words: RegExp, button: string, limitMs?: number): Promise<void> {
  const found = (await notification(words, limitMs)).getByRole('button', { name: button, exact: true });
  await found.first().click({ timeout: 30_000 });
}

/** Takes all notifications away; questions among them are answered by no. */
export async function clearNotifications(): Promise<void> {
  await vscode.commands.executeCommand('notifications.clearAll');
}

/** Pulls the newest checkpoint of the channel, with consent; ends when it is active. Gives what was asked before. */
export async function pull(): Promise<string> {
  const pulling = vscode.commands.executeCommand('querent.updateModel');
  const asked = await notified(/Download and use /);
  await answer(/Download and use /, 'Download and Use');
  await pulling;
  return asked;
}

/** States of the releases in the view, by version. */
export async function states(): Promise<Readonly<Record<string, string>>> {
  const { list } = (await api()).checkpoints;
  return Object.fromEntries((list.latest?.entries ?? []).map(({ version, state }) => [version, state]));
}

/** Rewrites a strategy, in one round, and names the models that had a say in it, in proposals and in what was rejected. */
export async function rewriteSources(document: vscode.TextDocument): Promise<string[]> {
  const rounds = vscode.workspace.getConfiguration('querent.rewrite');
  await rounds.update('rounds', 0, vscode.ConfigurationTarget.Global);
  await vscode.commands.executeCommand('querent.rewrite', document.uri.toString());
  await rounds.update('rounds', undefined, vscode.ConfigurationTarget.Global);
  const result = (await api()).proposals()?.result;
  if (result === undefined) throw new Error('The rewrite has no result.');
  const drafts = [...result.proposals, ...result.rejected].filter(({ origin }) => origin === 'model');
  return [...new Set(drafts.map(({ source }) => source))];
}

/** The server of a second window, with the same settings and the same store. */
export interface SecondWindow {
  request<T>(method: string, params: object): Promise<T>;
  close(): Promise<void>;
}

export async function secondWindow(settings: object): Promise<SecondWindow> {
  const { extensionPath } = vscode.extensions.getExtension('querent.querent') ?? { extensionPath: '' };
  const child = fork(join(extensionPath, 'dist', 'server.cjs'), ['--node-ipc'], {
    execArgv: [],
    silent: true,
  });
  const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
  connection.onRequest((method) => (method === 'workspace/configuration' ? [settings] : null));
  connection.onError(() => undefined);
  connection.listen();
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: null,
    workspaceFolders: null,
    initializationOptions: { trusted: true },
    capabilities: { workspace: { configuration: true }, window: { workDoneProgress: true } },
  });
  await connection.sendNotification('initialized', {});
  return {
    request: (method, params) => connection.sendRequest(method, params),
    async close() {
      const ended = new Promise((done) => child.once('exit', done));
      await connection.sendRequest('shutdown');
      await connection.sendNotification('exit');
      await ended;
      connection.dispose();
    },
  };
}
