/** What the tests do in the view of SQL results. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import * as vscode from 'vscode';
import type { SqlViewState } from '../../../client/src/sql/messages.ts';
import { pageWith } from './panel.ts';
import { api, openNew, until, workspaceFolder } from './workbench.ts';

/** The page of the view, once it is there. */
export const sqlPage = (): Promise<Frame> => pageWith('main.sql-results');

/** Opens statements over the sample database, the cursor at the mark `¦`. */
export async function openSql(text: string, database = 'screening.sqlite'): Promise<vscode.TextEditor> {
  const whole = `-- database: ${database}\n${text}`;
  const editor = await openNew(whole.replace('¦', ''), 'sql');
  const at = editor.document.positionAt(Math.max(0, whole.indexOf('¦')));
  editor.selection = new vscode.Selection(at, at);
  return editor;
}

/** Runs the statement at the cursor; gives what the view shows when it is done. */
export async function runSql(): Promise<SqlViewState> {
  await vscode.commands.executeCommand('querent.sql.run');
  const state = (await api()).sql();
  if (!state) throw new Error('The view shows nothing.');
  return state;
}

/** Waits for the page to say something; gives all that it says. */
export async function sqlSays(what: RegExp): Promise<string> {
  let last = '';
  const said = async (): Promise<string | false> => {
    last = await (
      await sqlPage()
    )
      .locator('main')
      .innerText({ timeout: 3000 })
      .catch(() => '');
    return what.test(last) && last;
  };
  return until(`the results to say ${what}`, said).catch((error: Error) => {
    throw new Error(`${error.message} They say: ${last.slice(0, 1500)}`);
  });
}

export async function pressIn(name: string | RegExp): Promise<void> {
  const page = await sqlPage();
  await page.getByRole('button', { name, exact: true }).first().click({ timeout: 10_000 });
}

/** Of a file of the workspace, to see that nothing was written to it. */
export function hashOf(name: string): string {
  return createHash('sha256')
    .update(readFileSync(join(workspaceFolder(), name)))
    .digest('hex');
}
