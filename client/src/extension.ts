import * as vscode from 'vscode';
import type { StatusParams } from '@querent/server/protocol';
import type { ExtensionParts } from './context.ts';
import {
  registerCheckpoints,
  watchCheckpoints,
  type CheckpointsFeature,
} from './checkpoints/registerCheckpoints.ts';
import { registerChooseModel } from './features/chooseModel.ts';
import { registerConvertOvid } from './features/convertOvid.ts';
import { registerExportRecords } from './features/exportRecords.ts';
import { registerFindByQuestion } from './features/findByQuestion.ts';
import { registerLanguageModelTools } from './features/languageModelTools.ts';
import { registerLibraries } from './features/libraries.ts';
import { registerMcpServer } from './features/mcpServer.ts';
import { registerMeasureStrategy } from './features/measureStrategy.ts';
import { registerModelKey } from './features/modelKey.ts';
import { registerNcbiKey } from './features/ncbiKey.ts';
import { registerOpenSample } from './features/openSample.ts';
import { registerProposalDocuments } from './features/proposalDiff.ts';
import { registerPubMed } from './features/pubmed.ts';
import { registerRefactor } from './features/refactor.ts';
import { registerReports } from './features/reports.ts';
import { registerRewrite } from './features/rewrite.ts';
import { registerSearchFiles } from './features/searchFiles.ts';
import type { PanelState } from './proposals/messages.ts';
import type { SqlViewState } from './sql/messages.ts';
import { registerSql } from './sql/registerSql.ts';
import { createLanguageClient, restartServer } from './languageClient.ts';
import type { RunView } from './training/messages.ts';
import { registerTraining } from './training/panel.ts';
import { registerStatusItems } from './status/statusItems.ts';
import { registerRecordsView } from './views/recordsView.ts';
import type { RecordsTree } from './views/recordsTree.ts';

/** What tests and other extensions may use. */
export interface QuerentApi {
  /** Settles when the language server answers; rejects with the reason when it cannot start. */
  readonly ready: Promise<void>;
  readonly records: RecordsTree;
  /** What stands above the records: numbers and where they come from, or the error. */
  readonly recordsMessage: () => string | undefined;
  /** The state that the language status items show; undefined before the server has told any. */
  readonly status: () => StatusParams | undefined;
  /** What the proposals panel shows; undefined when it is closed. */
  readonly proposals: () => PanelState | undefined;
  /** What the view of SQL results shows; undefined before the first run. */
  readonly sql: () => SqlViewState | undefined;
  /** The checkpoints view. */
  readonly checkpoints: CheckpointsFeature;
  /** The training runs that are shown. */
  readonly training: () => readonly RunView[];
}

let stop: (() => Promise<void>) | undefined;

/** Entry point. Commands exist at once; they wait for the server where they need it. */
export function activate(context: vscode.ExtensionContext): QuerentApi {
  const log = vscode.window.createOutputChannel('Querent', { log: true });
  const client = createLanguageClient(context, log);
  const parts: ExtensionParts = { context, client, log };
  const status = registerStatusItems(parts);
  const proposals = registerRewrite(parts);
  registerRefactor(parts);
  registerPubMed(parts);
  registerConvertOvid(parts);
  registerLibraries(parts);
  registerFindByQuestion(parts);
  const sql = registerSql(parts, status);
  const checkpoints = registerCheckpoints(parts);
  registerChooseModel(parts, checkpoints.list);
  const training = registerTraining(parts);
  registerModelKey(parts);
  registerNcbiKey(parts);
  registerMeasureStrategy(parts);
  registerExportRecords(parts);
  registerLanguageModelTools(parts);
  registerMcpServer(parts);
  registerOpenSample(context);
  registerSearchFiles(parts);
  registerProposalDocuments(context);
  registerReports(parts);
  const records = registerRecordsView(parts);
  context.subscriptions.push(
    log,
    vscode.commands.registerCommand('querent.restartServer', () => restartServer(parts)),
    vscode.commands.registerCommand('querent.showLog', () => log.show()),
    // Trust widens what the server may do (start a model, ask live databases); it reads that once, at its start.
    vscode.workspace.onDidGrantWorkspaceTrust(() => void restartServer(parts)),
  );
  const ready = client.start();
  ready.then(
    () =>
      watchCheckpoints(parts, checkpoints).catch((error: unknown) =>
        log.warn(`Checkpoints are not watched: ${String(error)}`),
      ),
    (error: unknown) => log.error(`The language server did not start: ${String(error)}`),
  );
  stop = () => client.stop();
  return {
    ready,
    records: records.tree,
    recordsMessage: records.message,
    status: status.latest,
    proposals,
    sql,
    checkpoints,
    training,
  };
}

/** Stops the server with the window. */
export async function deactivate(): Promise<void> {
  await stop?.();
}
