import * as vscode from 'vscode';
import { sqlCommands } from '@querent/server/sqlProtocol';
import type { ExtensionParts } from '../context.ts';
import { showDocument } from '../features/edits.ts';
import { reportRefusal } from '../features/progress.ts';
import { Throttle } from '../throttle.ts';
import { pageOf, resourceRoots } from '../webviewPage.ts';
import { isFromPage, type FromPage, type SqlOrder, type SqlViewState, type ToPage } from './messages.ts';
import { SqlSession } from './session.ts';

const viewId = 'querent.sqlResults';

/** The page is told at most so often, in milliseconds, while something is going on. */
const pauseMs = 80;

/** The view in the panel that shows what a statement gives, or what is proposed for a question: the newest of all documents. */
export class SqlResultsView implements vscode.WebviewViewProvider {
  readonly #parts: ExtensionParts;
  #view: vscode.WebviewView | undefined;
  #session: SqlSession | undefined;
  #isReady = false;
  /** The answer whose rows the page has. */
  #sent: number | undefined;
  readonly #telling = new Throttle(() => this.#tell(), pauseMs);

  constructor(parts: ExtensionParts) {
    this.#parts = parts;
    parts.context.subscriptions.push(
      { dispose: () => this.clear() },
      vscode.window.registerWebviewViewProvider(viewId, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.toString() === this.#session?.state.order.uri) this.#session.documentClosed();
      }),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length === 0 || document.uri.toString() !== this.#session?.state.order.uri) return;
        this.#session.documentChanged(
          contentChanges.map(({ rangeOffset: offset, rangeLength: length, text }) => ({
            offset,
            length,
            text,
          })),
        );
      }),
    );
  }

  /** What is shown; undefined before the first run. */
  get state(): SqlViewState | undefined {
    return this.#session?.state;
  }

  /** Runs a statement, or asks for proposals, and shows what comes; ends with it. What is under way is given up. */
  async show(order: SqlOrder): Promise<SqlViewState> {
    this.#session?.dispose();
    const session = new SqlSession(this.#parts, order, () => this.#tellSoon(session));
    this.#session = session;
    this.#sent = undefined;
    this.#setRunning(true);
    this.#telling.now();
    await this.#reveal();
    const title = order.kind === 'run' ? 'Running SQL' : 'Proposing SQL';
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
      session.run(),
    );
    if (session === this.#session) this.#setRunning(false);
    return session.state;
  }

  cancel(): void {
    this.#session?.cancel();
  }

  /** Forgets what was shown: rows of a database are not kept longer than they are wanted. */
  clear(): void {
    this.#session?.dispose();
    this.#session = undefined;
    this.#setRunning(false);
    this.#telling.now();
  }

  /** The chosen cells of the table go to the clipboard; the page knows which. */
  copyCells(withHeader: boolean): void {
    this.#post({ type: 'copyCells', withHeader });
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    this.#isReady = false;
    const { extensionUri } = this.#parts.context;
    view.webview.options = { enableScripts: true, localResourceRoots: resourceRoots(extensionUri) };
    view.webview.onDidReceiveMessage((message: unknown) => {
      if (isFromPage(message))
        this.#heard(message).catch((error: unknown) => reportRefusal(this.#parts, error));
    });
    view.onDidDispose(() => {
      if (this.#view !== view) return;
      this.#view = undefined;
      this.#isReady = false;
    });
    view.webview.html = pageOf(view.webview, extensionUri, 'sqlResults', 'SQL Results');
  }

  /** Brings the view into sight; the cursor stays in the document. */
  async #reveal(): Promise<void> {
    await vscode.commands.executeCommand('setContext', 'querent.sql.shown', true);
    if (this.#view) this.#view.show(true);
    else await vscode.commands.executeCommand(`${viewId}.focus`, { preserveFocus: true });
  }

  #setRunning(isRunning: boolean): void {
    void vscode.commands.executeCommand('setContext', 'querent.sql.running', isRunning);
  }

  async #heard(message: FromPage): Promise<void> {
    if (message.type === 'ready') {
      this.#isReady = true;
      this.#sent = undefined;
      this.#telling.now();
      return;
    }
    if (message.type === 'copy') {
      await vscode.env.clipboard.writeText(message.text);
      vscode.window.setStatusBarMessage('Copied.', 3000);
      return;
    }
    const session = this.#session;
    if (!session) return;
    const { order } = session.state;
    const { executeCommand } = vscode.commands;
    switch (message.type) {
      case 'cancel':
        session.cancel();
        return;
      case 'again':
      case 'rows':
        await vscode.workspace.openTextDocument(vscode.Uri.parse(order.uri, true));
        await this.show({
          ...{ ...order, position: session.place() },
          ...(message.type === 'rows' ? { rows: message.rows } : {}),
        });
        return;
      case 'goToStatement':
        await goTo(order.uri, () => atPosition(session.place()));
        return;
      case 'goToFailure':
        await goTo(order.uri, () => session.failurePlace() ?? atPosition(session.place()));
        return;
      case 'export':
        await executeCommand(sqlCommands.exportRows, order.uri, session.place(), message.format);
        return;
      case 'insert':
        if (message.answer !== session.state.answer)
          void vscode.window.showInformationMessage(
            'More proposals came in that moment. Look at them, and insert one of them.',
          );
        else if (!(await session.insert(message.proposal)))
          void vscode.window.showWarningMessage(
            'The document was edited since these proposals were made for it. Undo the edit, or ask again.',
          );
        return;
      case 'fix':
        await executeCommand(sqlCommands.fix, order.uri, session.place());
        return;
      case 'explain':
        await executeCommand(sqlCommands.explain, order.uri, session.place());
        return;
      case 'chooseDatabase':
        await executeCommand(sqlCommands.chooseDatabase, order.uri);
        return;
      case 'settings':
        await executeCommand('workbench.action.openSettings', 'querent.sql');
        return;
      case 'log':
        this.#parts.log.show();
        return;
    }
  }

  #tellSoon(session: SqlSession): void {
    if (session !== this.#session) return;
    if (session.state.phase === 'running') this.#telling.soon();
    else this.#telling.now();
  }

  #tell(): void {
    if (!this.#isReady) return;
    const state = this.#session?.state;
    const hasAnswer = state?.preview !== undefined || state?.proposed !== undefined;
    const isSent = hasAnswer && this.#sent === state.answer;
    if (hasAnswer) this.#sent = state.answer;
    this.#post({
      type: 'state',
      state: isSent ? { ...state, preview: undefined, proposed: undefined } : state,
    });
  }

  #post(message: ToPage): void {
    void this.#view?.webview.postMessage(message);
  }
}

const atPosition = ({ line, character }: { line: number; character: number }): vscode.Range =>
  new vscode.Range(line, character, line, character);

/** Opens a document where it is open already, and puts the cursor to a place that is looked up then. */
async function goTo(uri: string, place: () => vscode.Range): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri, true));
  const editor = await showDocument(document);
  const range = document.validateRange(place());
  editor.selection = new vscode.Selection(range.start, range.end);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
