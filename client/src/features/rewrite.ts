import * as vscode from 'vscode';
import {
  clientCommands,
  LANGUAGE_ID,
  TRIALS_LANGUAGE_ID,
  type RewriteParams,
  type WirePosition,
} from '@querent/server/protocol';
import type { ExtensionParts } from '../context.ts';
import type { PanelState } from '../proposals/messages.ts';
import { ProposalsPanel } from '../proposals/panel.ts';

/**
 * The commands that ask for proposals. Each opens the panel at once and ends when the proposals are there:
 * - `querent.rewrite`, `querent.catchMissedSeeds`, `querent.narrow` `[uri] [label]`: of a line, by default the whole strategy;
 * - `querent.rewriteBlock` `[uri] [position]`: of the innermost block at a place, by default the cursor.
 *
 * Returns a look at what the panel shows.
 */
export function registerRewrite(parts: ExtensionParts): () => PanelState | undefined {
  const panel = new ProposalsPanel(parts);
  const goals: readonly (readonly [command: string, goal: NonNullable<RewriteParams['goal']>])[] = [
    [clientCommands.rewrite, 'improve'],
    [clientCommands.catchMissedSeeds, 'catch-missed'],
    [clientCommands.narrow, 'narrow'],
  ];
  for (const [command, goal] of goals)
    parts.context.subscriptions.push(
      vscode.commands.registerCommand(command, async (uri?: string | vscode.Uri, label?: unknown) => {
        const document = await strategyOrHint(uri);
        if (!document) return;
        const line = typeof label === 'string' ? label : undefined;
        await panel.rewrite({
          subject: line === undefined ? 'the whole strategy' : `line #${line}`,
          params: { uri: document.uri.toString(), goal, ...(line === undefined ? {} : { label: line }) },
        });
      }),
    );
  parts.context.subscriptions.push(
    vscode.commands.registerCommand(
      clientCommands.rewriteBlock,
      async (uri?: string | vscode.Uri, position?: WirePosition) => {
        const document = await strategyOrHint(uri);
        if (!document) return;
        const block = isPosition(position) ? position : cursorIn(document);
        if (block === undefined) {
          void vscode.window.showInformationMessage('Put the cursor into the block that is to be rewritten.');
          return;
        }
        await panel.rewrite({
          subject: `the block at line ${block.line + 1}`,
          params: { uri: document.uri.toString(), block },
        });
      },
    ),
  );
  return () => panel.state;
}

function isPosition(value: unknown): value is WirePosition {
  const { line, character } = (value ?? {}) as Partial<WirePosition>;
  return typeof line === 'number' && typeof character === 'number';
}

function cursorIn(document: vscode.TextDocument): WirePosition | undefined {
  const editors = [vscode.window.activeTextEditor, ...vscode.window.visibleTextEditors];
  const cursor = editors.find((editor) => editor?.document === document)?.selection.active;
  return cursor && { line: cursor.line, character: cursor.character };
}

/** The document meant by a command's argument, else the active editor's, when it is a strategy. */
export async function strategyDocument(
  uri?: string | vscode.Uri,
  languages: readonly string[] = [LANGUAGE_ID],
): Promise<vscode.TextDocument | undefined> {
  if (typeof uri === 'string' || uri instanceof vscode.Uri) {
    const target = typeof uri === 'string' ? vscode.Uri.parse(uri, true) : uri;
    const open = vscode.workspace.textDocuments.find(
      (candidate) => candidate.uri.toString() === target.toString(),
    );
    return open ?? (await vscode.workspace.openTextDocument(target));
  }
  const active = vscode.window.activeTextEditor?.document;
  return active !== undefined && languages.includes(active.languageId) ? active : undefined;
}

/** The same for what can be done with searches of ClinicalTrials.gov, too. */
export async function searchDocument(uri?: string | vscode.Uri): Promise<vscode.TextDocument | undefined> {
  return strategyDocument(uri, [LANGUAGE_ID, TRIALS_LANGUAGE_ID]);
}

/** The document that `find` finds, a strategy by default; the person is told where there is none. */
export async function strategyOrHint(
  uri?: string | vscode.Uri,
  find: (uri?: string | vscode.Uri) => Promise<vscode.TextDocument | undefined> = strategyDocument,
): Promise<vscode.TextDocument | undefined> {
  const document = await find(uri);
  if (!document) void vscode.window.showInformationMessage('Open a search strategy (.pubmed) first.');
  return document;
}
