import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { at, citations, codeActions, hoverText, openNew, problems, until, write } from './workbench.ts';

/** 1,200 records: all on walking, a third on children, a quarter on strolling. */
const rows = (): string =>
  citations(1200, (i) =>
    ['Walking', ...(i % 3 === 0 ? ['children'] : []), ...(i % 4 === 0 ? ['strolling'] : [])].join(' '),
  );
const strategy = `---\ndatabase: crowd.jsonl\nseeds: [91000003, 91000004]\n---\n#1 walking[tiab] OR strolling[tiab]\n#2 children[tiab]\n#3 #1 AND #2\n`;

/** The text of the report that is open under a name. */
async function report(name: string): Promise<string> {
  const document = await until(name, () =>
    vscode.workspace.textDocuments.find(
      ({ uri }) => uri.scheme === 'querent-report' && uri.path.includes(name),
    ),
  );
  return document.getText();
}

describe('what records found are like', () => {
  before(() => {
    write('crowd.jsonl', rows());
  });

  it('is described on a page', async () => {
    const { document } = await openNew(strategy);
    await vscode.commands.executeCommand('querent.describeRecords', document.uri.toString(), '2');
    const text = await report('Records of line 2');
    assert.match(text, /\*\*400 records\*\* of 1,200/);
    assert.match(text, /2000 +\d+ +█/);
    await until('the page', () =>
      vscode.window.tabGroups.all.some(({ tabs }) =>
        tabs.some(({ label }) => label.includes('Records of line 2')),
      ),
    );
  });

  it('is described for the line at the cursor, and lines are compared', async () => {
    const editor = await openNew(strategy);
    const cursor = at(editor.document, 'walking[tiab]');
    editor.selection = new vscode.Selection(cursor, cursor);
    await vscode.commands.executeCommand('querent.describeRecords');
    assert.match(await report('Records of line 1'), /\*\*1,200 records\*\*/);
    await vscode.commands.executeCommand('querent.compareLines', editor.document.uri.toString(), '1', '2');
    assert.match(await report('Lines 1 and 2 compared'), /only #1 +800 .*\nonly #2 +0\nboth #1 and #2 +400 /);
  });

  it('becomes problems with fixes, and stands in hovers', async () => {
    const { document } = await openNew(strategy);
    const found = await problems(document, 'what is measured', (list) =>
      ['adds-nothing', 'block-loses-seeds'].every((id) =>
        list.some(({ code }) => code === id || (code as { value?: string })?.value === id),
      ),
    );
    const lost = found.find(({ message }) => message.includes('loses 1 seed'));
    assert.match(lost?.message ?? '', /91000004/);
    assert.equal(lost?.relatedInformation?.[0]?.message, 'Line #2, which loses them');
    const place = at(document, 'strolling', 2);
    const actions = await codeActions(document, new vscode.Range(place, place), 'quickfix');
    assert.ok(actions.some(({ title }) => title === 'Remove strolling[tiab]'));
    assert.match(await hoverText(document, place), /Adds nothing: other terms of #1/);
    assert.match(
      await hoverText(document, at(document, '#2 children', 1)),
      /would find \*\*800 records\*\* more/,
    );
  });
});
