import { randomUUID } from 'node:crypto';
import type { CancellationToken } from 'vscode';
import { ProgressType, WorkDoneProgress } from 'vscode-languageclient/node';
import type { ExtensionParts } from '../context.ts';

/**
 * Sends a request whose progress is shown by whoever asks.
 * @param early is given what the server has before its whole answer, where it can tell
 * @throws what the server answered, or that it was cancelled
 */
export async function ask<R>(
  { client }: ExtensionParts,
  method: string,
  params: object,
  token: CancellationToken,
  staged: (stage: string) => void,
  early?: (partial: R) => void,
): Promise<R | null> {
  const workDoneToken = randomUUID();
  const listener = client.onProgress(WorkDoneProgress.type, workDoneToken, (value) => {
    if (value.kind !== 'end' && value.message !== undefined) staged(value.message);
  });
  const partialResultToken = randomUUID();
  const earlier =
    early === undefined
      ? undefined
      : client.onProgress(new ProgressType<R>(), partialResultToken, (partial) => early(partial));
  try {
    const tokens = { workDoneToken, ...(early === undefined ? {} : { partialResultToken }) };
    return await client.sendRequest<R | null>(method, { ...params, ...tokens }, token);
  } finally {
    listener.dispose();
    earlier?.dispose();
  }
}
