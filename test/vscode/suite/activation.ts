import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { api, open, until } from './workbench.ts';

describe('activation', () => {
  it('opening a strategy starts the extension and its server', async () => {
    const editor = await open('falls.pubmed');
    assert.equal(editor.document.languageId, 'pubmed');
    assert.equal(vscode.extensions.getExtension('querent.querent')?.isActive, true);
  });

  it('every command of the manifest exists', async () => {
    await api();
    const manifest = vscode.extensions.getExtension('querent.querent')?.packageJSON as {
      contributes: { commands: { command: string }[] };
    };
    const known = new Set(await vscode.commands.getCommands(true));
    const missing = manifest.contributes.commands
      .map(({ command }) => command)
      .filter((id) => !known.has(id));
    assert.deepEqual(missing, []);
  });

  it('the status says which database is asked and that there is no model', async () => {
    const { status } = await api();
    await open('falls.pubmed');
    const shown = await until('the library to be ready', () => {
      const now = status();
      return now?.library.state === 'ready' ? now : undefined;
    });
    assert.match(shown.library.detail, /citations\.jsonl|320/);
    assert.equal(shown.model.state, 'none');
    assert.match(shown.model.detail, /no model/i);
  });
});
