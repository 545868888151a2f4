import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { panelPage, panelSays, pressButton, rewriteAndAccept } from './panel.ts';
import {
  at,
  codeActions,
  holdServer,
  numbers,
  open,
  openNew,
  revert,
  until,
  workspaceFolder,
} from './workbench.ts';

/** From where to where `after` differs from `before`. */
function changedPart(before: string, after: string): [start: number, end: number] {
  const longest = Math.min(before.length, after.length);
  let same = 0;
  while (same < longest && before[same] === after[same]) same += 1;
  let tail = 0;
  while (tail < longest - same && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return [same, after.length - tail];
}

describe('rewrite', () => {
  let editor: vscode.TextEditor | undefined;
  afterEach(async () => {
    if (editor) await revert(editor);
  });

  it('is offered as a code action on a line', async () => {
    editor = await open('falls.pubmed');
    const { document } = editor;
    const place = at(document, 'falls[tiab]', 2);
    const actions = await until('a rewrite action', async () => {
      const list = await codeActions(document, new vscode.Range(place, place));
      return list.some((action) => /rewrite/i.test(action.title)) && list;
    });
    assert.ok(
      actions.some((action) => action.kind?.value.startsWith('refactor')),
      JSON.stringify(actions),
    );
  });

  it('accepting a proposal changes the document in one step that undo takes back', async () => {
    editor = await open('falls.pubmed');
    const { document } = editor;
    const before = document.getText();
    await rewriteAndAccept(document);
    const after = await until(
      'the changed document',
      () => document.getText() !== before && document.getText(),
    );
    assert.match(after, /^---\r?\ntitle: Exercise/, 'the front matter must stay');
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('undo');
    await until('the document as it was', () => document.getText() === before);
  });

  const forms: readonly (readonly [what: string, change: (text: string) => string])[] = [
    ['line feeds', (text) => text],
    ['Windows line ends', (text) => text.replace(/\r?\n/g, '\r\n')],
    ['a byte order mark', (text) => `\uFEFF${text}`],
    ['no line end at its end', (text) => text.trimEnd()],
  ];
  for (const [what, change] of forms) {
    it(`in a file with ${what}, the cursor stands on what was accepted, and undo gives back every byte`, async () => {
      const bytes = Buffer.from(change(readFileSync(join(workspaceFolder(), 'falls.pubmed'), 'utf8')));
      editor = await openNew(bytes);
      const { document } = editor;
      editor.selection = new vscode.Selection(0, 0, 0, 0);
      const before = document.getText();
      await rewriteAndAccept(document);
      const after = document.getText();
      assert.notEqual(after, before);
      const active = vscode.window.activeTextEditor;
      assert.equal(active?.document, document);
      assert.ok(active.selection.isEmpty);
      const cursor = document.offsetAt(active.selection.active);
      const [start, end] = changedPart(before, after);
      assert.ok(
        start < cursor && cursor <= end,
        `the cursor is at ${cursor}, the change from ${start} to ${end}`,
      );
      assert.equal(after.includes('\r\n'), before.includes('\r\n'));
      assert.doesNotMatch(after.replaceAll('\r\n', ''), before.includes('\r\n') ? /[\r\n]/ : /\r/);
      assert.ok(await document.save());
      assert.notDeepEqual(readFileSync(document.uri.fsPath), bytes);
      await vscode.commands.executeCommand('undo');
      assert.equal(document.getText(), before);
      assert.ok(await document.save());
      assert.deepEqual(readFileSync(document.uri.fsPath), bytes);
    });
  }

  it('says that its proposals are of another text when the strategy is edited while it runs, and rewrites again', async () => {
    // The server is made to wait while the person types; /proc tells which process it is.
    assert.ok(existsSync('/proc/self/stat'), 'this test needs /proc');
    editor = await openNew(readFileSync(join(workspaceFolder(), 'falls.pubmed')));
    const { document } = editor;
    const before = document.getText();
    await numbers(document, 'all of falls', (text) => text.includes('/12'));
    const release = holdServer();
    let done = false;
    try {
      void vscode.commands
        .executeCommand('querent.rewrite', document.uri.toString())
        .then(() => (done = true));
      await panelSays(/Cancel/);
      const edit = new vscode.WorkspaceEdit();
      edit.insert(document.uri, at(document, 'Exercise'), 'Physical ');
      assert.ok(await vscode.workspace.applyEdit(edit));
    } finally {
      release();
    }
    await until('the rewrite to end', () => done);
    await panelSays(/The strategy was edited since/);
    const apply = (await panelPage()).getByRole('button', { name: 'Apply All', exact: true });
    assert.ok(await apply.isDisabled(), 'proposals of another text can be taken over');
    const edited = before.replace('Exercise', 'Physical Exercise');
    assert.equal(document.getText(), edited);

    await pressButton('Rewrite Again');
    await until('proposals of the new text', async () => apply.isEnabled().catch(() => false), 60_000);
    await pressButton('Apply All');
    await until('the changed document', () => document.getText() !== edited);
    assert.match(document.getText(), /^---\r?\ntitle: Physical Exercise/);
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('undo');
    await until('the edited text', () => document.getText() === edited);
  });
});
