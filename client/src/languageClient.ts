import * as vscode from 'vscode';
import {
  ErrorAction,
  LanguageClient,
  State,
  TransportKind,
  type ErrorHandler,
  type LanguageClientOptions,
  type ServerOptions,
} from 'vscode-languageclient/node';
import { LANGUAGE_ID, TRIALS_LANGUAGE_ID } from '@querent/server/protocol';
import { SQL_LANGUAGE_ID } from '@querent/server/sqlProtocol';
import type { ExtensionParts } from './context.ts';

/**
 * Makes the client of the language server, not started yet. The server runs on VS Code's own Node (`process.execPath`).
 * Trust is a function because it can be granted while the window is open; the server is restarted then. Markdown of the server
 * is not trusted (the default): hovers quote documents and records, and no text in them may become a command.
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
  const watcher = vscode.workspace.createFileSystemWatcher(
    '**/*.{sqlite,sqlite3,db,sqlite-wal,sqlite3-wal,db-wal,sql,nbib,xml,ris,csv,tsv,jsonl,json,txt,gz}',
  );
  context.subscriptions.push(watcher);
  const clientOptions: LanguageClientOptions = {
    documentSelector: [LANGUAGE_ID, TRIALS_LANGUAGE_ID, SQL_LANGUAGE_ID].flatMap((language) => [
      { scheme: 'file', language },
      { scheme: 'untitled', language },
      { scheme: 'vscode-remote', language },
    ]),
    outputChannel: log,
    synchronize: { fileEvents: watcher },
    initializationOptions: () => ({ trusted: vscode.workspace.isTrusted }),
    errorHandler: {
      // A message that cannot be sent is a sign of a server that died; whether it is started again is decided when its connection closes.
      // The library's own handler gives up for good after four such messages, and so many are sent to a dead server before that is known.
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => restarts.closed(),
    },
  };
  const client = new LanguageClient('querent', 'Querent', serverOptions, clientOptions);
  // Starts it again, but not a fifth time within three minutes.
  const restarts: ErrorHandler = client.createDefaultErrorHandler();
  return client;
}

/**
 * Starts the server anew. Waits for a start in flight, since a client that is starting cannot be stopped; a failure is told with
 * the way out.
 */
export async function restartServer({ client, log }: Pick<ExtensionParts, 'client' | 'log'>): Promise<void> {
  try {
    if (client.state === State.Starting) await client.start();
    await client.restart();
  } catch (error) {
    log.error(`The language server did not restart: ${String(error)}`);
    const reload = 'Reload Window';
    const choice = await vscode.window.showErrorMessage(
      'The language server could not be restarted. The log says why; reloading the window starts it from scratch.',
      reload,
      'Show Log',
    );
    if (choice === reload) await vscode.commands.executeCommand('workbench.action.reloadWindow');
    else if (choice) log.show();
  }
}
