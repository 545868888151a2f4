import * as vscode from 'vscode';
import {
  sqlDatabasesMethod,
  type SqlDatabasesParams,
  type SqlDatabasesResult,
} from '@querent/server/sqlProtocol';
import type { ExtensionParts } from '../context.ts';
import { applyEdits } from '../features/edits.ts';
import { reportRefusal, requestWithProgress } from '../features/progress.ts';
import { plainText } from '../plainText.ts';
import { bytesText } from './statusText.ts';

type Database = SqlDatabasesResult['databases'][number];
interface DatabasePick extends vscode.QuickPickItem {
  readonly database?: Database;
  readonly isBrowse?: boolean;
}

/** Lets the person choose the database that a document asks; it is written into the document as a comment, which undo takes back. */
export async function chooseDatabase(parts: ExtensionParts, document: vscode.TextDocument): Promise<void> {
  const found = await databasesOf(parts, document);
  if (!found) return;
  const items: DatabasePick[] = found.map((database) => ({
    label: plainText(database.name),
    description: [bytesText(database.bytes), database.isCurrent && 'in use'].filter(Boolean).join(' · '),
    detail: plainText(database.path),
    iconPath: new vscode.ThemeIcon(database.isCurrent ? 'check' : 'database'),
    database,
  }));
  const browse: DatabasePick = {
    label: 'Browse…',
    description: 'a SQLite file, or a file of CREATE statements',
    iconPath: new vscode.ThemeIcon('folder-opened'),
    isBrowse: true,
  };
  const choice = await vscode.window.showQuickPick([...items, browse], {
    title: `Database of ${plainText(document.uri.path.replace(/^.*\//, ''))}`,
    placeHolder: 'It is only ever read. The choice is written into the file as a comment.',
    matchOnDetail: true,
  });
  if (!choice) return;
  const database = choice.isBrowse ? await browsed(parts, document) : choice.database;
  if (!database || database.isCurrent) return;
  if (database.edit.version !== document.version) {
    void vscode.window.showWarningMessage(
      'The document was edited meanwhile, so the database was not written into it. Choose again.',
    );
    return;
  }
  await applyEdits(document, database.edit.edits);
}

async function databasesOf(
  parts: ExtensionParts,
  document: vscode.TextDocument,
  chosen?: string,
): Promise<readonly Database[] | undefined> {
  const params: SqlDatabasesParams = {
    uri: document.uri.toString(),
    ...(chosen === undefined ? {} : { chosen }),
  };
  const answer = await requestWithProgress<
    SqlDatabasesParams & { readonly workDoneToken?: string | number },
    SqlDatabasesResult | null
  >(parts, sqlDatabasesMethod, params, 'Looking for databases');
  if (answer.kind === 'refused') reportRefusal(parts, answer.error);
  return answer.kind === 'done' ? (answer.result?.databases ?? []) : undefined;
}

async function browsed(parts: ExtensionParts, document: vscode.TextDocument): Promise<Database | undefined> {
  const folder = document.uri.scheme === 'file' ? vscode.Uri.joinPath(document.uri, '..') : undefined;
  const [file] =
    (await vscode.window.showOpenDialog({
      title: 'Database',
      openLabel: 'Use',
      filters: { Databases: ['sqlite', 'sqlite3', 'db', 'sql'], 'All files': ['*'] },
      ...(folder === undefined ? {} : { defaultUri: folder }),
    })) ?? [];
  if (!file) return undefined;
  return (await databasesOf(parts, document, file.fsPath))?.find(({ path }) => path === file.fsPath);
}
