import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { TestModelServer } from '../../lsp/openAi.ts';
import { window } from './panel.ts';
import { openSql, pressIn, sqlPage, sqlSays } from './sqlPage.ts';
import { api, revert, until } from './workbench.ts';

describe('the assistant for SQL', () => {
  let editor: vscode.TextEditor | undefined;
  afterEach(async () => {
    if (editor) await revert(editor);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('writes statements for a question: each with what it gives; one is inserted, and undo takes it back', async () => {
    editor = await openSql('-- Q: How many records are there?¦\n');
    const { document } = editor;
    const before = document.getText();
    await vscode.commands.executeCommand('querent.sql.write');
    const { sql } = await api();
    const proposals = sql()?.proposed?.proposals ?? [];
    assert.ok(proposals.length > 0, JSON.stringify(sql()));
    await sqlSays(/How many records are there\?/);
    const page = await sqlPage();
    await until('a row for each proposal', async () => {
      return (await page.locator('[role=option]').count()) === proposals.length;
    });
    await until('its rows', async () => (await page.locator('.rows tbody tr').count()) > 0);
    await pressIn('Insert Statement');
    await until('the statement in the document', () => document.getText() !== before);
    assert.ok(document.getText().startsWith(before.trimEnd()));
    await sqlSays(/In the document; undo takes it back/);
    assert.equal(vscode.window.activeTextEditor?.document, document);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), before);
    await until('the page to know', async () =>
      page.getByRole('button', { name: 'Insert Statement' }).isEnabled(),
    );
    await editor.edit((edit) => edit.insert(new vscode.Position(2, 0), '-- more\n'));
    await sqlSays(/edited since/);
    assert.equal(await page.getByRole('button', { name: 'Insert Statement' }).isEnabled(), false);
  });

  it('mends a statement with a wrong name', async () => {
    editor = await openSql('SELECT titel FROM record¦;\n');
    const { document } = editor;
    await vscode.commands.executeCommand('querent.sql.fix');
    await sqlSays(/title/);
    await pressIn('Replace Statement');
    await until('the mended statement', () => /SELECT title FROM record/i.test(document.getText()));
    assert.doesNotMatch(document.getText(), /titel/);
  });

  it('shows what the method has while a model is still writing, then both', async () => {
    const model = new TestModelServer();
    let answer = (): void => {};
    model.reply = () => (response) => {
      answer = () => {
        const content = '<answer>{"sql": "SELECT 7 + COUNT(*) FROM record"}</answer>';
        response.end(JSON.stringify({ choices: [{ message: { content }, finish_reason: 'stop' }] }));
      };
    };
    await model.start();
    const settings = vscode.workspace.getConfiguration('querent');
    const set = (key: string, value: unknown): Thenable<void> =>
      settings.update(key, value, vscode.ConfigurationTarget.Global);
    try {
      await set('model.samples', 1);
      await set('model.endpoint', model.url);
      editor = await openSql('-- Q: How many records are there?¦\n');
      const done = vscode.commands.executeCommand('querent.sql.write');
      const { sql } = await api();
      await until('the method’s while the model writes', () => {
        const { phase, proposed } = sql() ?? {};
        return phase === 'running' && proposed?.proposals[0]?.source === 'deterministic';
      });
      await sqlSays(/still writing/);
      await until('the model to be asked', () => model.asked.some((path) => path.includes('completions')));
      answer();
      await done;
      assert.ok(sql()?.proposed?.proposals.some(({ source }) => source === 'model'));
      assert.equal(sql()?.phase, 'done');
    } finally {
      await set('model.endpoint', undefined);
      await set('model.samples', undefined);
      model.stop();
    }
  });

  it('is worked with the keys alone', async () => {
    editor = await openSql('-- Q: Which reviewers joined after 2021?¦\n');
    await vscode.commands.executeCommand('querent.sql.write');
    // Not those of the question before, which the page may still show.
    await sqlSays(/joined after 2021/);
    const proposals = (await api()).sql()?.proposed?.proposals ?? [];
    const page = await sqlPage();
    const keys = (await window()).keyboard;
    const options = page.locator('[role=option]');
    await until('a row for each proposal', async () => (await options.count()) === proposals.length);
    assert.ok(proposals.length > 0);
    await options.first().focus();
    if ((await options.count()) > 1) {
      await keys.press('ArrowDown');
      assert.equal(await options.nth(1).getAttribute('aria-selected'), 'true');
    }
    await keys.press('Enter');
    assert.equal(await page.evaluate('document.activeElement?.id'), 'insert');
  });

  it('explains a statement in a page of words', async () => {
    editor = await openSql('SELECT title FROM record WHERE year > 2015 ORDER BY year¦;\n');
    await vscode.commands.executeCommand('querent.sql.explain');
    const page = await until('the page', async () => {
      for (const frame of (await window()).frames())
        if (
          (await frame
            .locator('.markdown-body')
            .count()
            .catch(() => 0)) > 0
        )
          return frame;
      return undefined;
    });
    await until('words on the table', async () =>
      /record/.test(
        await page
          .locator('.markdown-body')
          .innerText({ timeout: 2000 })
          .catch(() => ''),
      ),
    );
  });
});
