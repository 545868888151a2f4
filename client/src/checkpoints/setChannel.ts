import * as vscode from 'vscode';
import type { ExtensionParts } from '../context.ts';
import { looksLikeChannel, looksLikeKey } from './channelText.ts';

/**
 * `querent.setModelChannel`: asks for the channel and then for its public key, and keeps both in the settings of this machine. Returns whether a
 * channel is set now. Nothing is asked of the channel.
 */
export async function setModelChannel({ log }: ExtensionParts): Promise<boolean> {
  const settings = vscode.workspace.getConfiguration('querent.model');
  const known = settings.get<string>('channel', '');
  const channel = await askForChannel(known);
  if (channel === undefined) return known !== '';
  const { Global } = vscode.ConfigurationTarget;
  if (channel === '') {
    await settings.update('channel', undefined, Global);
    await settings.update('channelKey', undefined, Global);
    void vscode.window.showInformationMessage(
      'No model channel is set any more. Installed checkpoints stay.',
    );
    return false;
  }
  const key = await vscode.window.showInputBox({
    title: 'Public Key of the Channel',
    prompt:
      'From whoever publishes it, best not by the same way as the channel itself: the key is what tells their checkpoints from anybody else’s.',
    placeHolder: 'ed25519:…',
    value: channel === known ? settings.get<string>('channelKey', '') : '',
    ignoreFocusOut: true,
    validateInput: (text) =>
      looksLikeKey(text.trim())
        ? undefined
        : 'Write `ed25519:` and the 44 characters of the key, as `querent-trainer publish` prints them.',
  });
  if (key === undefined) return known !== '';
  // The key first: a channel is never read with the key of another one.
  await settings.update('channelKey', key.trim(), Global);
  await settings.update('channel', channel, Global);
  log.info(`Model channel: ${channel}`);
  const check = 'Check for Checkpoints';
  void vscode.window
    .showInformationMessage('The model channel is set. It has not been asked yet.', check)
    .then((choice) => {
      if (choice === check) void vscode.commands.executeCommand('querent.checkForCheckpoints');
    });
  return true;
}

type Kind = vscode.QuickPickItem & { readonly kindOf: 'address' | 'folder' | 'none' };

/** The channel as the person wrote it; empty where none is wanted, undefined where the question was left. */
async function askForChannel(known: string): Promise<string | undefined> {
  const kinds: Kind[] = [
    {
      kindOf: 'address',
      label: '$(globe) Address or Repository…',
      detail: 'https://models.example.org/search/, or hf:owner/name for a Hugging Face repository',
    },
    {
      kindOf: 'folder',
      label: '$(folder-opened) Folder…',
      detail: 'A folder of this machine or of the network that holds channel.json',
    },
    ...(known === ''
      ? []
      : [{ kindOf: 'none' as const, label: '$(circle-slash) No Channel', detail: `Forget ${known}` }]),
  ];
  const kind = await vscode.window.showQuickPick(kinds, {
    title: 'Model Channel',
    placeHolder: known === '' ? 'Where are checkpoints published?' : `Now: ${known}`,
    ignoreFocusOut: true,
  });
  if (kind === undefined) return undefined;
  if (kind.kindOf === 'none') return '';
  if (kind.kindOf === 'folder') {
    const chosen = await vscode.window.showOpenDialog({
      title: 'Folder of the Channel',
      openLabel: 'Use as Channel',
      canSelectFolders: true,
      canSelectFiles: false,
    });
    return chosen?.[0]?.fsPath;
  }
  const text = await vscode.window.showInputBox({
    title: 'Address of the Model Channel',
    prompt: 'Where channel.json is. Nothing about your searches is sent there.',
    placeHolder: 'https://models.example.org/search/ or hf:owner/name',
    value: known,
    ignoreFocusOut: true,
    validateInput: (value) =>
      looksLikeChannel(value.trim())
        ? undefined
        : 'Write an address that starts with https:// (http:// only for this machine and your own network), hf:owner/name, or the absolute path of a folder.',
  });
  return text?.trim();
}
