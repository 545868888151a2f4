import * as vscode from 'vscode';
import { State } from 'vscode-languageclient/node';
import {
  ncbiKeyMethod,
  testNcbiKeyMethod,
  type NcbiKeyParams,
  type TestNcbiKeyResult,
} from '@querent/server/liveProtocol';
import { clientCommands } from '@querent/server/protocol';
import type { ExtensionParts } from '../context.ts';
import { plainText } from '../plainText.ts';
import { reportRefusal } from './progress.ts';

const secret = 'querent.ncbiKey';
const accountPage = 'https://account.ncbi.nlm.nih.gov/settings/';

/**
 * `querent.setNcbiKey [key]` keeps the NCBI API key in SecretStorage and tests it; `querent.testNcbiKey` asks NCBI whether it takes the key in use,
 * which may also come from `NCBI_API_KEY` of the environment. The language server is told whenever it starts and whenever the key
 * changes, in this window or another one; the key stands in no setting and no log.
 */
export function registerNcbiKey(parts: ExtensionParts): void {
  const { context, client, log } = parts;
  const tell = async (): Promise<void> => {
    if (client.state !== State.Running) return;
    try {
      const params: NcbiKeyParams = { key: (await context.secrets.get(secret)) ?? '' };
      await client.sendNotification(ncbiKeyMethod, params);
    } catch (error) {
      log.warn(`The NCBI API key cannot be read: ${error instanceof Error ? error.name : 'error'}`);
    }
  };
  context.subscriptions.push(
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) void tell();
    }),
    context.secrets.onDidChange(({ key }) => {
      if (key === secret) void tell();
    }),
    vscode.commands.registerCommand(clientCommands.setNcbiKey, async (given?: unknown) => {
      const key = typeof given === 'string' ? given : await askForKey();
      if (key === undefined) return undefined;
      if (key.trim() === '') {
        await context.secrets.delete(secret);
        await tell();
        vscode.window.setStatusBarMessage('The NCBI API key was taken away.', 5_000);
        return undefined;
      }
      await context.secrets.store(secret, key.trim());
      // Before it is tested, the server has to know it.
      await tell();
      return testKey(parts);
    }),
    vscode.commands.registerCommand(clientCommands.testNcbiKey, () => testKey(parts)),
  );
}

async function askForKey(): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title: 'NCBI API Key',
    prompt:
      'From the settings of your NCBI account: PubMed then answers 10 requests a second instead of 3. Kept in the secret storage of VS Code, sent only to NCBI, or to the address that the settings name in its place. Empty takes it away.',
    password: true,
    ignoreFocusOut: true,
    // A key that was copied with something around it would only be refused later.
    validateInput: (text) =>
      /^\s*(?:[0-9a-f]{36})?\s*$/i.test(text)
        ? undefined
        : {
            message:
              'NCBI’s keys have 36 digits and letters a to f. Press Enter to keep this one all the same.',
            severity: vscode.InputBoxValidationSeverity.Warning,
          },
  });
}

async function testKey(parts: ExtensionParts): Promise<TestNcbiKeyResult | undefined> {
  try {
    const result = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: 'Querent: asking NCBI about the key' },
      () => parts.client.sendRequest<TestNcbiKeyResult | null>(testNcbiKeyMethod, {}),
    );
    if (!result) return undefined;
    void show(result);
    return result;
  } catch (error) {
    reportRefusal(parts, error);
    return undefined;
  }
}

async function show({ verdict, message }: TestNcbiKeyResult): Promise<void> {
  const text = plainText(message);
  if (verdict === 'accepted') {
    void vscode.window.showInformationMessage(text);
    return;
  }
  if (verdict === 'unknown') {
    void vscode.window.showWarningMessage(text);
    return;
  }
  const set = verdict === 'none' ? 'Set NCBI API Key' : 'Set Another Key';
  const page = 'Open NCBI Account';
  const ask = verdict === 'none' ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
  const choice = await ask(text, set, page);
  if (choice === set) await vscode.commands.executeCommand(clientCommands.setNcbiKey);
  else if (choice === page) await vscode.env.openExternal(vscode.Uri.parse(accountPage, true));
}
