import type * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';

/** What every contribution of the extension gets: the editor's context, the server, the log. */
export interface ExtensionParts {
  readonly context: vscode.ExtensionContext;
  readonly client: LanguageClient;
  readonly log: vscode.LogOutputChannel;
}
