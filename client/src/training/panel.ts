import * as vscode from 'vscode';
import type { ExtensionParts } from '../context.ts';
import { plainText } from '../plainText.ts';
import { Throttle } from '../throttle.ts';
import { pageOf, resourceRoots } from '../webviewPage.ts';
import { isFromPage, savedPage, type FromPage, type RunView, type ToPage } from './messages.ts';
import { RunReader } from './runReader.ts';
import { filesOf } from './vscodeFiles.ts';

const viewType = 'querent.training';

/** How often a run is looked at, in milliseconds: watchers do not see what other machines write to a shared disk. */
const lookEveryMs = 3000;
/** A watcher that tells of a hundred changes leads to one reading. */
const pauseMs = 250;

/** One view of a training run; its page is drawn from what {@link RunReader} finds, while it is to be seen. */
class TrainingPanel {
  readonly #panel: vscode.WebviewPanel;
  readonly #folder: vscode.Uri;
  readonly #reader: RunReader;
  readonly #disposables: vscode.Disposable[] = [];
  #isReady = false;
  #isReading = false;
  #isStale = true;
  readonly #looking = new Throttle(() => this.#look(), pauseMs);
  #shown: RunView | undefined;
  #sent = '';

  constructor(
    { context, log }: ExtensionParts,
    panel: vscode.WebviewPanel,
    folder: vscode.Uri,
    onClose: () => void,
  ) {
    this.#panel = panel;
    this.#folder = folder;
    this.#reader = new RunReader(filesOf(folder), folderName(folder));
    const { extensionUri } = context;
    panel.webview.options = { enableScripts: true, localResourceRoots: resourceRoots(extensionUri) };
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icon.svg');
    const pattern = '{state.json,plan.json,progress.json,{sft,ppo}/*.jsonl,evaluation/summary.json}';
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, pattern));
    const timer = setInterval(() => this.#look(), lookEveryMs);
    this.#disposables.push(
      this.#looking,
      watcher,
      watcher.onDidChange(() => this.#looking.soon()),
      watcher.onDidCreate(() => this.#looking.soon()),
      watcher.onDidDelete(() => this.#looking.soon()),
      { dispose: () => clearInterval(timer) },
      panel.onDidChangeViewState(() => this.#look()),
      panel.webview.onDidReceiveMessage((message: unknown) => {
        if (!isFromPage(message)) return;
        this.#heard(message, log).catch((error: unknown) => {
          log.error(String(error));
          void vscode.window.showErrorMessage(
            plainText(error instanceof Error ? error.message : String(error)),
          );
        });
      }),
    );
    panel.onDidDispose(() => {
      for (const one of this.#disposables) one.dispose();
      onClose();
    });
    panel.webview.html = pageOf(panel.webview, extensionUri, 'training', 'Training');
  }

  get shown(): RunView | undefined {
    return this.#shown;
  }

  reveal(): void {
    this.#panel.reveal();
  }

  async #heard({ type }: FromPage, log: vscode.LogOutputChannel): Promise<void> {
    switch (type) {
      case 'ready':
        this.#isReady = true;
        this.#sent = '';
        await this.#update();
        return;
      case 'reveal':
        await vscode.commands.executeCommand('revealFileInOS', this.#folder);
        return;
      case 'report': {
        const report = vscode.Uri.joinPath(this.#folder, 'report.html');
        await vscode.workspace.fs.stat(report);
        await vscode.env.openExternal(report);
        return;
      }
      case 'log':
        log.show();
        return;
    }
  }

  #look(): void {
    this.#isStale = true;
    if (this.#panel.visible && this.#isReady) void this.#update();
  }

  async #update(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (this.#isStale || this.#sent === '') {
        this.#isStale = false;
        const run = await this.#reader.read(Date.now());
        this.#shown = run;
        this.#panel.title = `Training: ${run.plan.name ?? run.folder}`;
        const message: ToPage = {
          type: 'run',
          run,
          uri: this.#folder.toString(),
          isWatched: run.phase !== 'done',
        };
        const text = JSON.stringify(message);
        if (text === this.#sent) continue;
        this.#sent = text;
        await this.#panel.webview.postMessage(message);
      }
    } finally {
      this.#isReading = false;
    }
  }
}

function folderName(folder: vscode.Uri): string {
  return folder.scheme === 'file' ? folder.fsPath : folder.path;
}

/**
 * `querent.watchTraining` `[folder]`: shows a run of querent-trainer while it goes on. Reads its folder only; the trainer need not be there. Returns what
 * is shown, newest first, which tests look at.
 */
export function registerTraining(parts: ExtensionParts): () => readonly RunView[] {
  const panels = new Map<string, TrainingPanel>();
  const adopt = (panel: vscode.WebviewPanel, folder: vscode.Uri): void => {
    const key = folder.toString();
    const one = new TrainingPanel(parts, panel, folder, () => {
      if (panels.get(key) === one) panels.delete(key);
    });
    panels.set(key, one);
  };
  parts.context.subscriptions.push(
    vscode.window.registerWebviewPanelSerializer(viewType, {
      deserializeWebviewPanel: async (panel, kept: unknown) => {
        const uri = savedPage(kept)?.uri;
        if (uri === undefined || panels.has(uri)) panel.dispose();
        else adopt(panel, vscode.Uri.parse(uri, true));
      },
    }),
    vscode.commands.registerCommand('querent.watchTraining', async (argument?: string | vscode.Uri) => {
      const folder = await folderOf(argument);
      if (folder === undefined) return;
      const known = panels.get(folder.toString());
      if (known !== undefined) {
        known.reveal();
        return;
      }
      const panel = vscode.window.createWebviewPanel(viewType, 'Training', vscode.ViewColumn.Active, {
        enableScripts: true,
        localResourceRoots: resourceRoots(parts.context.extensionUri),
        enableFindWidget: true,
      });
      adopt(panel, folder);
    }),
  );
  return () => [...panels.values()].flatMap(({ shown }) => shown ?? []);
}

async function folderOf(argument: string | vscode.Uri | undefined): Promise<vscode.Uri | undefined> {
  if (typeof argument === 'string') return vscode.Uri.file(argument);
  if (argument instanceof vscode.Uri) return argument;
  const chosen = await vscode.window.showOpenDialog({
    title: 'Run folder of querent-trainer',
    openLabel: 'Watch Run',
    canSelectFolders: true,
    canSelectFiles: false,
    defaultUri: vscode.workspace.workspaceFolders?.[0]?.uri,
  });
  return chosen?.[0];
}
