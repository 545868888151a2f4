import * as vscode from 'vscode';
import {
  exportRecordsMethod,
  type ExportFormat,
  type ExportRecordsParams,
  type ExportRecordsResult,
} from '@querent/server/liveProtocol';
import { clientCommands } from '@querent/server/protocol';
import type { ExtensionParts } from '../context.ts';
import { recordsText } from '../measurementText.ts';
import { plainText } from '../plainText.ts';
import { sendWithProgress } from './progress.ts';
import { searchDocument } from './rewrite.ts';

/** The formats, in words for the people who choose one. */
const formats: readonly (vscode.QuickPickItem & {
  readonly format: ExportFormat;
  readonly filter: string;
})[] = [
  {
    format: 'nbib',
    filter: 'MEDLINE, as PubMed saves it',
    label: 'nbib',
    description: 'MEDLINE, as PubMed saves it',
    detail: 'With MeSH headings and all ids. For EndNote, Zotero, Covidence, Rayyan and PubMed’s own tools.',
  },
  {
    format: 'ris',
    filter: 'RIS',
    label: 'RIS',
    description: 'read by every reference manager',
    detail: 'MeSH headings become keywords.',
  },
  {
    format: 'csv',
    filter: 'Table (CSV)',
    label: 'CSV',
    description: 'a table for Excel, R and the like',
    detail: 'A record a row, with abstract, MeSH headings and keywords.',
  },
];

/**
 * `querent.exportRecords [uri] [label] [target] [format]`: writes all records that a line finds, by default of the whole strategy. With a target
 * nothing is asked, and a file that is there is replaced. Gives what was written, or undefined.
 */
export function registerExportRecords(parts: ExtensionParts): void {
  parts.context.subscriptions.push(
    vscode.commands.registerCommand(
      clientCommands.exportRecords,
      async (uri?: string | vscode.Uri, label?: unknown, target?: unknown, format?: unknown) => {
        const document = await searchDocument(uri);
        if (!document) {
          void vscode.window.showInformationMessage('Open a search first, then export what it finds.');
          return undefined;
        }
        const line = typeof label === 'string' ? label : undefined;
        const chosen = await whereTo(document, line, target, format);
        return chosen && exportTo(parts, document, line, chosen);
      },
    ),
  );
}

interface Target {
  readonly uri: vscode.Uri;
  readonly format: ExportFormat;
}

async function whereTo(
  document: vscode.TextDocument,
  line: string | undefined,
  target: unknown,
  format: unknown,
): Promise<Target | undefined> {
  const given = formats.find((one) => one.format === format);
  if (target instanceof vscode.Uri) return { uri: target, format: given?.format ?? 'nbib' };
  const { format: kind, filter } =
    given ??
    (await vscode.window.showQuickPick(formats, {
      title: `Export All Records of ${line === undefined ? 'the Strategy' : `Line #${line}`}`,
      placeHolder: 'As what?',
      matchOnDescription: true,
    })) ??
    {};
  if (kind === undefined || filter === undefined) return undefined;
  const folder = document.uri.scheme === 'file' ? vscode.Uri.joinPath(document.uri, '..') : undefined;
  const name = `${nameOf(document.uri).replace(/\.\w+$/, '')}${line === undefined ? '' : `-line-${line.replace(/\W/g, '')}`}.${kind}`;
  // The dialog asks before a file is replaced.
  const uri = await vscode.window.showSaveDialog({
    title: 'Where to write the records',
    saveLabel: 'Export',
    filters: { [filter]: [kind] },
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, name) }),
  });
  return uri && { uri, format: kind };
}

async function exportTo(
  parts: ExtensionParts,
  document: vscode.TextDocument,
  line: string | undefined,
  { uri, format }: Target,
): Promise<ExportRecordsResult | undefined> {
  if (uri.scheme !== 'file') {
    void vscode.window.showErrorMessage(
      `${plainText(nameOf(uri))} cannot be written: it is no file of the machine that searches. Choose a folder there.`,
    );
    return undefined;
  }
  const result = await sendWithProgress<ExportRecordsParams, ExportRecordsResult | null>(
    parts,
    exportRecordsMethod,
    {
      uri: document.uri.toString(),
      format,
      path: uri.fsPath,
      replace: true,
      ...(line === undefined ? {} : { label: line }),
    },
    `Exporting to ${plainText(nameOf(uri))}`,
  );
  if (!result) return undefined;
  void tellDone(parts, uri, result);
  return result;
}

async function tellDone(
  parts: ExtensionParts,
  uri: vscode.Uri,
  { records, provenance, notes }: ExportRecordsResult,
): Promise<void> {
  for (const note of notes) parts.log.info(`${nameOf(uri)}: ${note}`);
  const open = 'Open File';
  const choice = await vscode.window.showInformationMessage(
    plainText(
      [`${recordsText(records)} of ${provenance.label} written to ${nameOf(uri)}.`, ...notes].join(' '),
    ),
    open,
  );
  if (choice === open) await vscode.commands.executeCommand('vscode.open', uri);
}

function nameOf(uri: vscode.Uri): string {
  return uri.path.replace(/^.*\//, '');
}
