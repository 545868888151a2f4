import * as vscode from 'vscode';
import type { RewriteItem, RewriteParams, RewriteResult } from '@querent/server/protocol';
import { LANGUAGE_ID, rewriteMethod } from '@querent/server/protocol';
import type { ExtensionParts } from '../context.ts';
import { plainText } from '../plainText.ts';
import { applyEdits } from './edits.ts';
import { pickProposal } from './proposalPicker.ts';
import { sendWithProgress } from './progress.ts';

/**
 * `querent.rewrite [uri] [label]`: asks for proposals, shows them beside the current numbers and applies the one that the
 * person accepts, as one undoable edit.
 */
export function registerRewrite(parts: ExtensionParts): void {
  parts.context.subscriptions.push(
    vscode.commands.registerCommand('querent.rewrite', async (uri?: string | vscode.Uri, label?: string) => {
      const document = await strategyDocument(uri);
      if (!document) {
        void vscode.window.showInformationMessage('Open a search strategy (.pubmed) first, then rewrite it.');
        return;
      }
      const result = await askForProposals(parts, document, typeof label === 'string' ? label : undefined);
      if (!result) return;
      // Numbers of a text that is gone would only mislead.
      if (isOutdated(document, result)) return;
      if (result.proposals.length === 0) {
        await explainNothing(parts, result);
        return;
      }
      const accepted = await pickProposal(document, result);
      if (accepted) await acceptProposal(document, result, accepted);
    }),
  );
}

async function askForProposals(
  parts: ExtensionParts,
  document: vscode.TextDocument,
  label: string | undefined,
): Promise<RewriteResult | undefined> {
  const params: RewriteParams = { uri: document.uri.toString(), ...(label === undefined ? {} : { label }) };
  return sendWithProgress<RewriteParams, RewriteResult>(
    parts,
    rewriteMethod,
    params,
    'Rewriting the strategy',
  );
}

/** The document meant by a command's argument, else the active editor's, when it is a strategy. */
export async function strategyDocument(uri?: string | vscode.Uri): Promise<vscode.TextDocument | undefined> {
  if (typeof uri === 'string' || uri instanceof vscode.Uri) {
    const target = typeof uri === 'string' ? vscode.Uri.parse(uri, true) : uri;
    const open = vscode.workspace.textDocuments.find(
      (candidate) => candidate.uri.toString() === target.toString(),
    );
    return open ?? (await vscode.workspace.openTextDocument(target));
  }
  const active = vscode.window.activeTextEditor?.document;
  return active?.languageId === LANGUAGE_ID ? active : undefined;
}

async function acceptProposal(
  document: vscode.TextDocument,
  result: RewriteResult,
  accepted: RewriteItem,
): Promise<void> {
  if (isOutdated(document, result)) return;
  await applyEdits(document, accepted.edits);
}

/** Whether the strategy was edited since it was rewritten; then says that the proposals were dropped. */
function isOutdated(document: vscode.TextDocument, result: RewriteResult): boolean {
  if (document.version === result.version) return false;
  const again = 'Rewrite Again';
  void vscode.window
    .showWarningMessage('The strategy was edited meanwhile, so the proposals were dropped.', again)
    .then((choice) =>
      choice === again ? vscode.commands.executeCommand('querent.rewrite', document.uri) : undefined,
    );
  return true;
}

async function explainNothing(parts: ExtensionParts, result: RewriteResult): Promise<void> {
  for (const rejection of result.rejected)
    parts.log.info(`Rejected (${rejection.source}): ${rejection.reason}\n${rejection.text}`);
  const first = result.rejected[0];
  const choice = await vscode.window.showInformationMessage(
    first
      ? `No proposal stood the test. ${plainText(first.reason)}`
      : 'No proposal was found for this strategy. A title or PICO in its front matter helps.',
    'Show Log',
  );
  if (choice) parts.log.show();
}
