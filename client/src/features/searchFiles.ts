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
  try {
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(result.text));
  } catch (error) {
    tellFileError(
      parts,
      `The search file ${nameOf(target)} was not written`,
      error,
      'Choose another folder.',
    );
    return undefined;
  }
  vscode.window.setStatusBarMessage(`Search file ${nameOf(target)} written`, 4_000);
  return target;
}

/** Tells of a file that cannot be read or written: which, why, and what to do. */
function tellFileError(parts: ExtensionParts, what: string, error: unknown, wayOut: string): void {
  const reason = error instanceof Error ? error.message : String(error);
  parts.log.error(`${what}: ${reason}`);
  void vscode.window.showErrorMessage(plainText(`${what}: ${reason.replace(/\.$/, '')}. ${wayOut}`));
}

function nameOf(uri: vscode.Uri): string {
  return uri.path.replace(/^.*\//, '');
}

async function askForTarget(document: vscode.TextDocument): Promise<vscode.Uri | undefined> {
  const name = nameOf(document.uri).replace(/\.pubmed$/, '');
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
  const text = await readText(parts, source);
  if (text === undefined) return undefined;
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

async function readText(parts: ExtensionParts, source: vscode.Uri): Promise<string | undefined> {
  try {
    const bytes = await vscode.workspace.fs.readFile(source);
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  } catch (error) {
    tellFileError(parts, `The search file ${nameOf(source)} was not read`, error, 'Choose another file.');
    return undefined;
  }
}
