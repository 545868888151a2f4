import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { at, codeActions, open, openNew, problems, revert, until, whole } from './workbench.ts';

const ask = async <T>(command: string, ...args: unknown[]): Promise<T> =>
  vscode.commands.executeCommand<T>(command, ...args);

describe('language features', () => {
  it('outline: one symbol a line of the strategy', async () => {
    const { document } = await open('falls.pubmed');
    const symbols = await until('symbols', async () => {
      const found = await ask<vscode.DocumentSymbol[]>('vscode.executeDocumentSymbolProvider', document.uri);
      return (found?.length ?? 0) > 0 && found;
    });
    const names = symbols.flatMap((symbol) => [symbol, ...symbol.children]).map((symbol) => symbol.name);
    for (const label of ['#1', '#2', '#3', '#4'])
      assert.ok(
        names.some((name) => name.startsWith(label)),
        `${label} is missing in ${names.join(' | ')}`,
      );
  });

  it('folding: the front matter folds', async () => {
    const { document } = await open('falls.pubmed');
    const ranges = await ask<vscode.FoldingRange[]>('vscode.executeFoldingRangeProvider', document.uri);
    assert.ok(
      ranges.some((range) => range.start === 0 && range.end >= 9),
      JSON.stringify(ranges),
    );
  });

  it('definition and references of a line number', async () => {
    const { document } = await open('falls.pubmed');
    const use = at(document, '#4 #1 AND', 4);
    const definitions = await ask<(vscode.Location | vscode.LocationLink)[]>(
      'vscode.executeDefinitionProvider',
      document.uri,
      use,
    );
    const [first] = definitions;
    assert.ok(first, 'no definition');
    const range = 'targetRange' in first ? first.targetRange : first.range;
    assert.equal(range.start.line, at(document, '\n#1 ', 1).line);
    const references = await ask<vscode.Location[]>(
      'vscode.executeReferenceProvider',
      document.uri,
      at(document, '\n#1 ', 2),
    );
    assert.ok(
      references.some((reference) => reference.range.start.line === use.line),
      JSON.stringify(references),
    );
  });

  it('semantic tokens cover tags, operators and references', async () => {
    const { document } = await open('falls.pubmed');
    const tokens = await ask<vscode.SemanticTokens>('vscode.provideDocumentSemanticTokens', document.uri);
    assert.ok(tokens.data.length / 5 > 20, `${tokens.data.length / 5} tokens`);
  });

  it('formatting is one edit that undo takes back and that changes nothing the second time', async () => {
    const editor = await openNew('#1 (stroke[ab]   or hemipleg*[tiab]) and arm[tiab]\n');
    const before = editor.document.getText();
    await ask('editor.action.formatDocument');
    await until('the formatted text', () => editor.document.getText() !== before);
    const formatted = editor.document.getText();
    assert.match(formatted, /stroke\[ab\] OR hemipleg\*\[tiab\]\) AND arm\[tiab\]/i);
    const again = await ask<vscode.TextEdit[] | undefined>(
      'vscode.executeFormatDocumentProvider',
      editor.document.uri,
      {
        tabSize: 2,
        insertSpaces: true,
      },
    );
    const edit = new vscode.WorkspaceEdit();
    edit.set(editor.document.uri, again ?? []);
    await vscode.workspace.applyEdit(edit);
    assert.equal(editor.document.getText(), formatted);
    await ask('undo');
    await until('the text before formatting', () => editor.document.getText() === before);
    await revert(editor);
  });

  it('a pasted search gets diagnostics, and each quick fix removes its own', async () => {
    const editor = await open('stroke-pasted.pubmed');
    const { document } = editor;
    const found = await problems(document, 'the faults of the pasted search');
    assert.ok(
      found.every((problem) => problem.source === 'querent' && problem.message.length > 0),
      JSON.stringify(found),
    );
    const fixable = await until('a quick fix', async () => {
      for (const problem of vscode.languages.getDiagnostics(document.uri)) {
        const actions = await codeActions(document, problem.range, 'quickfix', 20);
        const action = actions.find((candidate) => candidate.edit !== undefined);
        if (action?.edit) return { problem, edit: action.edit };
      }
      return undefined;
    });
    const same = (list: readonly vscode.Diagnostic[]): number =>
      list.filter((other) => other.message === fixable.problem.message).length;
    const before = same(vscode.languages.getDiagnostics(document.uri));
    assert.ok(await vscode.workspace.applyEdit(fixable.edit));
    await problems(document, 'one problem fewer', (list) => same(list) < before);
    await revert(editor);
  });

  it('an edit brings new diagnostics, and taking it back removes them', async () => {
    const editor = await openNew('#1 aged[mh]\n');
    const insert = new vscode.WorkspaceEdit();
    insert.insert(editor.document.uri, whole(editor.document).end, '#2 #1 AND #9\n');
    await vscode.workspace.applyEdit(insert);
    const found = await problems(editor.document, 'a line that does not exist', (list) =>
      list.some((problem) => problem.message.includes('#9')),
    );
    assert.ok(found.some((problem) => problem.severity === vscode.DiagnosticSeverity.Error));
    await ask('undo');
    await problems(
      editor.document,
      'no complaint about #9',
      (list) => !list.some((problem) => problem.message.includes('#9')),
    );
    await revert(editor);
  });
});
