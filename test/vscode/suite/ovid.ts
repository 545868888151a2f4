import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { openNew, problems, revert, until } from './workbench.ts';

const ovid = '1. exp Asthma/\n2. (wheez$ adj3 child$).tw.\n3. 1 or 2\n';
const converted =
  /^#1 "Asthma"\[mh\]\n\/\/ converted from Ovid: approximate: .*\n#2 wheez\*\[tiab\] AND child\*\[tiab\]\n#3 #1 OR #2\n/;

describe('strategies of Ovid', () => {
  it('are converted by the command, in place, and leave notes as diagnostics', async () => {
    const editor = await openNew(ovid);
    const { document } = editor;
    await problems(document, 'the Ovid strategy is recognised', (list) =>
      list.some(({ message }) => message.includes('looks like a strategy of Ovid')),
    );
    await vscode.commands.executeCommand('querent.convertOvid');
    await until('the converted text', () => converted.test(document.getText().replace(/\r\n/g, '\n')));
    const notes = await problems(document, 'notes of the conversion', (list) =>
      list.some(({ message }) => message.includes('conversion from Ovid')),
    );
    assert.ok(notes.length > 0);
    await revert(editor);
  });

  it('in other documents are converted into a new strategy', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'plaintext', content: ovid });
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('querent.convertOvid');
    const made = await until('a new strategy', () => {
      const active = vscode.window.activeTextEditor?.document;
      return active?.languageId === 'pubmed' && active !== document ? active : undefined;
    });
    assert.match(made.getText().replace(/\r\n/g, '\n'), converted);
    assert.equal(document.getText().replace(/\r\n/g, '\n'), ovid);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  // A browser does not let a program read its clipboard, so in VS Code's web server there is nothing to paste.
  if (vscode.env.uiKind === vscode.UIKind.Desktop)
    it('are pasted as they are, or converted when that is asked for', async () => {
      const editor = await openNew('');
      const { document } = editor;
      await vscode.env.clipboard.writeText(ovid);
      await vscode.commands.executeCommand('editor.action.pasteAs', { kind: 'text.querent.ovid' });
      await until('the pasted strategy', () => converted.test(document.getText().replace(/\r\n/g, '\n')));
      await revert(editor);
    });
});
