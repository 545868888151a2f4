import * as vscode from 'vscode';
import {
  LanguageClient,
  TransportKind,
  type LanguageClientOptions,
  type ServerOptions,
} from 'vscode-languageclient/node';
import { LANGUAGE_ID } from '@querent/server/protocol';

/**
 * Makes the client of the language server, not started yet. The server runs on VS Code's own Node (`process.execPath`).
 * Trust is a function because it can be granted while the window is open; the server is restarted then.
 */
export function createLanguageClient(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
): LanguageClient {
  const module = vscode.Uri.joinPath(context.extensionUri, 'dist', 'server.cjs').fsPath;
  const serverOptions: ServerOptions = {
    run: { module, transport: TransportKind.ipc },
    debug: { module, transport: TransportKind.ipc, options: { execArgv: ['--nolazy', '--inspect=6009'] } },
  };
  const watcher = vscode.workspace.createFileSystemWatcher('**/*.{sqlite,jsonl,nbib,ris,txt,gz}');
  context.subscriptions.push(watcher);
  const clientOptions: LanguageClientOptions = {
    documentSelector: [
      { scheme: 'file', language: LANGUAGE_ID },
      { scheme: 'untitled', language: LANGUAGE_ID },
      { scheme: 'vscode-remote', language: LANGUAGE_ID },
    ],
    outputChannel: log,
    synchronize: { fileEvents: watcher },
    initializationOptions: () => ({ trusted: vscode.workspace.isTrusted }),
    markdown: {
      isTrusted: { enabledCommands: ['querent.showRecords', 'querent.rewrite', 'querent.measureAgain'] },
      supportThemeIcons: true,
    },
  };
  return new LanguageClient('querent', 'Querent', serverOptions, clientOptions);
}
