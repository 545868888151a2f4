import * as vscode from 'vscode';
import type { RewriteItem } from '@querent/server/protocol';
import { textAfter } from './edits.ts';

const scheme = 'querent-proposal';
const contents = new Map<string, string>();

/** Registers the read-only documents that stand on the right of a proposal's comparison. */
export function registerProposalDocuments(context: vscode.ExtensionContext): void {
  context.subscriptions.push(
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      provideTextDocumentContent: (uri) => contents.get(uri.toString()) ?? '',
    }),
    vscode.workspace.onDidCloseTextDocument((document) => contents.delete(document.uri.toString())),
  );
}

/** Opens the strategy and what it would become side by side. */
export async function openProposalDiff(document: vscode.TextDocument, proposal: RewriteItem): Promise<void> {
  const name = document.uri.path.split('/').at(-1) ?? 'strategy.pubmed';
  const right = vscode.Uri.from({ scheme, path: `/${name}`, query: String(contents.size + 1) });
  contents.set(right.toString(), textAfter(document, proposal.edits));
  await vscode.commands.executeCommand('vscode.diff', document.uri, right, `${name}: now ↔ proposal`, {
    preview: true,
  });
}
