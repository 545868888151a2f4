import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { panelHas, panelPage, panelSays, panelText, pressButton, unfold, window } from './panel.ts';
import { api, holdServer, open, openNew, revert, until, write } from './workbench.ts';

const start = (document: vscode.TextDocument): Thenable<unknown> =>
  vscode.commands.executeCommand('querent.rewrite', document.uri.toString());

describe('the proposals panel', () => {
  let editor: vscode.TextEditor | undefined;
  afterEach(async () => {
    if (editor) await revert(editor);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('stands beside the strategy, with a row and a point for each proposal and for the query that is there', async () => {
    editor = await open('falls.pubmed');
    await start(editor.document);
    const state = (await api()).proposals();
    const count = state?.result?.proposals.length ?? 0;
    assert.ok(count > 1, `${count} proposals`);
    await panelHas('.proposals tbody tr', count + 1);
    await panelHas('.plot .point', count + 1);
    const page = await panelPage();
    const text = await panelText();
    assert.match(
      text,
      /now: 7 of 12 seeds .*22 records · NNR 3\.1 measured in citation file citations\.jsonl, 320 records/,
    );
    assert.match(text, /Wanted: .*at most 1,500 records/);
    assert.match(
      (await page.locator('.plot').textContent()) ?? '',
      /Records found \(log scale\).*Recall on seeds/,
    );
    assert.equal(vscode.window.tabGroups.all.length, 2);
    assert.equal(
      vscode.window.visibleTextEditors.some(({ document }) => document === editor?.document),
      true,
    );
  });

  it('is worked with the keys alone: select, take over, undo, take over another', async () => {
    editor = await open('falls.pubmed');
    const { document } = editor;
    const before = document.getText();
    await start(document);
    const page = await panelPage();
    const keys = (await window()).keyboard;
    const focused = (): Promise<unknown> =>
      page.evaluate("document.activeElement?.closest('tr')?.getAttribute('data-query')");
    const [first, second] = (await api()).proposals()?.result?.proposals ?? [];
    await until('the first proposal to have the focus', async () => (await focused()) === first?.query);
    await keys.press('ArrowDown');
    await panelSays(/Proposal 2 /);
    assert.equal(await focused(), second?.query);
    await keys.press('Enter');
    assert.equal(await page.evaluate('document.activeElement?.textContent'), 'Apply All');
    await keys.press('Enter');
    await until('the proposal in the strategy', () => document.getText().includes(second?.query ?? '?'));
    await until('the focus in the strategy', () => vscode.window.activeTextEditor?.document === document);
    await panelSays(/✓ In the strategy; undo takes it back/);
    await vscode.commands.executeCommand('undo');
    await until('the strategy as it was', () => document.getText() === before);
    await until('the panel to know', async () => !(await panelText()).includes('✓ In the strategy'));
    assert.ok(await page.getByRole('button', { name: 'Apply All', exact: true }).isEnabled());
  });

  it('points of the plot select rows, by mouse and by keys', async () => {
    editor = await open('falls.pubmed');
    await start(editor.document);
    const page = await panelPage();
    const last = page.locator('.plot .point[role=button]').last();
    await page.locator('.proposals tbody tr').last().click();
    const chosen = await page.locator('tr[aria-selected=true]').getAttribute('data-query');
    assert.equal(await last.getAttribute('data-query'), chosen);
    await last.focus();
    const keys = (await window()).keyboard;
    const found = async (): Promise<number> => {
      const query = await page.locator('tr[aria-selected=true]').getAttribute('data-query');
      const item = (await api()).proposals()?.result?.proposals.find((one) => one.query === query);
      return item?.measurement.count ?? -1;
    };
    for (let i = 0; i < 20; i += 1) await keys.press('ArrowLeft');
    const fewest = await found();
    for (let i = 0; i < 20; i += 1) await keys.press('ArrowRight');
    assert.ok((await found()) > fewest && fewest > 0, 'the arrows do not go from few records to many');
    const said = await page.locator('.plot .point.selected').getAttribute('aria-label');
    assert.match(said ?? '', /^Proposal \d+, .*\d+ of 12 seeds, \d+ records/);
  });

  it('can be stopped at any time, also while the server does not answer', async () => {
    editor = await open('falls.pubmed');
    const release = holdServer();
    try {
      const running = start(editor.document);
      await panelSays(/Asking the language server/);
      await pressButton('Cancel');
      await panelSays(/Stopped\./);
      release();
      await running;
    } finally {
      release();
    }
    assert.equal((await api()).proposals()?.phase, 'stopped');
    await pressButton('Rewrite Again');
    await panelSays(/Proposal 1 /);
  });

  it('tells in the panel why nothing can be proposed, and what to do', async () => {
    editor = await openNew('---\ndatabase: not-there.sqlite\n---\n#1 falls[tiab]\n');
    await start(editor.document);
    await panelSays(/not-there\.sqlite/);
    assert.equal((await api()).proposals()?.phase, 'failed');
  });

  it('says that recall is unknown where there are no seeds', async () => {
    editor = await openNew(
      '---\ntitle: Exercise against falls\ndatabase: citations.jsonl\n---\n#1 falls[tiab]\n',
    );
    await start(editor.document);
    await panelSays(/Without seeds, recall is unknown/);
    assert.doesNotMatch(await panelText(), /100 %|0 of 0|NaN/);
  });

  it('shows the text of files and queries as text, never as markup', async () => {
    const name = '<img src=x onerror=document.title=1>.pubmed';
    write(
      name,
      '---\ntitle: Falls\ndatabase: citations.jsonl\n---\n#1 "<b onclick=1>falls</b>"[tiab] OR falls[tiab]\n',
    );
    editor = await open(name);
    await start(editor.document);
    await panelSays(/<img src=x onerror=/);
    await unfold(/What changes/);
    await panelSays(/<b onclick=1>falls<\/b>/);
    const page = await panelPage();
    assert.equal(await page.locator('main img, main b, main script').count(), 0);
    assert.equal(await page.title(), 'Proposals');
  });

  it('is as it was after it was hidden', async () => {
    editor = await open('falls.pubmed');
    await start(editor.document);
    await (await panelPage()).locator('.proposals tbody tr').last().click();
    const heading = await (await panelPage()).locator('h2').innerText();
    const other = vscode.Uri.joinPath(editor.document.uri, '../README.md');
    await vscode.window.showTextDocument(other, { viewColumn: vscode.ViewColumn.Two, preview: false });
    await until('the panel to be hidden', () =>
      vscode.window.tabGroups.all.some(({ activeTab }) => activeTab?.label === 'README.md'),
    );
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await panelSays(new RegExp(heading.replace(/[^\w ]/g, '.')));
  });

  it('ends with its rewrite when it is closed, and leaves the strategy alone', async () => {
    editor = await open('falls.pubmed');
    const before = editor.document.getText();
    await start(editor.document);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    assert.equal((await api()).proposals(), undefined);
    assert.equal(editor.document.getText(), before);
  });
});
