import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { SqlExportResult, SqlPreviewResult } from '../../../server/src/sqlProtocol.ts';
import { window } from './panel.ts';
import { hashOf, openSql, pressIn, runSql, sqlPage, sqlSays } from './sqlPage.ts';
import { api, revert, until, workspaceFolder } from './workbench.ts';

const database = 'screening.sqlite';
const endless = 'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t¦;\n';

describe('SQL results', () => {
  let editor: vscode.TextEditor | undefined;
  let hash = '';
  before(() => {
    hash = hashOf(database);
  });
  afterEach(async () => {
    if (editor) await revert(editor);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  after(() => assert.equal(hashOf(database), hash, 'the database was written to'));

  it('Ctrl+Enter runs the statement at the cursor; the cursor stays where it is', async () => {
    editor = await openSql('SELECT 1 AS first;\nSELECT title, year FROM¦ record ORDER BY title LIMIT 3;\n');
    const keys = (await window()).keyboard;
    await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
    await keys.press('Control+Enter');
    await sqlSays(/3 rows/);
    const page = await sqlPage();
    await until('three rows', async () => (await page.locator('.rows tbody tr').count()) === 3);
    assert.deepEqual(await page.locator('.rows thead th').allInnerTexts(), ['Row', 'title', 'year']);
    assert.equal(vscode.window.activeTextEditor?.document, editor.document);
    // The line is that of the statement, and pressing it goes there.
    await pressIn(/made-\d+\.sql:3/);
    await until('the cursor in the statement', () => editor?.selection.active.line === 2);
    // What is typed next goes into the document: the view took no focus.
    assert.equal(editor.document.getText().includes('\n\n'), false);
  });

  it('is run by the lens above a statement', async () => {
    editor = await openSql('\nSELECT 1 AS one;\n\nSELECT 2 AS two¦;\n');
    const { document } = editor;
    const run = await until('the lenses', async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        document.uri,
      );
      return lenses.find(
        ({ command, range }) => range.start.line === 4 && command?.command === 'querent.sql.run',
      );
    });
    await vscode.commands.executeCommand('querent.sql.run', ...((run.command?.arguments ?? []) as unknown[]));
    const { sql } = await api();
    assert.match(sql()?.preview?.sql ?? '', /SELECT 2 AS two/);
  });

  it('shows values as what they are: NULL, text that says NULL, bytes, whole numbers beyond 2^53, markup', async () => {
    editor = await openSql(
      `SELECT NULL, 'NULL', '', x'00ff', 9223372036854775807, '<img src=x onerror=alert(1)>', 'two' || char(10) || 'lines'¦;\n`,
    );
    await runSql();
    const page = await sqlPage();
    const cells = page.locator('.rows tbody tr:first-child td');
    await until('the cells', async () => (await cells.count()) === 7);
    assert.deepEqual(await cells.allInnerTexts(), [
      ...['NULL', 'NULL', '', "x'00FF'", '9223372036854775807', '<img src=x onerror=alert(1)>', 'two⏎lines'],
    ]);
    const kinds = await cells.evaluateAll((all) =>
      all.map((cell) => (cell as { className: string }).className),
    );
    assert.deepEqual(kinds, ['null', 'text', 'text', 'blob', 'number', 'text', 'text']);
    assert.equal(await page.locator('main img').count(), 0);
  });

  it('cells are walked, chosen and copied with the keys', async () => {
    editor = await openSql(`SELECT * FROM (VALUES (1, 'a'), (2, NULL), (3, 'c'))¦;\n`);
    await runSql();
    const page = await sqlPage();
    const keys = (await window()).keyboard;
    await page.locator('.rows tbody tr:first-child td').first().click();
    await keys.press('Shift+ArrowRight');
    await keys.press('Shift+ArrowDown');
    assert.equal(await page.locator('td[aria-selected=true]').count(), 4);
    await keys.press('Control+c');
    await until('the cells in the clipboard', async () => {
      return (await vscode.env.clipboard.readText()) === '1\ta\n2\t';
    });
    await vscode.commands.executeCommand('querent.sql.copyWithHeader');
    await until('the cells with headers', async () => {
      return (await vscode.env.clipboard.readText()) === 'column1\tcolumn2\n1\ta\n2\t';
    });
    await keys.press('Control+End');
    assert.equal(await page.evaluate('document.activeElement?.textContent'), 'c');
    await keys.press('Enter');
    assert.equal(await page.locator('pre.value').innerText(), 'c');
  });

  it('a failed statement is never shown as rows; its place is gone to', async () => {
    editor = await openSql('SELECT title, yaer FROM record¦;\n');
    const state = await runSql();
    assert.equal(state.preview?.result.kind, 'failure');
    const text = await sqlSays(/yaer/);
    assert.doesNotMatch(text, /\brows?\b/);
    const chosen = (): boolean => editor?.document.getText(editor.selection) === 'yaer';
    await pressIn('Go to the Place');
    await until('the wrong name to be chosen', chosen);
    // Text before it in its own line moves it.
    await editor.edit((edit) => edit.insert(new vscode.Position(1, 0), 'SELECT 1; '));
    await pressIn('Go to the Place');
    await until('the same name to be chosen', chosen);
  });

  it('no rows are told as no rows, with the columns', async () => {
    editor = await openSql('SELECT title FROM record WHERE 0¦;\n');
    await runSql();
    await sqlSays(/0 rows[^]*gives no rows[^]*1 column: title/);
  });

  it('says when the statement was edited since, and takes it back with undo', async () => {
    editor = await openSql('SELECT 41 AS answer¦;\n');
    await runSql();
    await sqlSays(/1 row/);
    const { document } = editor;
    await editor.edit((edit) => edit.insert(new vscode.Position(1, 0), '-- a comment above\n'));
    const { sql } = await api();
    assert.deepEqual([sql()?.fit, sql()?.line], ['fits', 2]);
    await editor.edit((edit) => edit.insert(document.positionAt(document.getText().indexOf(' AS')), ' + 1'));
    await sqlSays(/edited since/);
    await vscode.commands.executeCommand('undo');
    await until('the view to know', () => sql()?.fit === 'fits');
    await vscode.commands.executeCommand('redo');
    await pressIn('Run Again');
    await until('42', async () =>
      (await (await sqlPage()).locator('.rows td').allInnerTexts()).includes('42'),
    );
  });

  it('finds the statement again in a document that was closed', async () => {
    editor = await openSql('SELECT 1 AS other;\nSELECT 8 AS eight¦;\n');
    await runSql();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await pressIn('Run Again');
    const { sql } = await api();
    await until('the second run', () => sql()?.phase === 'done' && sql()?.order.position.line === 2);
    await pressIn(/made-\d+\.sql:3/);
    await until('the document', () => vscode.window.activeTextEditor?.selection.active.line === 2);
    editor = vscode.window.activeTextEditor;
  });

  it('a statement that never ends can be stopped in the view, and the next one runs', async () => {
    editor = await openSql(`${endless}SELECT 7 AS seven;\n`);
    const running = runSql();
    await pressIn('Cancel');
    assert.equal((await running).phase, 'stopped');
    await sqlSays(/Stopped\./);
    editor.selection = new vscode.Selection(2, 3, 2, 3);
    assert.equal((await runSql()).preview?.result.kind, 'rows');
    await sqlSays(/1 row/);
  });

  it('more rows than are shown: first of how many, more on request, all in an export', async () => {
    editor = await openSql(
      'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t LIMIT 2500) SELECT n, n * n AS square FROM t¦;\n',
    );
    await runSql();
    await sqlSays(/First 100 of 2,500 rows/);
    await pressIn('Show 1,000');
    await sqlSays(/First 1,000 of 2,500 rows/);
    const page = await sqlPage();
    assert.equal(
      await page.locator('.rows tbody tr:not(.spacer)').count(),
      200,
      'all rows were drawn at once',
    );
    await page.locator('td[data-row]').first().click();
    await (await window()).keyboard.press('Control+ArrowDown');
    assert.equal(await page.evaluate('document.activeElement?.textContent'), '1000');
    await (await window()).keyboard.press('Control+a');
    await (await window()).keyboard.press('Control+c');
    await until('all cells in the clipboard', async () => {
      return (await vscode.env.clipboard.readText()).split('\n').at(-1) === '1000\t1000000';
    });
    await (await window()).keyboard.press('Control+End');
    await (await window()).keyboard.press('Home');
    // Scrolled by the wheel, the rows in sight are there, and the keys go on from where they were.
    await page
      .locator('.rows')
      .evaluate((place) => ((place as unknown as { scrollTop: number }).scrollTop = 0));
    await until('the first rows', async () => (await page.locator('.rows td').allInnerTexts()).includes('1'));
    await (await window()).keyboard.press('ArrowRight');
    assert.equal(await page.evaluate('document.activeElement?.textContent'), '1000000');
    const { document } = editor;
    const position = { line: 1, character: 0 };
    for (const format of ['csv', 'json'] as const) {
      const target = vscode.Uri.file(join(workspaceFolder(), `squares.${format}`));
      const written: SqlExportResult | undefined = await vscode.commands.executeCommand(
        'querent.sql.exportRows',
        ...[document.uri, position, format, target],
      );
      assert.equal(written?.rows, 2500);
      const text = readFileSync(target.fsPath, 'utf8');
      if (format === 'json')
        assert.deepEqual((JSON.parse(text) as object[]).at(-1), { n: 2500, square: 6_250_000 });
      else assert.match(text, /\b2500,6250000\s*$/);
    }
    await vscode.commands.executeCommand('notifications.clearAll');
  });

  it('tells the plan in words, and keeps it in sight for the next run', async () => {
    editor = await openSql('SELECT title FROM record ORDER BY title¦;\n');
    await runSql();
    const page = await sqlPage();
    await page.getByRole('tab', { name: /Plan/ }).click();
    const steps = await page.locator('.plan li').allInnerTexts();
    assert.ok(steps.length > 0 && steps.every((step) => /[a-z]{3,} /.test(step)), steps.join('\n'));
    await runSql();
    assert.equal(await page.getByRole('tab', { name: /Plan/ }).getAttribute('aria-selected'), 'true');
    await page.getByRole('tab', { name: 'Rows' }).click();
  });

  it('shows the same again after it was hidden', async () => {
    editor = await openSql('SELECT 5 AS five¦;\n');
    await runSql();
    await sqlSays(/1 row/);
    await vscode.commands.executeCommand('workbench.action.closePanel');
    await vscode.commands.executeCommand('querent.sqlResults.focus');
    await sqlSays(/1 row/);
    const page = await sqlPage();
    await until('the row', async () => (await page.locator('.rows td').allInnerTexts()).join() === '5');
  });

  it('runs what was never saved, and says so where there is no statement', async () => {
    const document = await vscode.workspace.openTextDocument({
      language: 'sql',
      content: `-- database: ${database}\n-- nothing yet\n`,
    });
    editor = await vscode.window.showTextDocument(document);
    const { phase, problem } = await runSql();
    assert.deepEqual([phase, typeof problem], ['failed', 'string']);
    await editor.edit((edit) => edit.insert(new vscode.Position(2, 0), 'SELECT count(*) AS n FROM record;'));
    editor.selection = new vscode.Selection(2, 3, 2, 3);
    assert.equal((await runSql()).preview?.result.kind, 'rows');
    await sqlSays(/Untitled-\d+:3/);
  });

  it('holds rows against what the document expects', async () => {
    editor = await openSql('-- expect: SELECT 1 UNION ALL SELECT 2\nSELECT 2 AS n UNION ALL SELECT 1¦;\n');
    await runSql();
    await sqlSays(/As expected: the same 2 rows/);
    editor = await openSql('-- expect: SELECT 1 UNION ALL SELECT 2\nSELECT 2 AS n¦;\n');
    await runSql();
    await sqlSays(/Not as expected: row recall 50 %, row precision 100 %, 2 rows expected/);
  });

  it('writing statements are refused in words', async () => {
    editor = await openSql('DELETE FROM record¦;\n');
    const state = await runSql();
    const result = state.preview?.result;
    assert.equal(result?.kind === 'failure' && result.code, 'refused');
    await sqlSays(/Not run\./);
  });

  it('a database that is not there is told, with the way to another', async () => {
    editor = await openSql('SELECT 1¦;\n', 'not-there.sqlite');
    const { phase } = await runSql();
    assert.equal(phase, 'failed');
    await sqlSays(/not-there\.sqlite/);
    const page = await sqlPage();
    assert.ok(await page.getByRole('button', { name: 'Choose Database…' }).isVisible());
    await page.getByRole('button', { name: 'Choose Database…' }).click();
    const list = (await window()).locator('.quick-input-list .monaco-list-row');
    await until('the list of databases', async () =>
      (await list.allInnerTexts()).some((row) => row.includes(database)),
    );
    await list.filter({ hasText: database }).first().click();
    await until('the choice in the document', () =>
      editor?.document.getText().startsWith(`-- database: ${database}\n`),
    );
    editor.selection = new vscode.Selection(1, 3, 1, 3);
    await until('the database', async () => (await runSql()).phase === 'done');
  });

  it('switched off, nothing is run and nothing is kept; switched on again, it is back at once', async () => {
    editor = await openSql('SELECT 1¦;\n');
    await runSql();
    const settings = vscode.workspace.getConfiguration('querent.sql');
    const { sql } = await api();
    try {
      await settings.update('enabled', false, vscode.ConfigurationTarget.Workspace);
      await until('the view to forget', () => sql() === undefined);
      const answer = await vscode.commands.executeCommand<SqlPreviewResult | undefined>('querent.sql.run');
      assert.equal(answer, undefined);
      await vscode.commands.executeCommand('notifications.clearAll');
    } finally {
      await settings.update('enabled', undefined, vscode.ConfigurationTarget.Workspace);
    }
    assert.equal((await runSql()).phase, 'done');
  });
});
