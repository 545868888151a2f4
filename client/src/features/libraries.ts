import * as vscode from 'vscode';
import type { BuildLibraryParams, BuildLibraryResult } from '@querent/server/protocol';
import { buildLibraryMethod } from '@querent/server/protocol';
import type { ExtensionParts } from '../context.ts';
import { recordsText } from '../measurementText.ts';
import { sendWithProgress } from './progress.ts';

/**
 * `querent.buildLibrary [inputs] [output]` and `querent.chooseLibrary`. With arguments (addresses of files) nothing is asked; the
 * command gives what the server says about the library, undefined when none was built.
 */
export function registerLibraries(parts: ExtensionParts): void {
  parts.context.subscriptions.push(
    vscode.commands.registerCommand('querent.buildLibrary', (inputs?: unknown, output?: unknown) =>
      buildLibrary(
        parts,
        isFiles(inputs) ? inputs : undefined,
        output instanceof vscode.Uri ? output : undefined,
      ),
    ),
    vscode.commands.registerCommand('querent.chooseLibrary', chooseLibrary),
  );
}

const isFiles = (value: unknown): value is readonly vscode.Uri[] =>
  Array.isArray(value) && value.every((each) => each instanceof vscode.Uri);

async function buildLibrary(
  parts: ExtensionParts,
  givenInputs: readonly vscode.Uri[] | undefined,
  givenOutput: vscode.Uri | undefined,
): Promise<BuildLibraryResult | undefined> {
  const inputs = givenInputs ?? (await askForInputs());
  if (!inputs || inputs.length === 0) return undefined;
  const output = givenOutput ?? (await askForOutput());
  if (!output) return undefined;
  const result = await sendWithProgress<BuildLibraryParams, BuildLibraryResult>(
    parts,
    buildLibraryMethod,
    { inputs: inputs.map((uri) => uri.fsPath), output: output.fsPath },
    'Building the citation library',
  );
  // The message stays until it is answered; whoever gave the command has the result already.
  if (result) void reportBuild(parts, output, result);
  return result;
}

async function askForInputs(): Promise<readonly vscode.Uri[] | undefined> {
  return vscode.window.showOpenDialog({
    title: 'Citation files to import',
    canSelectMany: true,
    openLabel: 'Import',
    filters: { 'Citation files': ['nbib', 'xml', 'ris', 'csv', 'tsv', 'jsonl', 'json', 'txt', 'gz'] },
  });
}

async function askForOutput(): Promise<vscode.Uri | undefined> {
  return vscode.window.showSaveDialog({
    title: 'Library to create or update',
    saveLabel: 'Build Library',
    filters: { 'Citation library': ['sqlite'] },
  });
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
    filters: {
      'Citation libraries and files': ['sqlite', 'nbib', 'xml', 'ris', 'csv', 'tsv', 'jsonl', 'json', 'gz'],
    },
  });
  if (chosen?.[0]) await setLibrary(chosen[0]);
}

async function setLibrary(library: vscode.Uri): Promise<void> {
  const target = vscode.workspace.workspaceFolders
    ? vscode.ConfigurationTarget.Workspace
    : vscode.ConfigurationTarget.Global;
  await vscode.workspace.getConfiguration('querent').update('library.path', library.fsPath, target);
}
