import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ExtensionParts } from '../context.ts';

/** What VS Code has since 1.101, and the oldest that Querent runs in has not. */
interface McpApi {
  readonly lm: {
    registerMcpServerDefinitionProvider?(
      id: string,
      provider: {
        readonly onDidChangeMcpServerDefinitions: vscode.Event<void>;
        provideMcpServerDefinitions(): readonly unknown[];
      },
    ): vscode.Disposable;
  };
  readonly McpStdioServerDefinition?: new (
    label: string,
    command: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    version: string,
  ) => unknown;
}

/**
 * Offers the same read-only tools to agents that speak the Model Context Protocol: `querent mcp` of this extension, on VS Code's own Node,
 * with the folders and the library of this window. Nothing is offered in a workspace that is not trusted.
 */
export function registerMcpServer({ context }: ExtensionParts): void {
  const { lm, McpStdioServerDefinition: Definition } = vscode as unknown as McpApi;
  if (lm?.registerMcpServerDefinitionProvider === undefined || Definition === undefined) return;
  const changed = new vscode.EventEmitter<void>();
  const { version } = context.extension.packageJSON as { version: string };
  context.subscriptions.push(
    changed,
    vscode.workspace.onDidChangeWorkspaceFolders(() => changed.fire()),
    vscode.workspace.onDidGrantWorkspaceTrust(() => changed.fire()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (
        event.affectsConfiguration('querent.library.path') ||
        event.affectsConfiguration('querent.mesh.path')
      )
        changed.fire();
    }),
    lm.registerMcpServerDefinitionProvider('querent.mcp', {
      onDidChangeMcpServerDefinitions: changed.event,
      provideMcpServerDefinitions: () => {
        const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
        if (!vscode.workspace.isTrusted || folders.length === 0) return [];
        const script = vscode.Uri.joinPath(context.extensionUri, 'dist', 'cli.cjs').fsPath;
        const args = [script, 'mcp', ...folders.flatMap(({ uri }) => ['--root', uri.fsPath])];
        const settings = vscode.workspace.getConfiguration('querent');
        for (const [option, key] of [
          ['--corpus', 'library.path'],
          ['--mesh', 'mesh.path'],
        ] as const) {
          const path = settings.get<string>(key, '').trim();
          if (path !== '' && path !== 'pubmed') args.push(option, absolute(path, folders));
        }
        // VS Code's own program is a Node when it is told so.
        return [new Definition('Querent', process.execPath, args, { ELECTRON_RUN_AS_NODE: '1' }, version)];
      },
    }),
  );
}

function absolute(path: string, folders: readonly vscode.WorkspaceFolder[]): string {
  const isAbsolute = /^(?:[/\\]|[a-z]:)/i.test(path);
  return isAbsolute ? path : join(folders[0]?.uri.fsPath ?? '', path);
}
