import * as vscode from 'vscode';
import type { WireTextEdit } from '@querent/server/protocol';
import { offsetEdits, type OffsetEdit } from './textEdits.ts';

/** Applies edits of the server to a document as one undoable step, and shows the place. */
export async function applyEdits(
  document: vscode.TextDocument,
  edits: readonly WireTextEdit[],
): Promise<boolean> {
  return applyOffsetEdits(document, offsetEdits(document.getText(), edits));
}

/** Like {@link applyEdits}, with edits in offsets, in the order of the text. */
export async function applyOffsetEdits(
  document: vscode.TextDocument,
  edits: readonly OffsetEdit[],
): Promise<boolean> {
  const change = new vscode.WorkspaceEdit();
  for (const { start, end, newText } of edits) {
    const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
    change.replace(document.uri, range, newText);
  }
  const applied = await vscode.workspace.applyEdit(change);
  if (!applied) {
    void vscode.window.showErrorMessage('VS Code did not accept the edit. Is the file read-only?');
    return false;
  }
  const [first] = edits;
  if (first) {
    const editor = await showDocument(document);
    // The cursor stands on what is new, whatever stood there before.
    const start = document.positionAt(first.start);
    const at = document.positionAt(first.start + first.newText.trimEnd().length);
    editor.selection = new vscode.Selection(at, at);
    editor.revealRange(new vscode.Range(start, at), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }
  return true;
}

/** The group of editors in which a document is open; undefined when it is in none. */
export function columnOf(uri: vscode.Uri): vscode.ViewColumn | undefined {
  const isShown = ({ input }: vscode.Tab): boolean =>
    input instanceof vscode.TabInputText && input.uri.toString() === uri.toString();
  const groups = vscode.window.tabGroups.all.filter(({ tabs }) => tabs.some(isShown));
  return (groups.find(({ isActive }) => isActive) ?? groups[0])?.viewColumn;
}

/** Shows a document where it is open already, rather than once more in the group that has the focus. */
export async function showDocument(document: vscode.TextDocument): Promise<vscode.TextEditor> {
  const viewColumn = columnOf(document.uri);
  return vscode.window.showTextDocument(document, {
    preserveFocus: false,
    ...(viewColumn === undefined ? {} : { viewColumn }),
  });
}
