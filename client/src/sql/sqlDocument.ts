import * as vscode from 'vscode';
import type { WirePosition } from '@querent/server/protocol';
import { SQL_LANGUAGE_ID } from '@querent/server/sqlProtocol';
import { strategyDocument } from '../features/rewrite.ts';

/** What a command is about: a document, and a place in it. */
export interface SqlPlace {
  readonly document: vscode.TextDocument;
  readonly position: WirePosition;
}

/** Whether documents of SQL are Querent's business at all. */
export const isEnabled = (): boolean => vscode.workspace.getConfiguration('querent.sql').get('enabled', true);

/** The document meant by a command's argument, else the active editor's; the person is told where there is none, or SQL is switched off. */
export async function sqlDocumentOrHint(uri: unknown): Promise<vscode.TextDocument | undefined> {
  if (!isEnabled()) {
    const settings = 'Open Settings';
    void vscode.window
      .showInformationMessage('Help with SQL is off: the setting querent.sql.enabled says so.', settings)
      .then((choice) => {
        if (choice)
          void vscode.commands.executeCommand('workbench.action.openSettings', 'querent.sql.enabled');
      });
    return undefined;
  }
  const target = typeof uri === 'string' || uri instanceof vscode.Uri ? uri : undefined;
  const document = await strategyDocument(target, [SQL_LANGUAGE_ID]);
  if (!document) void vscode.window.showInformationMessage('Open an SQL file first.');
  return document;
}

/** The same with the place meant by the arguments, else the cursor's. */
export async function sqlPlaceOrHint(uri: unknown, position: unknown): Promise<SqlPlace | undefined> {
  const document = await sqlDocumentOrHint(uri);
  if (!document) return undefined;
  const { line, character } = (position ?? {}) as Partial<WirePosition>;
  if (typeof line === 'number' && typeof character === 'number')
    return { document, position: { line, character } };
  const editors = [vscode.window.activeTextEditor, ...vscode.window.visibleTextEditors];
  const cursor = editors.find((editor) => editor?.document === document)?.selection.active;
  return { document, position: { line: cursor?.line ?? 0, character: cursor?.character ?? 0 } };
}

export function fileName(uri: vscode.Uri): string {
  return uri.path.replace(/^.*\//, '');
}
