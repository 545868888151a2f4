import * as vscode from 'vscode';
import type { RewriteItem, RewriteResult } from '@querent/server/protocol';
import { measurementText } from '../measurementText.ts';
import { openProposalDiff } from './proposalDiff.ts';

interface ProposalPick extends vscode.QuickPickItem {
  readonly proposal?: RewriteItem;
}

const previewButton: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('diff'),
  tooltip: 'Compare with the strategy',
};

const formNames: Readonly<Record<string, string>> = {
  recall: 'misses least',
  readable: 'few clauses',
  precise: 'few records',
};

/**
 * Shows the proposals, best first, under the numbers of the present query; what was rejected stands below with its reason.
 * Resolves with the accepted proposal, or undefined when the person closed the list.
 */
export function pickProposal(
  document: vscode.TextDocument,
  result: RewriteResult,
): Promise<RewriteItem | undefined> {
  const picker = vscode.window.createQuickPick<ProposalPick>();
  picker.title = result.original
    ? `Now: ${measurementText(result.original)} (${result.original.provenance.label})`
    : 'The present query could not be measured';
  picker.placeholder = 'Choose a proposal to put it into the strategy (undo takes it back)';
  picker.matchOnDetail = true;
  picker.matchOnDescription = true;
  picker.ignoreFocusOut = true;
  picker.items = pickItems(result);
  return new Promise((resolve) => {
    let accepted: RewriteItem | undefined;
    picker.onDidTriggerItemButton(({ item }) => {
      if (item.proposal) void openProposalDiff(document, item.proposal);
    });
    picker.onDidAccept(() => {
      accepted = picker.selectedItems[0]?.proposal;
      // A rejected draft cannot be accepted: it is shown for its reason only.
      if (accepted) picker.hide();
    });
    picker.onDidHide(() => {
      picker.dispose();
      resolve(accepted);
    });
    picker.show();
  });
}

function pickItems(result: RewriteResult): ProposalPick[] {
  const proposals = result.proposals.map<ProposalPick>((proposal) => ({
    label: `${proposal.origin === 'model' ? '$(sparkle)' : '$(beaker)'} ${measurementText(proposal.measurement)}`,
    description: describe(proposal),
    detail: proposal.query.replace(/\s+/g, ' '),
    buttons: [previewButton],
    proposal,
  }));
  const rejected = result.rejected.map<ProposalPick>((rejection) => ({
    label: `$(circle-slash) ${rejection.origin === 'model' ? `Model ${rejection.source}` : rejection.source}`,
    description: rejection.reason,
    detail: rejection.text.replace(/\s+/g, ' ').slice(0, 300),
    alwaysShow: true,
  }));
  return [
    ...proposals,
    ...(rejected.length > 0 ? [{ label: 'Rejected', kind: vscode.QuickPickItemKind.Separator }] : []),
    ...rejected,
  ];
}

function describe(proposal: RewriteItem): string {
  const form = proposal.form === undefined ? undefined : (formNames[proposal.form] ?? proposal.form);
  const origin = proposal.origin === 'model' ? `written by the model ${proposal.source}` : 'built-in method';
  return [form, origin].filter((part) => part !== undefined).join(', ');
}
