import * as vscode from 'vscode';
import type { ReportResult } from '@querent/server/protocol';
import {
  sqlCommands,
  sqlExplainMethod,
  sqlRefreshMethod,
  type SqlDatabaseStatus,
  type SqlExplainParams,
  type SqlPreviewResult,
  type SqlProposeResult,
  type SqlRefreshParams,
} from '@querent/server/sqlProtocol';
import type { ExtensionParts } from '../context.ts';
import { sendWithProgress } from '../features/progress.ts';
import { openReport } from '../features/reports.ts';
import { plainText } from '../plainText.ts';
import type { ServerStatus } from '../status/statusItems.ts';
import { chooseDatabase } from './chooseDatabase.ts';
import { registerDatabaseStatus } from './databaseStatus.ts';
import { exportRows } from './exportRows.ts';
import type { SqlOrder, SqlViewState } from './messages.ts';
import { SqlResultsView } from './resultsView.ts';
import { fileName, isEnabled, sqlDocumentOrHint, sqlPlaceOrHint, type SqlPlace } from './sqlDocument.ts';

/**
 * The commands of SQL. Most take `[uri] [position]`, by default the cursor of the active editor:
 * - `querent.sql.run`: runs the statement and shows what it gives; returns it, or undefined where it was stopped or refused;
 * - `querent.sql.write`, `querent.sql.fix`: propose statements; return the proposals;
 * - `querent.sql.exportRows [uri] [position] [format] [target]`: with a target nothing is asked, and a file that is there is replaced;
 * - `querent.sql.explain`: a report; `querent.sql.chooseDatabase [uri]`, `querent.sql.refreshSchema [uri]`.
 *
 * Returns a look at what the results view shows.
 */
export function registerSql(parts: ExtensionParts, status: ServerStatus): () => SqlViewState | undefined {
  const view = new SqlResultsView(parts);
  registerDatabaseStatus(parts, status);
  const show =
    (kind: SqlOrder['kind']) =>
    async (uri?: unknown, position?: unknown): Promise<SqlPreviewResult | SqlProposeResult | undefined> => {
      const place = await sqlPlaceOrHint(uri, position);
      if (!place) return undefined;
      const order = { kind, uri: place.document.uri.toString(), position: place.position };
      const { preview, proposed } = await view.show(order);
      return preview ?? proposed;
    };
  const commands: Readonly<Record<string, (...sent: readonly unknown[]) => unknown>> = {
    [sqlCommands.run]: show('run'),
    [sqlCommands.write]: show('write'),
    [sqlCommands.fix]: show('fix'),
    [sqlCommands.exportRows]: async (uri, position, format, target) => {
      const place = await sqlPlaceOrHint(uri, position);
      return place && exportRows(parts, place, format, target);
    },
    [sqlCommands.explain]: async (uri, position) => {
      const place = await sqlPlaceOrHint(uri, position);
      if (place) await explain(parts, place);
    },
    [sqlCommands.chooseDatabase]: async (uri) => {
      const document = await sqlDocumentOrHint(uri);
      if (document) await chooseDatabase(parts, document);
    },
    [sqlCommands.refreshSchema]: async (uri) => {
      const document = await sqlDocumentOrHint(uri);
      if (document) await refreshSchema(parts, document);
    },
    'querent.sql.stop': () => view.cancel(),
    'querent.sql.clear': () => view.clear(),
    'querent.sql.copyCells': () => view.copyCells(false),
    'querent.sql.copyWithHeader': () => view.copyCells(true),
  };
  parts.context.subscriptions.push(
    ...Object.entries(commands).map(([id, run]) => vscode.commands.registerCommand(id, run)),
    vscode.workspace.onDidChangeConfiguration((event) => {
      // Switched off, rows of a database are not kept either.
      if (event.affectsConfiguration('querent.sql.enabled') && !isEnabled()) view.clear();
    }),
  );
  return () => view.state;
}

async function explain(parts: ExtensionParts, { document, position }: SqlPlace): Promise<void> {
  const uri = document.uri.toString();
  const report = await sendWithProgress<
    SqlExplainParams & { readonly workDoneToken?: string | number },
    ReportResult | null
  >(parts, sqlExplainMethod, { uri, position }, 'Explaining');
  if (report) await openReport(report, fileName(document.uri), uri);
}

/** Reads the database again; how old what is known of it is stands in the language status. */
async function refreshSchema(parts: ExtensionParts, document: vscode.TextDocument): Promise<void> {
  const status = await sendWithProgress<
    SqlRefreshParams & { readonly workDoneToken?: string | number },
    SqlDatabaseStatus | null
  >(parts, sqlRefreshMethod, { uri: document.uri.toString() }, 'Reading the database again');
  if (!status) return;
  const text = [status.detail, status.explanation].filter(Boolean).join('. ');
  if (status.state === 'ready') vscode.window.setStatusBarMessage(`Read again: ${plainText(text)}`, 4000);
  else void vscode.window.showWarningMessage(plainText(text));
}
