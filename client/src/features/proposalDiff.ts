import * as vscode from 'vscode';
import { columnOf } from './edits.ts';

const scheme = 'querent-proposal';
const contents = new Map<string, string>();
let opened = 0;

/** Registers the read-only documents that stand on the right of a proposal's comparison. */
export function registerProposalDocuments(context: vscode.ExtensionContext): void {
  context.subscriptions.push(
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      provideTextDocumentContent: (uri) => contents.get(uri.toString()) ?? '',
    }),
    vscode.workspace.onDidCloseTextDocument((document) => contents.delete(document.uri.toString())),
  );
}

/** Shows the strategy and what it would become side by side, in the group where the strategy is open. */
export async function compareWithStrategy(strategy: vscode.Uri, after: string): Promise<void> {
  const name = strategy.path.split('/').at(-1) ?? 'strategy.pubmed';
  const right = vscode.Uri.from({ scheme, path: `/${name}`, query: String(++opened) });
  contents.set(right.toString(), after);
  await vscode.commands.executeCommand('vscode.diff', strategy, right, `${name}: now ↔ proposal`, {
    preview: true,
    viewColumn: columnOf(strategy) ?? vscode.ViewColumn.One,
  });
}
