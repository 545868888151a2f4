import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { at, codeActions, openNew, problems, revert, until } from './workbench.ts';

const ask = async <T>(command: string, ...args: unknown[]): Promise<T> =>
  vscode.commands.executeCommand<T>(command, ...args);

/** Opens a strategy and puts the cursor behind the first `plus` characters of `place`. */
async function openAt(text: string, place: string, plus: number): Promise<vscode.TextEditor> {
  const editor = await openNew(text);
  const position = at(editor.document, place, plus);
  editor.selection = new vscode.Selection(position, position);
  return editor;
}

describe('editing commands', () => {
  const cases: [command: string, before: string, place: string, plus: number, after: string][] = [
    [
      'querent.extractLine',
      '#1 x[ti] AND (a[ti] OR b[ti]) // why\n#2 #1\n',
      'a[ti]',
      1,
      '#1 a[ti] OR b[ti]\n#2 x[ti] AND #1 // why\n#3 #2\n',
    ],
    [
      'querent.inlineReference',
      '#1 a[ti] OR b[ti]\n#2 #1 AND c[ti]\n',
      '#1 AND',
      1,
      '#1 a[ti] OR b[ti]\n#2 (a[ti] OR b[ti]) AND c[ti]\n',
    ],
    [
      'querent.renumberLines',
      '#1 a[ti]\n#5 b[ti]\n#9 #1 AND #5\n',
      'a[ti]',
      0,
      '#1 a[ti]\n#2 b[ti]\n#3 #1 AND #2\n',
    ],
    ['querent.toggleExplode', '"Neoplasms"[mh]\n', 'Neo', 2, '"Neoplasms"[mh:noexp]\n'],
    ['querent.sortTerms', 'b[ti] OR a[ti] OR B[ti]\n', 'a[ti]', 1, 'a[ti] OR b[ti]\n'],
    ['querent.fixAll', 'a[ti] or b[ti] and “c d”[ti]\n', 'a[ti]', 0, ''],
  ];
  for (const [command, before, place, plus, after] of cases)
    it(`${command} changes the strategy in one step that undo takes back`, async () => {
      const editor = await openAt(before, place, plus);
      const { document } = editor;
      if (command === 'querent.fixAll') await problems(document, 'something to fix');
      await ask(command);
      await until('the change', () => document.getText() !== before);
      if (after === '') assert.match(document.getText(), /a\[ti\] OR b\[ti\].* AND "c d"\[ti\]/);
      else assert.equal(document.getText(), after);
      await ask('undo');
      await until('the text before', () => document.getText() === before);
      await revert(editor);
    });

  it('a new line has the cursor', async () => {
    const editor = await openAt('#1 a[ti]\n#2 b[ti]\n', 'a[ti]', 1);
    await ask('querent.insertLine');
    await until('the new line', () => editor.document.getText() === '#1 a[ti]\n#2 \n#3 b[ti]\n');
    await until('the cursor there', () => editor.selection.active.isEqual(new vscode.Position(1, 3)));
    await revert(editor);
  });

  it('everything is fixed in trial searches, too', async () => {
    const editor = await openNew('area[Phase] PHASE3 AND (child\n', 'ctgov');
    const { document } = editor;
    await problems(document, 'something to fix');
    await ask('querent.fixAll');
    await until('the change', () => /^AREA\[Phase\]PHASE3 AND \(child\)/.test(document.getText()));
    await revert(editor);
  });

  it('where a command does not apply, nothing changes', async () => {
    const editor = await openAt('a[ti]\n', 'a[ti]', 1);
    const before = editor.document.version;
    await ask('querent.toggleExplode');
    assert.equal(editor.document.version, before);
    await revert(editor);
  });

  it('a line is copied as PubMed takes it', async () => {
    const editor = await openAt('#1 a[ti] or “b c”[ti] // note\n#2 #1 and d[ti]\n', '#2', 1);
    await ask('querent.copyForPubMed');
    assert.equal(await vscode.env.clipboard.readText(), '(a[ti] OR "b c"[ti]) AND d[ti]');
    await revert(editor);
  });

  it('refactorings stand in the refactor menu, with their edits when chosen', async () => {
    const editor = await openAt('x[ti] AND (a[ti] OR b[ti])\n', 'a[ti]', 1);
    const { document, selection } = editor;
    const actions = await until('refactorings', async () => {
      const list = await codeActions(document, selection, 'refactor.extract', 5);
      return list.length > 0 && list;
    });
    const [action] = actions;
    assert.ok(action?.edit, JSON.stringify(actions));
    assert.ok(await vscode.workspace.applyEdit(action.edit));
    assert.equal(document.getText(), '#1 a[ti] OR b[ti]\n#2 x[ti] AND #1\n');
    await revert(editor);
  });

  it('saving fixes what can be fixed where the settings ask for it', async () => {
    const editor = await openNew('“a b”[ti]\n');
    const { document } = editor;
    await problems(document, 'curly quotes');
    const settings = vscode.workspace.getConfiguration('editor', document.uri);
    await settings.update(
      'codeActionsOnSave',
      { 'source.fixAll.querent': 'explicit' },
      vscode.ConfigurationTarget.Workspace,
    );
    try {
      await editor.edit((edit) => edit.insert(document.positionAt(document.getText().length), '// more\n'));
      await problems(document, 'curly quotes still');
      await document.save();
      assert.equal(document.getText(), '"a b"[ti]\n// more\n');
    } finally {
      await settings.update('codeActionsOnSave', undefined, vscode.ConfigurationTarget.Workspace);
    }
  });

  it('headings and PMIDs are links', async () => {
    const editor = await openNew('"Neoplasms"[mh] OR 8466062[pmid]\n');
    const links = await until('links', async () => {
      const list = await ask<vscode.DocumentLink[]>('vscode.executeLinkProvider', editor.document.uri);
      return list.length >= 1 && list;
    });
    assert.ok(
      links.some(({ target }) => target?.toString().startsWith('https://pubmed.ncbi.nlm.nih.gov/8466062')),
      JSON.stringify(links),
    );
    await revert(editor);
  });
});
