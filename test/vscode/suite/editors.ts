import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { at, hoverText, numbers, open, openNew, whole } from './workbench.ts';

const closeAll = async (): Promise<void> =>
  vscode.commands.executeCommand('workbench.action.closeAllEditors');
const isMeasured = (text: string): boolean => /\d+ rec/.test(text) && text.includes('/12');

describe('editors of a strategy', () => {
  after(closeAll);

  it('two editors of one document have one state: closing one leaves the numbers', async () => {
    await closeAll();
    const { document } = await open('falls.pubmed');
    const first = await numbers(document, 'all of falls', isMeasured);
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside });
    assert.equal(vscode.window.visibleTextEditors.filter((each) => each.document === document).length, 2);
    assert.equal(await numbers(document, 'the same beside it', isMeasured), first);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    assert.equal(await numbers(document, 'the same with one editor', isMeasured), first);
    assert.match(await hoverText(document, at(document, 'falls[tiab]', 2)), /\d+ records?/);
  });

  it('an edit in one editor is measured for both', async () => {
    await closeAll();
    const { document } = await openNew('---\ndatabase: citations.jsonl\n---\n#1 falls[tiab]\n');
    const before = await numbers(document, 'falls', (text) => /\d+ rec/.test(text));
    const beside = await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside });
    assert.ok(await beside.edit((edit) => edit.insert(whole(document).end, '#2 #1 NOT falls[tiab]\n')));
    const after = await numbers(document, 'the new line', (text) => text.split('\n').length === 2);
    assert.equal(after.split('\n')[0], before);
    assert.match(after.split('\n')[1] ?? '', /\b0 rec/);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('closed and opened again, a strategy has its numbers', async () => {
    const { document } = await open('falls.pubmed');
    const first = await numbers(document, 'all of falls', isMeasured);
    for (let round = 0; round < 3; round += 1) {
      await closeAll();
      const again = await open('falls.pubmed');
      assert.equal(await numbers(again.document, `round ${round}`, isMeasured), first);
    }
  });
});
