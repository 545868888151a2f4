import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { at, openNew, revert, until } from './workbench.ts';

/** Suggestions at a place of a document, once `enough` says so; so many of them are resolved. */
async function suggestions(
  document: vscode.TextDocument,
  position: vscode.Position,
  enough: (items: readonly vscode.CompletionItem[]) => boolean,
  resolve = 0,
): Promise<readonly vscode.CompletionItem[]> {
  return until('the suggestions', async () => {
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      position,
      undefined,
      resolve,
    );
    return enough(list.items) && list.items;
  });
}

const labelOf = ({ label }: vscode.CompletionItem): string =>
  typeof label === 'string' ? label : label.label;
const textOf = ({ documentation }: vscode.CompletionItem): string =>
  typeof documentation === 'string' ? documentation : (documentation?.value ?? '');

describe('suggestions', () => {
  it('headings of the sample, with what they cover when looked at', async () => {
    const editor = await openNew('#1 tai ch\n');
    const items = await suggestions(
      editor.document,
      at(editor.document, 'tai ch', 6),
      (list) => list.some((one) => labelOf(one) === 'Tai Chi'),
      3,
    );
    const item = items.find((one) => labelOf(one) === 'Tai Chi');
    assert.ok(item);
    assert.equal(item.insertText, '"Tai Ji"[mh]');
    assert.match(textOf(item), /martial art/);
    await revert(editor);
  });

  it('tags behind a bracket, lines behind a hash, with their text', async () => {
    const editor = await openNew('#1 falls[tiab]\n#2 stroke[]\n#3 #\n');
    const { document } = editor;
    const tags = await suggestions(document, at(document, '[]', 1), (list) => list.length > 20);
    assert.equal(
      labelOf(
        tags.toSorted((a, b) => (a.sortText ?? '').localeCompare(b.sortText ?? ''))[0] ?? { label: '' },
      ),
      'mh',
    );
    const lines = await suggestions(document, at(document, '#3 #', 4), (list) => list.length > 0);
    assert.deepEqual(lines.map(labelOf).slice(0, 2), ['#1', '#2']);
    await revert(editor);
  });

  it('appear while typing inside quotes, and Enter takes the first', async () => {
    const editor = await openNew('#1 \n#2 tai ch\n');
    const { document } = editor;
    // MeSH is there.
    await suggestions(document, at(document, 'tai ch', 6), (list) =>
      list.some((one) => labelOf(one) === 'Tai Chi'),
    );
    editor.selection = new vscode.Selection(0, 3, 0, 3);
    for (const letter of '"accidental') await vscode.commands.executeCommand('type', { text: letter });
    // The list opens a moment after the letter; choosing before it is there would close it.
    let text = '';
    await until('the chosen heading', async () => {
      await new Promise((later) => setTimeout(later, 1_000));
      await vscode.commands.executeCommand('acceptSelectedSuggestion');
      text = document.lineAt(0).text;
      return text.length > '#1 "accidental"'.length;
    }).catch(() => assert.fail(`The line is ${text}`));
    assert.equal(text, '#1 "Accidental Falls"[mh]');
    await revert(editor);
  });

  it('nothing in comments', async () => {
    const editor = await openNew('#1 falls[tiab] // stro\n');
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      editor.document.uri,
      at(editor.document, 'stro', 4),
    );
    const ours = list.items.filter(
      ({ kind }) => kind !== vscode.CompletionItemKind.Snippet && kind !== vscode.CompletionItemKind.Text,
    );
    assert.deepEqual(ours.map(labelOf), []);
    await revert(editor);
  });
});
