import * as vscode from 'vscode';
import type { ExtensionParts } from '../context.ts';
import { compareWithStrategy } from '../features/proposalDiff.ts';
import { columnOf, showDocument } from '../features/edits.ts';
import { reportRefusal } from '../features/progress.ts';
import { Throttle } from '../throttle.ts';
import { pageOf, resourceRoots } from '../webviewPage.ts';
import { isFromPage, savedPage } from './messages.ts';
import type { FromPage, PanelState, RewriteOrder, SavedPage, ToPage } from './messages.ts';
import { againCommand, firstState, RewriteSession } from './session.ts';

const viewType = 'querent.proposals';

/** The page is told at most so often, in milliseconds: a model writes faster than anybody reads. */
const pauseMs = 80;

/** The panel beside the strategy that shows proposals: one for all strategies, with the newest rewrite in it. */
export class ProposalsPanel {
  readonly #parts: ExtensionParts;
  #panel: vscode.WebviewPanel | undefined;
  #session: RewriteSession | undefined;
  #isReady = false;
  readonly #telling = new Throttle(() => this.#tell(), pauseMs);

  constructor(parts: ExtensionParts) {
    this.#parts = parts;
    parts.context.subscriptions.push(
      { dispose: () => this.#session?.dispose() },
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.uri.toString() === this.#session?.uri) this.#session.documentChanged();
      }),
      vscode.window.registerWebviewPanelSerializer(viewType, {
        deserializeWebviewPanel: async (panel, kept: unknown) => this.#restore(panel, savedPage(kept)),
      }),
      vscode.commands.registerCommand(againCommand, () => this.#again()),
    );
  }

  /** What is shown; undefined before the first rewrite and after the panel was closed. */
  get state(): PanelState | undefined {
    return this.#session?.state;
  }

  /** Starts a rewrite and shows it; ends with it. A rewrite that is under way is given up. */
  async rewrite(order: RewriteOrder): Promise<void> {
    this.#session?.dispose();
    const session = new RewriteSession(this.#parts, firstState(order), () => this.#tellSoon(session));
    this.#session = session;
    this.#open();
    this.#telling.now();
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: 'Rewriting' }, () =>
      session.run(),
    );
  }

  #open(): void {
    if (this.#panel !== undefined) {
      this.#panel.reveal(undefined, false);
      return;
    }
    const roots = resourceRoots(this.#parts.context.extensionUri);
    this.#adopt(
      vscode.window.createWebviewPanel(
        viewType,
        'Proposals',
        { viewColumn: this.#besideStrategy(), preserveFocus: false },
        { enableScripts: true, localResourceRoots: roots, enableFindWidget: true },
      ),
    );
  }

  /** The group on the right of the strategy's, whichever has the focus. */
  #besideStrategy(): vscode.ViewColumn {
    const uri = this.#session && vscode.Uri.parse(this.#session.uri, true);
    const column = uri && columnOf(uri);
    return column === undefined || column >= vscode.ViewColumn.Nine ? vscode.ViewColumn.Beside : column + 1;
  }

  #adopt(panel: vscode.WebviewPanel): void {
    this.#panel = panel;
    this.#isReady = false;
    const { extensionUri } = this.#parts.context;
    panel.webview.options = { enableScripts: true, localResourceRoots: resourceRoots(extensionUri) };
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icon.svg');
    panel.webview.onDidReceiveMessage((message: unknown) => {
      if (isFromPage(message))
        this.#heard(message).catch((error: unknown) => reportRefusal(this.#parts, error));
    });
    panel.onDidDispose(() => {
      if (this.#panel !== panel) return;
      this.#panel = undefined;
      this.#session?.dispose();
      this.#session = undefined;
    });
    panel.webview.html = pageOf(panel.webview, extensionUri, 'proposals', 'Proposals');
  }

  /** A window that was reloaded has the panel back, as it was; a rewrite that was under way then has ended. */
  #restore(panel: vscode.WebviewPanel, saved: SavedPage | undefined): void {
    if (saved === undefined || this.#panel !== undefined) {
      panel.dispose();
      return;
    }
    const { state } = saved;
    const ended: PanelState = {
      ...state,
      phase: state.phase === 'running' ? 'stopped' : state.phase,
      progress: undefined,
      evidence: Object.fromEntries(Object.entries(state.evidence).filter(([, one]) => one.kind === 'known')),
    };
    const session = new RewriteSession(this.#parts, ended, () => this.#tellSoon(session));
    this.#session = session;
    this.#adopt(panel);
    session.documentChanged();
  }

  async #again(): Promise<void> {
    if (this.#session !== undefined) await this.rewrite(this.#session.state.order);
  }

  async #heard(message: FromPage): Promise<void> {
    const session = this.#session;
    if (session === undefined) return;
    const { uri } = session;
    switch (message.type) {
      case 'ready':
        this.#isReady = true;
        this.#telling.now();
        return;
      case 'cancel':
        session.cancel();
        return;
      case 'again':
        await this.#again();
        return;
      case 'settings':
        await vscode.commands.executeCommand('workbench.action.openSettings', 'querent.rewrite');
        return;
      case 'log':
        this.#parts.log.show();
        return;
      case 'openStrategy':
        await showDocument(await vscode.workspace.openTextDocument(vscode.Uri.parse(uri, true)));
        return;
      case 'apply':
        await session.accept(message.query);
        return;
      case 'applyBlock':
        await session.accept(message.query, message.block);
        return;
      case 'compare': {
        const item = session.proposal(message.query);
        const after = item && session.textWith(item.edits);
        if (after !== undefined) await compareWithStrategy(vscode.Uri.parse(uri, true), after);
        return;
      }
      case 'explain':
        await vscode.commands.executeCommand('querent.explain', uri, undefined, message.query);
        return;
      case 'copy':
        await vscode.env.clipboard.writeText(message.query);
        vscode.window.setStatusBarMessage('Query copied.', 3000);
        return;
      case 'evidence':
        await session.askForEvidence(message.query);
        return;
    }
  }

  #tellSoon(session: RewriteSession): void {
    if (session !== this.#session) return;
    if (session.state.phase === 'running') this.#telling.soon();
    else this.#telling.now();
  }

  #tell(): void {
    const state = this.#session?.state;
    if (state === undefined || this.#panel === undefined) return;
    this.#panel.title = `Proposals: ${state.file}`;
    if (!this.#isReady) return;
    const message: ToPage = { type: 'state', state };
    void this.#panel.webview.postMessage(message);
  }
}
