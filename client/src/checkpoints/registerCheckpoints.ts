import * as vscode from 'vscode';
import { State } from 'vscode-languageclient/node';
import {
  checkpointImportMethod,
  checkpointRollBackMethod,
  type CheckpointChange,
  type CheckpointEntry,
  type CheckpointImportParams,
  type CheckpointsResult,
} from '@querent/server/checkpointProtocol';
import type { ExtensionParts } from '../context.ts';
import { reportRefusal, sendWithProgress } from '../features/progress.ts';
import { openReport } from '../features/reports.ts';
import { plainText } from '../plainText.ts';
import { checkDaily } from './dailyCheck.ts';
import { Checkpoints, entryOf } from './checkpoints.ts';
import { CheckpointsTree, type CheckpointNode } from './checkpointsTree.ts';
import { activate, offerInterrupted, pull, remove, tellChange } from './pulling.ts';
import { setModelChannel } from './setChannel.ts';
import { bytesText } from '../features/modelWording.ts';
import { isPinned, listText, pageOf, title } from './wording.ts';

/** What tests and the other parts of the client may look at. */
export interface CheckpointsFeature {
  readonly list: Checkpoints;
  readonly tree: CheckpointsTree;
  readonly message: () => string | undefined;
}

/**
 * Checkpoints of the model channel: the view that lists them, and the commands that check, fetch, activate, pin, remove, import and roll back. The
 * network is asked by commands, and once a day where a setting says so; nothing is fetched without consent.
 */
export function registerCheckpoints(parts: ExtensionParts): CheckpointsFeature {
  const list = new Checkpoints(parts);
  const tree = new CheckpointsTree();
  const view = vscode.window.createTreeView('querent.checkpoints', { treeDataProvider: tree });
  const show = (result: CheckpointsResult): void => {
    tree.show(result);
    view.message =
      result.entries.length === 0 && result.problem === undefined ? undefined : listText(result, new Date());
    const update = entryOf(result, result.update);
    view.badge = update && { value: 1, tooltip: `${title(update)} is newer than the active checkpoint` };
  };
  /** Whether anything can be done here; says why not. */
  const isUsable = (): boolean => {
    if (vscode.workspace.isTrusted) return true;
    const manage = 'Manage Workspace Trust';
    void vscode.window
      .showInformationMessage(
        'Checkpoints are neither listed nor fetched in a workspace that is not trusted.',
        manage,
      )
      .then((choice) => {
        if (choice) void vscode.commands.executeCommand('workbench.trust.manage');
      });
    return false;
  };
  const commands: Readonly<Record<string, (argument?: CheckpointNode | string) => Promise<unknown>>> = {
    'querent.showCheckpoints': async () => {
      await vscode.commands.executeCommand('setContext', 'querent.checkpoints.shown', true);
      await vscode.commands.executeCommand('querent.checkpoints.focus');
      if (vscode.workspace.isTrusted) await list.refresh();
    },
    'querent.checkForCheckpoints': () => check(parts, list),
    'querent.updateModel': () => update(parts, list),
    'querent.rollBackModel': () => rollBack(parts, list),
    'querent.importCheckpoint': (path) => importCheckpoint(parts, list, path),
    'querent.setModelChannel': async () => {
      await setModelChannel(parts);
      await list.refresh();
    },
    'querent.checkpoints.pull': (node) => withEntry(list, node, (entry) => pull(parts, list, entry)),
    'querent.checkpoints.activate': (node) => withEntry(list, node, (entry) => activate(parts, list, entry)),
    'querent.checkpoints.remove': (node) => withEntry(list, node, (entry) => remove(parts, list, entry)),
    'querent.checkpoints.pin': (node) => withEntry(list, node, (entry) => pin(list, entry)),
    'querent.checkpoints.unpin': (node) => withEntry(list, node, () => pin(list, undefined)),
    'querent.checkpoints.notes': (node) =>
      withEntry(list, node, (entry) =>
        openReport(
          { title: title(entry), markdown: pageOf(entry, list.latest?.pinned) },
          'checkpoint',
          `checkpoint:${entry.id}`,
        ),
      ),
  };
  /** What needs no trust: it neither reads a channel nor a model. */
  const always = new Set(['querent.showCheckpoints', 'querent.setModelChannel']);
  parts.context.subscriptions.push(
    view,
    list.onDidChange(show),
    view.onDidChangeVisibility(({ visible }) => {
      if (visible && vscode.workspace.isTrusted && parts.client.state === State.Running) void list.refresh();
    }),
    // Another window, or the command line, may have changed what is installed.
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused && view.visible && parts.client.state === State.Running) void list.refresh();
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      const isOurs = ['channel', 'channelKey', 'pinnedVersion'].some((key) =>
        event.affectsConfiguration(`querent.model.${key}`),
      );
      if (isOurs && list.latest !== undefined && parts.client.state === State.Running) void list.refresh();
    }),
    ...Object.entries(commands).map(([command, run]) =>
      vscode.commands.registerCommand(command, async (argument?: CheckpointNode | string) => {
        if (!always.has(command) && !isUsable()) return;
        await run(argument);
      }),
    ),
  );
  return { list, tree, message: () => view.message };
}

/** What is done once the server answers: the daily check, and a download that was interrupted. */
export async function watchCheckpoints(parts: ExtensionParts, { list }: CheckpointsFeature): Promise<void> {
  if (!vscode.workspace.isTrusted) return;
  checkDaily(parts, list);
  await offerInterrupted(parts, list);
}

