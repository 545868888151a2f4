import * as vscode from 'vscode';
import type { RecordsParams, RecordsResult } from '@querent/server/protocol';
import { clientCommands, recordsMethod } from '@querent/server/protocol';
import type { ExtensionParts } from '../context.ts';
import { searchDocument, strategyOrHint } from '../features/rewrite.ts';
import { measurementText, offlineText, provenanceText } from '../measurementText.ts';
import { RecordsTree, type RecordNode } from './recordsTree.ts';

const pageSize = 100;
const beforeEdit = 'Before the last edit of the strategy. ';

/** What the results view shows: its rows, and the message above them. */
export interface RecordsView {
  readonly tree: RecordsTree;
  readonly message: () => string | undefined;
}

/** Whether the view shows a line, and whether that misses seeds: by it menus know what they can offer. */
const shownKey = 'querent.records.shown';
const missedKey = 'querent.records.missed';

/** The results view: the records that a line finds, missed seeds first. Returns what it shows, which tests look at. */
export function registerRecordsView(parts: ExtensionParts): RecordsView {
  const tree = new RecordsTree();
  const view = vscode.window.createTreeView('querent.records', {
    treeDataProvider: tree,
    showCollapseAll: false,
  });
  let stale = false;
  let newest = new vscode.CancellationTokenSource();
  let shown: { readonly uri: string; readonly label?: string } | undefined;

  const load = async (from: number): Promise<void> => {
    if (!shown) return;
    // The next page of an edited line would mix the records of two queries.
    const offset = stale ? 0 : from;
    if (offset === 0) stale = false;
    newest.cancel();
    newest.dispose();
    const request = (newest = new vscode.CancellationTokenSource());
    const params: RecordsParams = { ...shown, offset, limit: pageSize };
    try {
      const result = await vscode.window.withProgress({ location: { viewId: 'querent.records' } }, () =>
        parts.client.sendRequest<RecordsResult>(recordsMethod, params, request.token),
      );
      // Something else was asked for meanwhile.
      if (request !== newest) return;
      if (offset === 0) tree.show(result);
      else tree.append(result);
      // A view that is alone in its place shows neither title nor description: the message says everything.
      const { measurement } = result;
      view.message = [
        `${stale ? beforeEdit : ''}Line #${result.label}: ${measurementText(measurement)}. ${provenanceText(measurement)}.`,
        ...offlineText(measurement),
        ...measurement.warnings.map((warning) => `⚠ ${warning.message}`),
      ].join('\n');
    } catch (error) {
      if (request !== newest) return;
      // An error is shown in the place of the records: an empty list would read as "nothing found".
      tree.clear();
      view.message = error instanceof Error ? error.message : String(error);
    } finally {
      if (request === newest) {
        void vscode.commands.executeCommand('setContext', shownKey, tree.getChildren().length > 0);
        void vscode.commands.executeCommand('setContext', missedKey, tree.hasMissed);
      }
    }
  };
  const onShown = (command: string) => (): Thenable<unknown> | undefined =>
    shown && vscode.commands.executeCommand(command, shown.uri, shown.label);

  parts.context.subscriptions.push(
    view,
    { dispose: () => newest.dispose() },
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (stale || contentChanges.length === 0 || document.uri.toString() !== shown?.uri) return;
      stale = true;
      view.message = `${beforeEdit}${view.message ?? ''}`;
    }),
    vscode.commands.registerCommand('querent.records.refresh', async () => {
      if (!shown) return;
      await vscode.commands.executeCommand('querent.measureAgain', shown.uri);
      await load(0);
    }),
    vscode.commands.registerCommand(
      'querent.showRecords',
      async (uri?: string | vscode.Uri, label?: string) => {
        const document = await strategyOrHint(uri, searchDocument);
        if (!document) return;
        shown = { uri: document.uri.toString(), ...(typeof label === 'string' ? { label } : {}) };
        await vscode.commands.executeCommand('querent.records.focus');
        await load(0);
      },
    ),
    vscode.commands.registerCommand('querent.records.loadMore', () => load(tree.loaded)),
    vscode.commands.registerCommand('querent.records.export', onShown(clientCommands.exportRecords)),
    vscode.commands.registerCommand('querent.records.diagnose', onShown(clientCommands.diagnoseMissedSeeds)),
    vscode.commands.registerCommand('querent.records.open', (node?: RecordNode) => {
      const url = node?.url;
      return url ? vscode.env.openExternal(vscode.Uri.parse(url, true)) : undefined;
    }),
    vscode.commands.registerCommand('querent.records.copyId', (node?: RecordNode) =>
      node?.id ? vscode.env.clipboard.writeText(node.id) : undefined,
    ),
  );
  return { tree, message: () => view.message };
}
