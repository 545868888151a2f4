import { randomUUID } from 'node:crypto';
import type { CancellationToken } from 'vscode';
import { WorkDoneProgress } from 'vscode-languageclient/node';
import type { ExtensionParts } from '../context.ts';

/** Sends a request whose progress is shown by whoever asks. @throws what the server answered, or that it was cancelled */
export async function ask<R>(
  { client }: ExtensionParts,
  method: string,
  params: object,
  token: CancellationToken,
  staged: (stage: string) => void,
): Promise<R | null> {
  const workDoneToken = randomUUID();
  const listener = client.onProgress(WorkDoneProgress.type, workDoneToken, (value) => {
    if (value.kind !== 'end' && value.message !== undefined) staged(value.message);
  });
  try {
    return await client.sendRequest<R | null>(method, { ...params, workDoneToken }, token);
  } finally {
    listener.dispose();
  }
}
