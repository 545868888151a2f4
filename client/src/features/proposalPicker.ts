import * as vscode from 'vscode';
import type { RewriteItem, RewriteResult } from '@querent/server/protocol';
import { measurementText } from '../measurementText.ts';
import { compareProposal } from './proposalDiff.ts';

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
 * Shows the proposals, best first, under the numbers of the present query; what was rejected stands below with its reason. A
 * comparison takes the list's place, which would cover it, and leads back to the list. Resolves with the accepted proposal, or
 * undefined when the person closed the list.
 */
export async function pickProposal(
  document: vscode.TextDocument,
  result: RewriteResult,
): Promise<RewriteItem | undefined> {
  for (;;) {
    const picked = await showList(result);
    if (picked?.compare !== true) return picked?.proposal;
    const choice = await compareProposal(document, picked.proposal);
    if (choice !== 'back') return choice === 'use' ? picked.proposal : undefined;
  }
}

function showList(
  result: RewriteResult,
): Promise<{ readonly proposal: RewriteItem; readonly compare: boolean } | undefined> {
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
    picker.onDidTriggerItemButton(({ item: { proposal } }) => {
      if (!proposal) return;
      resolve({ proposal, compare: true });
      picker.hide();
    });
    picker.onDidAccept(() => {
      const proposal = picker.selectedItems[0]?.proposal;
      // A rejected draft cannot be accepted: it is shown for its reason only.
      if (!proposal) return;
      resolve({ proposal, compare: false });
      picker.hide();
    });
    picker.onDidHide(() => {
      picker.dispose();
      resolve(undefined);
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
    // The reason gets the row to itself: it is what the person wants to know.
    label: `$(circle-slash) ${rejection.origin === 'model' ? `Model ${rejection.source}` : rejection.source}`,
    description: rejection.text.replace(/\s+/g, ' ').slice(0, 300),
    detail: rejection.reason,
    alwaysShow: true,
  }));
  return [
    ...proposals,
    ...(rejected.length > 0 ? [{ label: 'Rejected', kind: vscode.QuickPickItemKind.Separator }] : []),
    ...rejected,
  ];
}

function describe(proposal: RewriteItem): string {
  if (proposal.origin === 'model') return `written by the model ${proposal.source}`;
  const { form, source } = proposal;
  return `${form === undefined ? source : (formNames[form] ?? form)}, built-in method`;
}
