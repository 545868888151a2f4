import * as vscode from 'vscode';
import {
  LANGUAGE_ID,
  refactorings,
  refactorMethod,
  TRIALS_LANGUAGE_ID,
  type RefactorParams,
  type RefactorResult,
} from '@querent/server/protocol';
import type { ExtensionParts } from '../context.ts';
import { plainText } from '../plainText.ts';
import { applyEdits } from './edits.ts';
import { send } from './progress.ts';

/** Every refactoring as a command, which says where to put the cursor when there is nothing to do; and "fix all". */
export function registerRefactor(parts: ExtensionParts): void {
  for (const id of refactorings)
    parts.context.subscriptions.push(
      vscode.commands.registerCommand(`querent.${id}`, () => refactor(parts, id)),
    );
  parts.context.subscriptions.push(vscode.commands.registerCommand('querent.fixAll', fixAll));
}

/** The active editor, when it shows a PubMed strategy; says what to do otherwise. */
export function strategyEditor(): vscode.TextEditor | undefined {
  return editorOf([LANGUAGE_ID], 'Open a search strategy (.pubmed) first.');
}

function editorOf(languages: readonly string[], otherwise: string): vscode.TextEditor | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor !== undefined && languages.includes(editor.document.languageId)) return editor;
  void vscode.window.showInformationMessage(otherwise);
  return undefined;
}

async function refactor(parts: ExtensionParts, id: string): Promise<void> {
  const editor = strategyEditor();
  if (!editor) return;
  const { document, selection } = editor;
  const { start, end } = selection;
  const params: RefactorParams = { uri: document.uri.toString(), id, range: { start, end } };
  const result = await send<RefactorParams, RefactorResult | null>(parts, refactorMethod, params);
  if (!result) return;
  const [first] = result.offers;
  if (!first) {
    void vscode.window.showInformationMessage(
      plainText(result.problem ?? 'There is nothing to change here.'),
    );
    return;
  }
  const chosen = result.offers.length === 1 ? first : await choose(result.offers);
  if (!chosen) return;
  if (document.version !== result.version) {
    void vscode.window.showWarningMessage('The strategy was edited meanwhile. Try again.');
    return;
  }
  if (!(await applyEdits(document, chosen.edits)) || !chosen.cursor) return;
  const at = new vscode.Position(chosen.cursor.line, chosen.cursor.character);
  editor.selection = new vscode.Selection(at, at);
}

async function choose(
  offers: RefactorResult['offers'],
): Promise<RefactorResult['offers'][number] | undefined> {
  const items = offers.map((offer) => ({ label: offer.title, offer }));
  const picked = await vscode.window.showQuickPick(items, { placeHolder: 'What should be changed?' });
  return picked?.offer;
}

/** Applies the preferred fix of every problem, as saving does where `editor.codeActionsOnSave` asks for it. */
async function fixAll(): Promise<void> {
  const editor = editorOf([LANGUAGE_ID, TRIALS_LANGUAGE_ID], 'Open a search (.pubmed, .ctgov) first.');
  if (!editor) return;
  const { document } = editor;
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    document.uri,
    new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length)),
    'source.fixAll.querent',
    1,
  );
  const [action] = actions;
  if (!action?.edit) {
    void vscode.window.showInformationMessage('No problem of this strategy can be fixed automatically.');
    return;
  }
  if (!(await vscode.workspace.applyEdit(action.edit)))
    void vscode.window.showErrorMessage('VS Code did not accept the edit. Is the file read-only?');
}
