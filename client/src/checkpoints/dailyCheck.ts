import * as vscode from 'vscode';
import type { CheckpointsResult } from '@querent/server/checkpointProtocol';
import type { ExtensionParts } from '../context.ts';
import { plainText } from '../plainText.ts';
import { bytesText } from '../features/modelWording.ts';
import { entryOf, type Checkpoints } from './checkpoints.ts';
import { dueAt, isQuiet } from './dailyRule.ts';
import { title } from './wording.ts';

/** When this person's channel was tried last, ISO; also where it did not answer. */
const triedKey = 'querent.checkpointsTried';
/** Releases that are not to be told of again. */
const dismissedKey = 'querent.checkpointsDismissed';

/** How often is looked whether a day has gone by, in milliseconds. */
const lookEveryMs = 30 * 60_000;

/**
 * Where `querent.model.checkForUpdates` is `daily`, asks the channel once a day and tells of a newer release in one notification. Never
 * asks otherwise, never where the workspace is not trusted, and never downloads.
 */
export function checkDaily(parts: ExtensionParts, checkpoints: Checkpoints): void {
  const look = (): void => {
    lookOnce(parts, checkpoints).catch((error: unknown) =>
      parts.log.warn(`The daily check for checkpoints failed: ${String(error)}`),
    );
  };
  const timer = setInterval(look, lookEveryMs);
  parts.context.subscriptions.push(
    { dispose: () => clearInterval(timer) },
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('querent.model.checkForUpdates')) look();
    }),
  );
  look();
}

async function lookOnce({ context, log }: ExtensionParts, checkpoints: Checkpoints): Promise<void> {
  const settings = vscode.workspace.getConfiguration('querent.model');
  if (settings.get('checkForUpdates') !== 'daily' || !vscode.workspace.isTrusted) return;
  const known = await checkpoints.refresh();
  if (known === undefined || known.channel === '') return;
  // `checked` is shared with other windows and with the command line.
  if (dueAt([known.checked, context.globalState.get<string>(triedKey)]) > Date.now()) return;
  await context.globalState.update(triedKey, new Date().toISOString());
  const result = await checkpoints.read({ ask: true });
  if (result.problem !== undefined) log.warn(`The model channel could not be read: ${result.problem}`);
  await tellUpdate(context, result);
}

async function tellUpdate(context: vscode.ExtensionContext, result: CheckpointsResult): Promise<void> {
  const entry = entryOf(result, result.update);
  const dismissed = context.globalState.get<readonly string[]>(dismissedKey, []);
  if (entry === undefined || isQuiet(entry, dismissed)) return;
  const update = 'Update…';
  const never = "Don't Ask Again for This Version";
  const text = `Checkpoint ${title(entry)} is published (${bytesText(entry.bytes)}).`;
  const choice = await vscode.window.showInformationMessage(plainText(text), update, 'Not Now', never);
  if (choice === update) await vscode.commands.executeCommand('querent.updateModel');
  else if (choice === never)
    await context.globalState.update(dismissedKey, [...dismissed.slice(-50), entry.id]);
}
