import * as vscode from 'vscode';
import { SQL_LANGUAGE_ID, sqlCommands, type SqlDatabaseStatus } from '@querent/server/sqlProtocol';
import type { ExtensionParts } from '../context.ts';
import { plainText } from '../plainText.ts';
import { rowDetail, type ServerStatus } from '../status/statusItems.ts';
import { isEnabled } from './sqlDocument.ts';
import { databaseStatusText } from './statusText.ts';

/** How often an age that is shown is counted anew, in milliseconds. */
const tickMs = 20_000;

/** The language status of SQL: which database the document asks, how old what is known of it is, and what is wrong with it. */
export function registerDatabaseStatus(parts: ExtensionParts, status: ServerStatus): void {
  let states: readonly SqlDatabaseStatus[] = [];
  let item: vscode.LanguageStatusItem | undefined;

  const show = (): void => {
    const uri = vscode.window.activeTextEditor?.document.uri.toString();
    const state = states.find((one) => one.uri === uri);
    if (!isEnabled() || !state) {
      item?.dispose();
      item = undefined;
      return;
    }
    if (!item) {
      item = vscode.languages.createLanguageStatusItem('querent.sqlDatabase', { language: SQL_LANGUAGE_ID });
      item.name = 'Querent: SQL Database';
      item.command = { command: sqlCommands.chooseDatabase, title: 'Choose Database' };
    }
    item.text = plainText(databaseStatusText(state, Date.now()));
    const explanation = state.explanation === undefined ? undefined : plainText(state.explanation);
    // The path of a database that is open says little that its name does not, and takes the room of the command behind it.
    const isPath = state.explanation === state.database?.path;
    item.detail = explanation === undefined || isPath ? undefined : rowDetail(item.text, explanation);
    item.accessibilityInformation = { label: [item.text, explanation].filter(Boolean).join('. ') };
    item.busy = state.state === 'loading';
    item.severity =
      state.state === 'error'
        ? vscode.LanguageStatusSeverity.Error
        : vscode.LanguageStatusSeverity.Information;
  };

  const timer = setInterval(show, tickMs);
  parts.context.subscriptions.push(
    { dispose: () => item?.dispose() },
    { dispose: () => clearInterval(timer) },
    vscode.window.onDidChangeActiveTextEditor(show),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('querent.sql.enabled')) show();
    }),
    status.onDidChange(({ databases }) => {
      states = databases;
      show();
    }),
  );
}
