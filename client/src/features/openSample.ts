import * as vscode from 'vscode';

/** `querent.openSample`: copies the bundled sample where it may be edited, and opens it in a new window. */
export function registerOpenSample(context: vscode.ExtensionContext): void {
  context.subscriptions.push(
    vscode.commands.registerCommand('querent.openSample', async () => {
      const source = vscode.Uri.joinPath(context.extensionUri, 'samples');
      const target = vscode.Uri.joinPath(context.globalStorageUri, 'samples');
      await vscode.workspace.fs.createDirectory(context.globalStorageUri);
      const copied = await exists(target);
      // An edited copy is the person's own: it is never overwritten.
      if (!copied) await vscode.workspace.fs.copy(source, target);
      await vscode.commands.executeCommand('vscode.openFolder', target, { forceNewWindow: true });
    }),
  );
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
