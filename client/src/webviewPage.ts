import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/**
 * The page of a panel or view, empty but for its script. Nothing is loaded from anywhere but the extension, and no script runs but the one that is named here.
 * @param name of the script in `dist` and of the style in `media`
 */
export function pageOf(
  webview: vscode.Webview,
  extension: vscode.Uri,
  name: 'proposals' | 'training' | 'sqlResults',
  title: string,
): string {
  const nonce = randomBytes(16).toString('base64url');
  const script = webview.asWebviewUri(vscode.Uri.joinPath(extension, 'dist', `${name}.js`)).toString();
  const styles = ['page', name]
    .map((file) => webview.asWebviewUri(vscode.Uri.joinPath(extension, 'media', `${file}.css`)).toString())
    .map((address) => `<link rel="stylesheet" href="${address}">`);
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
${styles.join('\n')}
<title>${title}</title>
</head>
<body>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}

/** Folders that the page may load from. */
export function resourceRoots(extension: vscode.Uri): vscode.Uri[] {
  return [vscode.Uri.joinPath(extension, 'dist'), vscode.Uri.joinPath(extension, 'media')];
}
