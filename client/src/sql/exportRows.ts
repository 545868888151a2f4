import * as vscode from 'vscode';
import { sqlExportMethod, type SqlExportParams, type SqlExportResult } from '@querent/server/sqlProtocol';
import type { ExtensionParts } from '../context.ts';
import { sendWithProgress } from '../features/progress.ts';
import { plainText } from '../plainText.ts';
import { fileName, type SqlPlace } from './sqlDocument.ts';

type Format = SqlExportParams['format'];

const formats: readonly (vscode.QuickPickItem & { readonly format: Format; readonly filter: string })[] = [
  {
    format: 'csv',
    filter: 'Table (CSV)',
    label: 'CSV',
    description: 'a table for Excel, R and the like',
  },
  {
    format: 'json',
    filter: 'JSON',
    label: 'JSON',
    description: 'a list of objects, numbers and NULL told apart from text',
  },
];

/**
 * Writes all rows of a statement into a file. With a target nothing is asked, and a file that is there is replaced. Gives what was written, or undefined
 * when the person thought better of it or the server refused, which is told.
 */
export async function exportRows(
  parts: ExtensionParts,
  place: SqlPlace,
  format: unknown,
  target: unknown,
): Promise<SqlExportResult | undefined> {
  const chosen =
    formats.find((one) => one.format === format) ??
    (target instanceof vscode.Uri
      ? formats[0]
      : await vscode.window.showQuickPick(formats, { title: 'Export All Rows', placeHolder: 'As what?' }));
  if (!chosen) return undefined;
  const uri = target instanceof vscode.Uri ? target : await whereTo(place.document, chosen);
  if (!uri) return undefined;
  if (uri.scheme !== 'file') {
    void vscode.window.showErrorMessage(
      `${plainText(fileName(uri))} cannot be written: it is no file of the machine that runs the statement. Choose a folder there.`,
    );
    return undefined;
  }
  const result = await sendWithProgress<SqlExportParams, SqlExportResult | null>(
    parts,
    sqlExportMethod,
    {
      uri: place.document.uri.toString(),
      position: place.position,
      format: chosen.format,
      path: uri.fsPath,
      replace: true,
    },
    `Exporting to ${plainText(fileName(uri))}`,
  );
  if (!result) return undefined;
  void tellDone(parts, uri, result);
  return result;
}

async function whereTo(
  document: vscode.TextDocument,
  { format, filter }: { readonly format: Format; readonly filter: string },
): Promise<vscode.Uri | undefined> {
  const folder =
    document.uri.scheme === 'file'
      ? vscode.Uri.joinPath(document.uri, '..')
      : vscode.workspace.workspaceFolders?.[0]?.uri;
  const name = `${fileName(document.uri).replace(/\.\w+$/, '')}.${format}`;
  // The dialog asks before a file is replaced.
  return vscode.window.showSaveDialog({
    title: 'Where to write the rows',
    saveLabel: 'Export',
    filters: { [filter]: [format] },
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, name) }),
  });
}

async function tellDone(
  parts: ExtensionParts,
  uri: vscode.Uri,
  { rows, notes }: SqlExportResult,
): Promise<void> {
  for (const note of notes) parts.log.info(`${fileName(uri)}: ${note}`);
  const open = 'Open File';
  const written = `${rows.toLocaleString()} ${rows === 1 ? 'row' : 'rows'} written to ${fileName(uri)}.`;
  const choice = await vscode.window.showInformationMessage(plainText([written, ...notes].join(' ')), open);
  if (choice === open) await vscode.commands.executeCommand('vscode.open', uri);
}
