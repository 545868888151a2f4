import * as vscode from 'vscode';
import type { BuildLibraryParams, BuildLibraryResult } from '@querent/server/protocol';
import { buildLibraryMethod } from '@querent/server/protocol';
import type { ExtensionParts } from '../context.ts';
import { recordsText } from '../measurementText.ts';
import { sendWithProgress } from './progress.ts';

/** `querent.buildLibrary` and `querent.chooseLibrary`. */
export function registerLibraries(parts: ExtensionParts): void {
  parts.context.subscriptions.push(
    vscode.commands.registerCommand('querent.buildLibrary', () => buildLibrary(parts)),
    vscode.commands.registerCommand('querent.chooseLibrary', chooseLibrary),
  );
}

async function buildLibrary(parts: ExtensionParts): Promise<void> {
  const inputs = await vscode.window.showOpenDialog({
    title: 'Citation files to import',
    canSelectMany: true,
    openLabel: 'Import',
    filters: { 'Citation files': ['jsonl', 'nbib', 'txt', 'gz'] },
  });
  if (!inputs || inputs.length === 0) return;
  const output = await vscode.window.showSaveDialog({
    title: 'Library to create or update',
    saveLabel: 'Build Library',
    filters: { 'Citation library': ['sqlite'] },
  });
  if (!output) return;
  const mesh = vscode.workspace.getConfiguration('querent').get<string>('mesh.path', '');
  const result = await sendWithProgress<BuildLibraryParams, BuildLibraryResult>(
    parts,
    buildLibraryMethod,
    { inputs: inputs.map((uri) => uri.fsPath), output: output.fsPath, ...(mesh ? { mesh } : {}) },
    'Building the citation library',
  );
  if (result) await reportBuild(parts, output, result);
}

async function reportBuild(
  parts: ExtensionParts,
  output: vscode.Uri,
  result: BuildLibraryResult,
): Promise<void> {
  for (const { file, line, reason } of result.rejected) parts.log.warn(`${file}:${line}: ${reason}`);
  const rejected =
    result.rejectedTotal > 0
      ? ` ${recordsText(result.rejectedTotal)} could not be read; the log lists them.`
      : '';
  const use = 'Use in This Workspace';
  const choice = await vscode.window.showInformationMessage(
    `The library holds ${recordsText(result.records)} (${result.seconds.toFixed(1)} s).${rejected}`,
    use,
    ...(result.rejectedTotal > 0 ? ['Show Log'] : []),
  );
  if (choice === use) await setLibrary(output);
  else if (choice) parts.log.show();
}

async function chooseLibrary(): Promise<void> {
  const chosen = await vscode.window.showOpenDialog({
    title: 'Citation library or citation file',
    openLabel: 'Use',
    filters: { 'Citation libraries and files': ['sqlite', 'jsonl', 'nbib', 'gz'] },
  });
  if (chosen?.[0]) await setLibrary(chosen[0]);
}

async function setLibrary(library: vscode.Uri): Promise<void> {
  const target = vscode.workspace.workspaceFolders
    ? vscode.ConfigurationTarget.Workspace
    : vscode.ConfigurationTarget.Global;
  await vscode.workspace.getConfiguration('querent').update('library.path', library.fsPath, target);
}