async function withEntry(
  list: Checkpoints,
  argument: CheckpointNode | string | undefined,
  run: (entry: CheckpointEntry) => Promise<unknown>,
): Promise<void> {
  const id =
    typeof argument === 'string' ? argument : argument?.kind === 'checkpoint' ? argument.entry.id : undefined;
  // What the row showed may be old: another window may have fetched or removed it.
  const entry = entryOf((await list.refresh()) ?? list.latest, id);
  if (entry !== undefined) await run(entry);
  else if (id !== undefined)
    void vscode.window.showInformationMessage(plainText(`${id} is neither installed nor offered any more.`));
}

/** Asks the channel; undefined where it could not be asked, which is told. */
async function ask(parts: ExtensionParts, list: Checkpoints): Promise<CheckpointsResult | undefined> {
  try {
    const result = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: 'Asking the model channel',
        cancellable: true,
      },
      (_, token) => list.read({ ask: true }, token),
    );
    if (result.channel === '') {
      offerToSetChannel();
      return undefined;
    }
    if (result.problem === undefined) return result;
    reportRefusal(parts, new Error(result.problem));
  } catch (error) {
    if (!(error instanceof vscode.CancellationError) && !/cancel/i.test(String(error)))
      reportRefusal(parts, error);
  }
  return undefined;
}

function offerToSetChannel(): void {
  const set = 'Set Model Channel…';
  void vscode.window
    .showInformationMessage(
      'No model channel is set. Ask whoever publishes checkpoints for its address and its public key.',
      set,
    )
    .then((choice) => {
      if (choice) void vscode.commands.executeCommand('querent.setModelChannel');
    });
}

/** `querent.checkForCheckpoints`: asks the channel, and tells what is new. */
async function check(parts: ExtensionParts, list: Checkpoints): Promise<void> {
  const result = await ask(parts, list);
  if (!result) return;
  const newer = entryOf(result, result.update);
  const [go, showAll] = ['Update…', 'Show Checkpoints'];
  const text =
    newer === undefined
      ? newestText(result)
      : `Checkpoint ${title(newer)} is published (${bytesText(newer.bytes)}).`;
  // The command ends here: a notification may stand for hours.
  void vscode.window
    .showInformationMessage(plainText(text), ...(newer === undefined ? [showAll] : [go, showAll]))
    .then(async (choice) => {
      if (choice === go && newer !== undefined) await take(parts, list, newer);
      else if (choice !== undefined) await vscode.commands.executeCommand('querent.showCheckpoints');
    });
}

function newestText(result: CheckpointsResult): string {
  const active = entryOf(result, result.active);
  return active
    ? `${title(active)} is the newest checkpoint that can be used here.`
    : 'The channel offers no checkpoint that can be used here.';
}

/** `querent.updateModel`: asks the channel, and takes the newest checkpoint, after consent. */
async function update(parts: ExtensionParts, list: Checkpoints): Promise<void> {
  const result = await ask(parts, list);
  if (!result) return;
  const newer = entryOf(result, result.update);
  if (newer !== undefined) {
    await take(parts, list, newer);
    return;
  }
  void vscode.window.showInformationMessage(plainText(newestText(result)));
}

/** Fetches what is not here, and activates what is. */
async function take(parts: ExtensionParts, list: Checkpoints, entry: CheckpointEntry): Promise<void> {
  if (entry.state === 'offered' || entry.state === 'partial') await pull(parts, list, entry);
  else await activate(parts, list, entry);
}

/** `querent.rollBackModel`: the checkpoint that was active before is active again. */
async function rollBack(parts: ExtensionParts, list: Checkpoints): Promise<void> {
  const change = await sendWithProgress<{ workDoneToken?: string }, CheckpointChange>(
    parts,
    checkpointRollBackMethod,
    {},
    'Rolling the model back',
  );
  await list.refresh();
  if (change) tellChange(parts, list, change);
}

/**
 * `querent.importCheckpoint` `[path]`: installs what was carried here in a folder, under the same checks; asks no network.
 * @param named the folder or its channel.json; asked for when it is not told
 */
async function importCheckpoint(parts: ExtensionParts, list: Checkpoints, named: unknown): Promise<void> {
  // A file, since dialogs of most systems show either files or folders; the models lie beside it.
  const chosen =
    typeof named === 'string'
      ? [vscode.Uri.file(named)]
      : await vscode.window.showOpenDialog({
          title: 'channel.json of the folder that was carried here',
          openLabel: 'Import Checkpoint',
          filters: { 'Checkpoint channel': ['json'] },
        });
  const path = chosen?.[0]?.fsPath;
  if (path === undefined) return;
  const change = await sendWithProgress<CheckpointImportParams, CheckpointChange>(
    parts,
    checkpointImportMethod,
    { path },
    'Importing the checkpoint',
  );
  await list.refresh();
  if (change) tellChange(parts, list, change);
}

/** Has this workspace use one version whatever is active; without one, no longer. */
async function pin(list: Checkpoints, entry: CheckpointEntry | undefined): Promise<void> {
  const target = vscode.workspace.workspaceFolders
    ? vscode.ConfigurationTarget.Workspace
    : vscode.ConfigurationTarget.Global;
  await vscode.workspace.getConfiguration('querent.model').update('pinnedVersion', entry?.version, target);
  const result = await list.refresh();
  if (entry !== undefined && !isPinned(entry, result?.pinned)) return;
  vscode.window.setStatusBarMessage(
    entry === undefined
      ? 'This workspace uses the active checkpoint again.'
      : `This workspace uses ${title(entry)} from now on.`,
    5000,
  );
}
