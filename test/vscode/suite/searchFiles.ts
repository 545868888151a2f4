import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { openNew, revert, workspaceFolder } from './workbench.ts';

describe('search files', () => {
  const inFolder = (name: string): vscode.Uri => vscode.Uri.file(join(workspaceFolder(), name));
  const ask = async <T>(command: string, ...args: unknown[]): Promise<T> =>
    vscode.commands.executeCommand<T>(command, ...args);

  it('leave as JSON and come back as they were', async () => {
    const text = '---\ntitle: Falls\n---\n// people\n#1 aged[mh]\n#2 #1 AND falls[tiab]\n';
    const editor = await openNew(text);
    const target = inFolder('falls_search_history.json');
    const written = await ask<vscode.Uri | undefined>(
      'querent.exportSearchFile',
      editor.document.uri,
      target,
    );
    assert.equal(written?.fsPath, target.fsPath);
    const json = JSON.parse(new TextDecoder().decode(await vscode.workspace.fs.readFile(target))) as object;
    assert.ok(
      'search_string' in json && json.search_string === 'aged[mh] AND falls[tiab]',
      JSON.stringify(json),
    );
    const document = await ask<vscode.TextDocument | undefined>('querent.importSearchFile', target);
    assert.equal(document?.getText(), text);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await revert(editor);
  });

  it('that cannot be read or written are told, and give nothing', async () => {
    const editor = await openNew('a[ti]\n');
    // A file is no folder.
    const target = vscode.Uri.joinPath(editor.document.uri, 'no.json');
    assert.equal(await ask('querent.exportSearchFile', editor.document.uri, target), undefined);
    assert.equal(await ask('querent.importSearchFile', inFolder('missing.json')), undefined);
    await revert(editor);
  });
});
