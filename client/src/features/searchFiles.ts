import * as vscode from 'vscode';
import type {
  ExportSearchFileParams,
  ExportSearchFileResult,
  ImportSearchFileParams,
  ImportSearchFileResult,
} from '@querent/server/protocol';
import { exportSearchFileMethod, importSearchFileMethod, LANGUAGE_ID } from '@querent/server/protocol';
import type { ExtensionParts } from '../context.ts';
import { plainText } from '../plainText.ts';
import { send } from './progress.ts';
import { strategyDocument } from './rewrite.ts';

const filters = { 'Search files (JSON)': ['json'] };

/**
 * `querent.exportSearchFile [uri] [target]` writes a strategy as a JSON search file; `querent.importSearchFile [uri]` opens one as a
 * new strategy. With arguments (addresses of files) nothing is asked.
 */
export function registerSearchFiles(parts: ExtensionParts): void {
  parts.context.subscriptions.push(
    vscode.commands.registerCommand(
      'querent.exportSearchFile',
      async (uri?: string | vscode.Uri, target?: unknown) => {
        const document = await strategyDocument(uri);
        if (!document) {
          void vscode.window.showInformationMessage(
            'Open a search strategy (.pubmed) first, then export it.',
          );
          return undefined;
        }
        return exportStrategy(parts, document, target instanceof vscode.Uri ? target : undefined);
      },
    ),
    vscode.commands.registerCommand('querent.importSearchFile', (source?: unknown) =>
      importStrategy(parts, source instanceof vscode.Uri ? source : undefined),
    ),
  );
}

/** Gives the address of the file, or undefined when there is none. */
async function exportStrategy(
  parts: ExtensionParts,
  document: vscode.TextDocument,
  given: vscode.Uri | undefined,
): Promise<vscode.Uri | undefined> {
  const result = await send<ExportSearchFileParams, ExportSearchFileResult>(parts, exportSearchFileMethod, {
    uri: document.uri.toString(),
  });
  if (!result) return undefined;
  const target = given ?? (await askForTarget(document));
  if (!target) return undefined;
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(result.text));
  return target;
}

async function askForTarget(document: vscode.TextDocument): Promise<vscode.Uri | undefined> {
  const name = document.uri.path.replace(/^.*\//, '').replace(/\.pubmed$/, '');
  const folder =
    document.uri.scheme === 'file'
      ? vscode.Uri.joinPath(document.uri, '..')
      : vscode.workspace.workspaceFolders?.[0]?.uri;
  return vscode.window.showSaveDialog({
    title: 'Search file to write',
    saveLabel: 'Export',
    filters,
    ...(folder === undefined
      ? {}
      : { defaultUri: vscode.Uri.joinPath(folder, `${name}_search_history.json`) }),
  });
}

/** Shows the strategy as a new document, which the person saves where it belongs. */
async function importStrategy(
  parts: ExtensionParts,
  given: vscode.Uri | undefined,
): Promise<vscode.TextDocument | undefined> {
  const source =
    given ??
    (
      await vscode.window.showOpenDialog({ title: 'Search file to import', openLabel: 'Import', filters })
    )?.[0];
  if (!source) return undefined;
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(
    await vscode.workspace.fs.readFile(source),
  );
  const result = await send<ImportSearchFileParams, ImportSearchFileResult>(parts, importSearchFileMethod, {
    text,
  });
  if (!result) return undefined;
  const document = await vscode.workspace.openTextDocument({ language: LANGUAGE_ID, content: result.text });
  await vscode.window.showTextDocument(document);
  for (const note of result.notes) parts.log.info(`${source.fsPath}: ${note}`);
  const [first] = result.notes;
  if (first !== undefined) void vscode.window.showWarningMessage(plainText(first));
  return document;
}
