import * as vscode from 'vscode';
import {
  checkpointActivateMethod,
  checkpointDeactivateMethod,
  checkpointPullMethod,
  checkpointRemoveMethod,
  type CheckpointActivateParams,
  type CheckpointChange,
  type CheckpointEntry,
  type CheckpointPullParams,
  type CheckpointRemoveParams,
  type CheckpointsResult,
} from '@querent/server/checkpointProtocol';
import type { ExtensionParts } from '../context.ts';
import { reportRefusal, requestWithProgress, send, sendWithProgress } from '../features/progress.ts';
import { plainText } from '../plainText.ts';
import { entryOf, type Checkpoints } from './checkpoints.ts';
import { agreesTo } from './question.ts';
import { consentTo, isHere, isPinned, sharePart, title } from './wording.ts';

/** The download that was under way when the window went, for the next one. */
const pullingKey = 'querent.checkpointPulling';

const resume = 'Resume';
const discard = 'Discard';

/**
 * Asks for consent, fetches, verifies and activates. Nothing is fetched unless the person agreed to the size that is named; a download that was
 * interrupted keeps what it has, and going on is offered at once.
 */
export async function pull(
  parts: ExtensionParts,
  checkpoints: Checkpoints,
  entry: CheckpointEntry,
): Promise<void> {
  const result = checkpoints.latest;
  if (result === undefined || !(await agreed(parts, entry, result))) return;
  await fetch(parts, checkpoints, entry);
}

async function agreed(
  parts: ExtensionParts,
  entry: CheckpointEntry,
  result: CheckpointsResult,
): Promise<boolean> {
  const { message, detail, isPossible } = consentTo(entry, result);
  if (!isPossible)
    return agreesTo(parts, { message: `There is no room for ${title(entry)}.`, detail, isWarning: true });
  return agreesTo(parts, { message, detail, yes: entry.state === 'partial' ? resume : 'Download and Use' });
}

/** Fetches what was agreed to, and offers to go on where that was interrupted. */
async function fetch(parts: ExtensionParts, checkpoints: Checkpoints, entry: CheckpointEntry): Promise<void> {
  const { globalState } = parts.context;
  await globalState.update(pullingKey, entry.id);
  const answer = await requestWithProgress<CheckpointPullParams, CheckpointChange>(
    parts,
    checkpointPullMethod,
    { id: entry.id, agreedBytes: entry.bytes },
    `Downloading ${title(entry)}`,
  );
  await globalState.update(pullingKey, undefined);
  const left = entryOf(await checkpoints.refresh(), entry.id);
  if (answer.kind === 'done') {
    tellChange(parts, checkpoints, answer.result);
    return;
  }
  if (left?.state !== 'partial') {
    if (answer.kind === 'refused') reportRefusal(parts, answer.error);
    return;
  }
  const kept = `${sharePart(left.haveBytes ?? 0, left.bytes)} of ${title(left)} are kept.`;
  if (answer.kind === 'refused') parts.log.error(String(answer.error));
  const why =
    answer.kind === 'cancelled'
      ? 'The download was stopped.'
      : answer.error instanceof Error
        ? answer.error.message
        : String(answer.error);
  await offerResume(parts, checkpoints, left, `${why} ${kept}`);
}

async function offerResume(
  parts: ExtensionParts,
  checkpoints: Checkpoints,
  entry: CheckpointEntry,
  text: string,
): Promise<void> {
  const choice = await vscode.window.showInformationMessage(plainText(text), resume, discard);
  // The size was agreed to before; it cannot be another one, since the server refuses that.
  if (choice === resume) await fetch(parts, checkpoints, entry);
  else if (choice === discard) await removeNow(parts, checkpoints, entry);
}

/** How long a download is watched before it is called interrupted, in milliseconds: another window may be at it. */
const watchMs = 4000;

