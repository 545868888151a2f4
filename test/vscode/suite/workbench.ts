/** What the tests do in the workbench, in one place. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { QuerentApi } from '../../../client/src/extension.ts';

/** The extension under test, active and with its server answering. */
export async function api(): Promise<QuerentApi> {
  const extension = vscode.extensions.getExtension<QuerentApi>('querent.querent');
  if (!extension) throw new Error('The extension is not there.');
  const found = await extension.activate();
  await found.ready;
  return found;
}

/** The folder of the sample workspace's copy. */
export function workspaceFolder(): string {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (!folder) throw new Error('No folder is open.');
  return folder.uri.fsPath;
}

/** Opens a file of the workspace in an editor. */
export async function open(name: string): Promise<vscode.TextEditor> {
  await api();
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(join(workspaceFolder(), name)));
  return vscode.window.showTextDocument(document);
}

let made = 0;

/** Writes a search or SQL into the workspace and opens it. Bytes are written as they are. */
export async function openNew(
  content: string | Uint8Array,
  language: 'pubmed' | 'ctgov' | 'sql' = 'pubmed',
): Promise<vscode.TextEditor> {
  made += 1;
  const name = `made-${made}.${language}`;
  writeFileSync(join(workspaceFolder(), name), content);
  return open(name);
}

/**
 * Asks until `probe` gives a value that is neither undefined nor false. Never sleeps longer than it must; fails with `what` and
 * the last answer after `limitMs`.
 */
export async function until<T>(
  what: string,
  probe: () => T | undefined | false | Thenable<T | undefined | false>,
  limitMs = 20_000,
): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const answer = await probe();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`Waited ${limitMs} ms in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The position of the first occurrence of `text`, moved by `plus` characters. */
export function at(document: vscode.TextDocument, text: string, plus = 0): vscode.Position {
  const offset = document.getText().indexOf(text);
  if (offset < 0) throw new Error(`The document does not hold "${text}".`);
  return document.positionAt(offset + plus);
}

/** The whole of a document. */
export function whole(document: vscode.TextDocument): vscode.Range {
  return new vscode.Range(new vscode.Position(0, 0), document.lineAt(document.lineCount - 1).range.end);
}

/** Diagnostics of the extension once `enough` says so. */
export async function problems(
  document: vscode.TextDocument,
  what: string,
  enough: (list: readonly vscode.Diagnostic[]) => boolean = (list) => list.length > 0,
): Promise<readonly vscode.Diagnostic[]> {
  return until(`${what} (diagnostics)`, () => {
    const list = vscode.languages.getDiagnostics(document.uri);
    return enough(list) ? list : undefined;
  });
}

/** What a hover says at a place. */
export async function hoverText(document: vscode.TextDocument, position: vscode.Position): Promise<string> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    position,
  );
  return hovers
    .flatMap((hover) => hover.contents)
    .map((content) => (typeof content === 'string' ? content : content.value))
    .join('\n');
}

/** Inlay hints as text, with their lines. */
export async function hints(document: vscode.TextDocument): Promise<{ line: number; text: string }[]> {
  const found = await vscode.commands.executeCommand<vscode.InlayHint[]>(
    'vscode.executeInlayHintProvider',
    document.uri,
    whole(document),
  );
  return found.map((hint) => ({
    line: hint.position.line,
    text: typeof hint.label === 'string' ? hint.label : hint.label.map((part) => part.value).join(''),
  }));
}

/** Code actions at a range; `resolve` asks for the edits of so many of them. */
export async function codeActions(
  document: vscode.TextDocument,
  range: vscode.Range,
  kind?: string,
  resolve = 0,
): Promise<vscode.CodeAction[]> {
  return vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    document.uri,
    range,
    kind,
    resolve,
  );
}

/** Puts the text back as it is on disk, so that tests do not depend on one another. */
export async function revert(editor: vscode.TextEditor): Promise<void> {
  await vscode.window.showTextDocument(editor.document);
  await vscode.commands.executeCommand('workbench.action.files.revert');
}

/** Invented citations as JSON lines; ids count up from `firstId`. */
export function citations(count: number, title: (index: number) => string, firstId = 91_000_000): string {
  const one = (_: unknown, i: number): string =>
    JSON.stringify({
      pmid: String(firstId + i),
      title: title(i),
      abstract: 'Invented.',
      year: 2000 + (i % 20),
    });
  return `${Array.from({ length: count }, one).join('\n')}\n`;
}

/** Writes a file into the workspace; gives its address. */
export function write(name: string, content: string | Uint8Array): vscode.Uri {
  const path = join(workspaceFolder(), name);
  writeFileSync(path, content);
  return vscode.Uri.file(path);
}

/** What the numbers at the ends of lines say, once none is on its way and `enough` agrees. */
export async function numbers(
  document: vscode.TextDocument,
  what: string,
  enough: (text: string) => boolean,
): Promise<string> {
  return until(`${what} (numbers at the ends of lines)`, async () => {
    const text = (await hints(document)).map((hint) => hint.text).join('\n');
    return !text.includes('…') && enough(text) && text;
  });
}

/** Process ids of this extension host's descendants whose command line holds `part`. Needs /proc. */
export function descendants(part: string): number[] {
  const parents = new Map<number, number>();
  const hosts: number[] = [];
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      parents.set(Number(name), Number(fields[1]));
      const zombie = fields[0] === 'Z';
      if (!zombie && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(part)) hosts.push(Number(name));
    } catch {
      // The process ended while we looked.
    }
  }
  const ours = (pid: number): boolean => {
    for (let up = pid, steps = 0; up > 1 && steps < 20; steps += 1) {
      if (up === process.pid) return true;
      up = parents.get(up) ?? 0;
    }
    return false;
  };
  return hosts.filter(ours);
}

/** Makes the language server wait; gives what lets it go on. Needs /proc. */
export function holdServer(): () => void {
  const servers = descendants('server.cjs');
  if (servers.length !== 1) throw new Error(`${servers.length} language servers run.`);
  const tell = (signal: string): void => servers.forEach((pid) => process.kill(pid, signal));
  tell('SIGSTOP');
  return () => tell('SIGCONT');
}
