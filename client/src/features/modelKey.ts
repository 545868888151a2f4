import * as vscode from 'vscode';
import { State } from 'vscode-languageclient/node';
import { clientCommands, modelKeyMethod, type ModelKeyParams } from '@querent/server/protocol';
import type { ExtensionParts } from '../context.ts';

const secret = 'querent.modelKey';

/**
 * `querent.setModelKey`: asks for the key of the model server and keeps it in SecretStorage. The language server is told whenever it
 * starts and whenever the key changes, in this window or another one; the key stands in no setting and no log.
 */
export function registerModelKey({ context, client, log }: ExtensionParts): void {
  const tell = async (): Promise<void> => {
    if (client.state !== State.Running) return;
    try {
      const params: ModelKeyParams = { key: (await context.secrets.get(secret)) ?? '' };
      await client.sendNotification(modelKeyMethod, params);
    } catch (error) {
      log.warn(
        `The key of the model server cannot be read: ${error instanceof Error ? error.name : 'error'}`,
      );
    }
  };
  context.subscriptions.push(
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) void tell();
    }),
    context.secrets.onDidChange(({ key }) => {
      if (key === secret) void tell();
    }),
    vscode.commands.registerCommand(clientCommands.setModelKey, async () => {
      const key = await vscode.window.showInputBox({
        title: 'Key of the Model Server',
        prompt:
          'Kept in the secret storage of VS Code and sent only to the model server that you choose. Empty takes it away.',
        password: true,
        ignoreFocusOut: true,
      });
      if (key === undefined) return;
      if (key.trim() === '') await context.secrets.delete(secret);
      else await context.secrets.store(secret, key.trim());
      vscode.window.setStatusBarMessage(
        key.trim() === ''
          ? 'The key of the model server was taken away.'
          : 'The key of the model server is kept.',
        5000,
      );
    }),
  );
}
