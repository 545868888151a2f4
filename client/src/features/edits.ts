import * as vscode from 'vscode';
import type { WireTextEdit } from '@querent/server/protocol';

/** Applies edits of the server to a document as one undoable step, and shows the place. */
export async function applyEdits(
  document: vscode.TextDocument,
  edits: readonly WireTextEdit[],
): Promise<boolean> {
  const change = new vscode.WorkspaceEdit();
  for (const edit of edits) change.replace(document.uri, toRange(edit), edit.newText);
  const applied = await vscode.workspace.applyEdit(change);
  if (!applied) {
    void vscode.window.showErrorMessage('VS Code did not accept the edit. Is the file read-only?');
    return false;
  }
  const first = edits[0];
  if (first) {
    const editor = await vscode.window.showTextDocument(document, { preserveFocus: false });
    // The cursor stands on what is new, whatever stood there before.
    const { start } = toRange(first);
    const at = document.positionAt(document.offsetAt(start) + first.newText.trimEnd().length);
    editor.selection = new vscode.Selection(at, at);
    editor.revealRange(new vscode.Range(start, at), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }
  return true;
}

/** The text of `document` after `edits`, for previews. */
export function textAfter(document: vscode.TextDocument, edits: readonly WireTextEdit[]): string {
  const text = document.getText();
  const spans = edits
    .map((edit) => ({
      start: document.offsetAt(toRange(edit).start),
      end: document.offsetAt(toRange(edit).end),
      newText: edit.newText,
    }))
    .sort((a, b) => b.start - a.start);
  return spans.reduce(
    (result, span) => result.slice(0, span.start) + span.newText + result.slice(span.end),
    text,
  );
}

function toRange(edit: WireTextEdit): vscode.Range {
  const { start, end } = edit.range;
  return new vscode.Range(start.line, start.character, end.line, end.character);
}
