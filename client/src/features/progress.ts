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
  const answer = await requestWithProgress<P, R>(parts, method, params, title);
  if (answer.kind === 'refused') reportRefusal(parts, answer.error);
  return answer.kind === 'done' ? answer.result : undefined;
}

/** How a request ended. `cancelled`: by the person. */
export type Answer<R> =
  | { readonly kind: 'done'; readonly result: R }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'refused'; readonly error: unknown };

/** The same for those who go on differently after each way to end; shows nothing but the progress. */
export async function requestWithProgress<P extends { workDoneToken?: string | number }, R>(
  parts: ExtensionParts,
  method: string,
  params: Omit<P, 'workDoneToken'>,
  title: string,
): Promise<Answer<R>> {
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
        const result = await parts.client.sendRequest<R>(method, { ...params, workDoneToken }, token);
        return { kind: 'done', result };
      } catch (error) {
        return token.isCancellationRequested ? { kind: 'cancelled' } : { kind: 'refused', error };
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

/** Shows what was refused in the server's words, with the way to the log. */
export function reportRefusal(parts: ExtensionParts, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  parts.log.error(message);
  void vscode.window.showErrorMessage(plainText(message), 'Show Log').then((choice) => {
    if (choice) parts.log.show();
  });
}
