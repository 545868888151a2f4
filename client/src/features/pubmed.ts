import * as vscode from 'vscode';
import { queryTextMethod, type QueryTextParams, type QueryTextResult } from '@querent/server/protocol';
import type { ExtensionParts } from '../context.ts';
import { pubmedAddress, searchAddress } from '../pubmedAddress.ts';
import { send } from './progress.ts';
import { strategyEditor } from './refactor.ts';

/** Taking a line to PubMed: in the browser, or on the clipboard. */
export function registerPubMed(parts: ExtensionParts): void {
  parts.context.subscriptions.push(
    vscode.commands.registerCommand('querent.openInPubMed', () => openInPubMed(parts)),
    vscode.commands.registerCommand('querent.copyForPubMed', () => copyForPubMed(parts)),
  );
}

async function openInPubMed(parts: ExtensionParts): Promise<void> {
  const query = await queryAtCursor(parts);
  if (!query) return;
  const address = searchAddress(query.text);
  if (address !== undefined) {
    await open(address);
    return;
  }
  await vscode.env.clipboard.writeText(query.text);
  const choose = 'Open PubMed';
  const choice = await vscode.window.showInformationMessage(
    `Line #${query.label} is too long for an address (${query.text.length.toLocaleString('en-US')} characters). It is on the clipboard: paste it into PubMed's search box.`,
    choose,
  );
  if (choice === choose) await open(pubmedAddress);
}

/** As a text: a `Uri` would take the `&` of a heading for the end of the query. */
async function open(address: string): Promise<void> {
  await vscode.commands.executeCommand('vscode.open', address);
}

async function copyForPubMed(parts: ExtensionParts): Promise<void> {
  const query = await queryAtCursor(parts);
  if (!query) return;
  await vscode.env.clipboard.writeText(query.text);
  vscode.window.setStatusBarMessage(`Line #${query.label} copied, ready for PubMed`, 4_000);
}

/** The line at the cursor as PubMed takes it; says why when it cannot be written out. */
async function queryAtCursor(parts: ExtensionParts): Promise<QueryTextResult | undefined> {
  const editor = strategyEditor();
  if (!editor) return undefined;
  const params: QueryTextParams = {
    uri: editor.document.uri.toString(),
    position: editor.selection.active,
  };
  return (await send<QueryTextParams, QueryTextResult | null>(parts, queryTextMethod, params)) ?? undefined;
}
