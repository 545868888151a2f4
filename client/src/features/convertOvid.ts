import * as vscode from 'vscode';
import {
  convertOvidMethod,
  LANGUAGE_ID,
  type ConvertOvidParams,
  type ConvertOvidResult,
} from '@querent/server/protocol';
import type { ExtensionParts } from '../context.ts';
import { send } from './progress.ts';

const PASTE_KIND = vscode.DocumentDropOrPasteEditKind.Text.append('querent', 'ovid');
/** Shorter texts are no strategies; longer ones are not asked about while pasting. */
const SHORTEST = 8;
const LONGEST = 500_000;

/**
 * `querent.convertOvid`: converts the selection, or the whole document, from Ovid to PubMed: in a strategy in place, elsewhere into a
 * new document. And pasting: an Ovid strategy is offered converted.
 */
export function registerConvertOvid(parts: ExtensionParts): void {
  parts.context.subscriptions.push(
    vscode.commands.registerCommand('querent.convertOvid', () => convertActive(parts)),
    vscode.languages.registerDocumentPasteEditProvider({ language: LANGUAGE_ID }, new OvidPaste(parts), {
      providedPasteEditKinds: [PASTE_KIND],
      pasteMimeTypes: ['text/plain'],
    }),
  );
}

async function convertActive(parts: ExtensionParts): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    void vscode.window.showInformationMessage('Open the text of an Ovid strategy first.');
    return;
  }
  const { document, selection } = editor;
  const range = selection.isEmpty ? bodyOf(document) : new vscode.Range(selection.start, selection.end);
  const { version } = document;
  const result = await convert(parts, { uri: document.uri.toString(), text: document.getText(range) });
  if (!result) return;
  if (document.languageId !== LANGUAGE_ID) {
    const made = await vscode.workspace.openTextDocument({ language: LANGUAGE_ID, content: result.text });
    await vscode.window.showTextDocument(made);
  } else if (document.version === version) {
    const change = new vscode.WorkspaceEdit();
    change.replace(document.uri, range, result.text);
    await vscode.workspace.applyEdit(change);
  } else {
    void vscode.window.showWarningMessage('The strategy was edited meanwhile. Convert it again.');
    return;
  }
  void vscode.window.showInformationMessage(summary(result));
}

/** Everything behind the front matter. */
function bodyOf(document: vscode.TextDocument): vscode.Range {
  const text = document.getText();
  const frontMatter = /^\ufeff?---[ \t]*\r?\n[\s\S]*?\n---[ \t]*(?:\r?\n|$)\s*/.exec(text)?.[0].length ?? 0;
  return new vscode.Range(document.positionAt(frontMatter), document.positionAt(text.length));
}

function summary({ exact, approximate, refused }: ConvertOvidResult): string {
  return (
    `Converted from Ovid: ${exact} parts exactly, ${approximate} approximately, ${refused} left out. ` +
    'Comments above the lines say what differs; the Problems view lists them.'
  );
}

async function convert(
  parts: ExtensionParts,
  params: ConvertOvidParams,
): Promise<ConvertOvidResult | null | undefined> {
  return send<ConvertOvidParams, ConvertOvidResult | null>(parts, convertOvidMethod, params);
}

/** Offers Ovid strategies converted when they are pasted; as they are stays the usual way. */
class OvidPaste implements vscode.DocumentPasteEditProvider {
  readonly #parts: ExtensionParts;

  constructor(parts: ExtensionParts) {
    this.#parts = parts;
  }

  async provideDocumentPasteEdits(
    document: vscode.TextDocument,
    _ranges: readonly vscode.Range[],
    transfer: vscode.DataTransfer,
    _context: vscode.DocumentPasteEditContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.DocumentPasteEdit[] | undefined> {
    const text = await transfer.get('text/plain')?.asString();
    if (text === undefined || text.length < SHORTEST || text.length > LONGEST) return undefined;
    const params: ConvertOvidParams = { uri: document.uri.toString(), text, onlyIfOvid: true };
    const result = await this.#parts.client
      .sendRequest<ConvertOvidResult | null>(convertOvidMethod, params, token)
      // Pasting goes on as usual when the server is away.
      .catch(() => null);
    if (!result) return undefined;
    const edit = new vscode.DocumentPasteEdit(
      result.text,
      'Paste as PubMed strategy (converted from Ovid)',
      PASTE_KIND,
    );
    edit.yieldTo = [vscode.DocumentDropOrPasteEditKind.Text];
    return [edit];
  }
}
