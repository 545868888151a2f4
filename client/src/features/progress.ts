import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { WorkDoneProgress } from 'vscode-languageclient/node';
import type { ExtensionParts } from '../context.ts';
import { plainText } from '../plainText.ts';

/**
 * Sends a request that takes a while: a cancellable notification shows the server's own progress messages. Returns undefined when
 * the person cancelled or the server refused; a refusal is shown in the server's words.
 */
export async function sendWithProgress<P extends { workDoneToken?: string | number }, R>(
  parts: ExtensionParts,
  method: string,
  params: Omit<P, 'workDoneToken'>,
  title: string,
): Promise<R | undefined> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      const workDoneToken = randomUUID();
      let reached = 0;
      const listener = parts.client.onProgress(WorkDoneProgress.type, workDoneToken, (value) => {
        if (value.kind === 'end') return;
        const percentage = value.percentage ?? reached;
        progress.report({
          message: value.message && plainText(value.message),
          increment: Math.max(0, percentage - reached),
        });
        reached = percentage;
      });
      try {
        return await parts.client.sendRequest<R>(method, { ...params, workDoneToken }, token);
      } catch (error) {
        if (!token.isCancellationRequested) reportRefusal(parts, error);
        return undefined;
      } finally {
        listener.dispose();
      }
    },
  );
}

/** Sends a request that is answered at once; a refusal is shown in the server's words, and undefined returned. */
export async function send<P extends object, R>(
  parts: ExtensionParts,
  method: string,
  params: P,
): Promise<R | undefined> {
  try {
    return await parts.client.sendRequest<R>(method, params);
  } catch (error) {
    reportRefusal(parts, error);
    return undefined;
  }
}

function reportRefusal(parts: ExtensionParts, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  parts.log.error(message);
  void vscode.window.showErrorMessage(plainText(message), 'Show Log').then((choice) => {
    if (choice) parts.log.show();
  });
}
