import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { at, codeActions, open, revert, until } from './workbench.ts';

/** Starts the command and takes the first proposal as soon as the list is there. */
export async function rewriteAndAccept(document: vscode.TextDocument, label?: string): Promise<void> {
  let done = false;
  const command = vscode.commands
    .executeCommand('querent.rewrite', document.uri.toString(), label)
    .then(() => (done = true));
  await until(
    'a proposal to accept',
    async () => {
      if (!done) await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return done;
    },
    60_000,
  );
  await command;
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

  it('escaping the list leaves the document alone', async () => {
    editor = await open('falls.pubmed');
    const { document } = editor;
    const before = document.getText();
    let done = false;
    const command = vscode.commands
      .executeCommand('querent.rewrite', document.uri.toString())
      .then(() => (done = true));
    await until('the list to close', async () => {
      await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
      return done;
    });
    await command;
    assert.equal(document.getText(), before);
  });
});