/** After a window went away in the middle of a download: offers, once, to go on. */
export async function offerInterrupted(parts: ExtensionParts, checkpoints: Checkpoints): Promise<void> {
  const { globalState } = parts.context;
  const id = globalState.get<string>(pullingKey);
  if (id === undefined) return;
  const before = entryOf(await checkpoints.refresh(), id);
  if (before?.state === 'partial') {
    await new Promise((done) => setTimeout(done, watchMs));
    const now = entryOf(await checkpoints.refresh(), id);
    if (now?.state !== 'partial' || now.haveBytes !== before.haveBytes) return;
    await globalState.update(pullingKey, undefined);
    const kept = sharePart(now.haveBytes ?? 0, now.bytes);
    await offerResume(
      parts,
      checkpoints,
      now,
      `The download of ${title(now)} was interrupted; ${kept} are here.`,
    );
    return;
  }
  await globalState.update(pullingKey, undefined);
}

/** Makes an installed checkpoint the active one; the server tries it first. */
export async function activate(
  parts: ExtensionParts,
  checkpoints: Checkpoints,
  entry: CheckpointEntry,
): Promise<boolean> {
  const change = await sendWithProgress<CheckpointActivateParams, CheckpointChange>(
    parts,
    checkpointActivateMethod,
    { id: entry.id },
    `Trying ${title(entry)}`,
  );
  await checkpoints.refresh();
  if (change) tellChange(parts, checkpoints, change);
  return change !== undefined;
}

/** Leaves no checkpoint active, where one is; it stays installed. */
export async function deactivate(parts: ExtensionParts, checkpoints: Checkpoints): Promise<void> {
  const known = vscode.workspace.isTrusted ? await checkpoints.refresh() : undefined;
  if (known?.active === undefined) return;
  await send<object, CheckpointChange>(parts, checkpointDeactivateMethod, {});
  await checkpoints.refresh();
}

export async function remove(
  parts: ExtensionParts,
  checkpoints: Checkpoints,
  entry: CheckpointEntry,
): Promise<void> {
  const isPart = entry.state === 'partial';
  const question = {
    message: isPart
      ? `Discard what was fetched of ${title(entry)}?`
      : `Remove ${title(entry)} from this machine?`,
    detail: 'It can be downloaded again as long as its channel offers it.',
    yes: isPart ? discard : 'Remove',
    isWarning: true,
  };
  if (await agreesTo(parts, question)) await removeNow(parts, checkpoints, entry);
}

async function removeNow(
  parts: ExtensionParts,
  checkpoints: Checkpoints,
  { id }: CheckpointEntry,
): Promise<void> {
  await send<CheckpointRemoveParams, unknown>(parts, checkpointRemoveMethod, { id });
  await checkpoints.refresh();
}

/** Tells what is active now; and that something else is used all the same, where a setting goes before it. */
export function tellChange(
  parts: ExtensionParts,
  { latest }: Checkpoints,
  { message, active }: CheckpointChange,
): void {
  parts.log.info(message);
  const settings = vscode.workspace.getConfiguration('querent.model');
  const before = (['endpoint', 'path'] as const).find((key) => settings.get<string>(key, '').trim() !== '');
  const pinned = latest?.entries.find((entry) => isPinned(entry, latest.pinned) && isHere(entry));
  const show = (text: string, action: string, run: () => Thenable<unknown>): void => {
    void vscode.window.showWarningMessage(plainText(`${message} ${text}`), action).then(async (choice) => {
      if (choice === action) await run();
    });
  };
  if (before !== undefined) {
    const what = before === 'endpoint' ? 'the model server' : 'the model file';
    const text = `Rewrites still use ${what} of your settings, which goes before checkpoints.`;
    show(text, 'Use the Checkpoint', clearOtherModels);
  } else if (pinned !== undefined && pinned.id !== active) {
    const text = `This workspace stays pinned to ${title(pinned)}.`;
    show(text, 'Unpin', () => vscode.commands.executeCommand('querent.checkpoints.unpin', pinned.id));
  } else void vscode.window.showInformationMessage(plainText(message));
}

/** Takes model file and server out of the settings, so that the active checkpoint is used. */
export async function clearOtherModels(): Promise<void> {
  const settings = vscode.workspace.getConfiguration('querent.model');
  for (const key of ['endpoint', 'path'])
    if (settings.get<string>(key, '') !== '')
      await settings.update(key, '', vscode.ConfigurationTarget.Global);
}
