import * as vscode from 'vscode';
import type { RewriteItem } from '@querent/server/protocol';
import { measurementText } from '../measurementText.ts';
import { textAfter } from './edits.ts';

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

/**
 * Shows the strategy and what it would become side by side, and asks what to do. The comparison is closed with the answer;
 * undefined when the person closed the question.
 */
export async function compareProposal(
  document: vscode.TextDocument,
  proposal: RewriteItem,
): Promise<'use' | 'back' | undefined> {
  const right = await openProposalDiff(document, proposal);
  const use = 'Use This Proposal';
  const back = 'Back to the List';
  const choice = await vscode.window.showInformationMessage(
    `${measurementText(proposal.measurement)}: use this proposal?`,
    use,
    back,
  );
  await closeComparison(right);
  if (choice === use) return 'use';
  return choice === back ? 'back' : undefined;
}

async function closeComparison(right: vscode.Uri): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const shown = tabs.filter(
    ({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.toString() === right.toString(),
  );
  if (shown.length > 0) await vscode.window.tabGroups.close(shown);
}

/** Opens the comparison; gives the address of its right side. */
async function openProposalDiff(document: vscode.TextDocument, proposal: RewriteItem): Promise<vscode.Uri> {
  const name = document.uri.path.split('/').at(-1) ?? 'strategy.pubmed';
  const right = vscode.Uri.from({ scheme, path: `/${name}`, query: String(++opened) });
  contents.set(right.toString(), textAfter(document, proposal.edits));
  await vscode.commands.executeCommand('vscode.diff', document.uri, right, `${name}: now ↔ proposal`, {
    preview: true,
  });
  return right;
}
