import * as vscode from 'vscode';

/** `querent.chooseModel`: points the setting at a GGUF file. Machine-scoped: a model is a file of this machine. */
export function registerChooseModel(context: vscode.ExtensionContext): void {
  context.subscriptions.push(
    vscode.commands.registerCommand('querent.chooseModel', async () => {
      const chosen = await vscode.window.showOpenDialog({
        title: 'Language model (GGUF)',
        openLabel: 'Use Model',
        filters: { 'GGUF models': ['gguf'] },
      });
      if (!chosen?.[0]) return;
      await vscode.workspace
        .getConfiguration('querent')
        .update('model.path', chosen[0].fsPath, vscode.ConfigurationTarget.Global);
    }),
  );
}
