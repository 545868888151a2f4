import { LSPErrorCodes, ResponseError, type CancellationToken } from 'vscode-languageserver/node';
import { SearchError } from '@querent/core/search';

/** What a handler may give back: its result, or the error that LSP asks for. */
export type Answer<T> = T | ResponseError<never>;

/** A failure that the person must see in these words (custom requests); everything else is logged and hidden. */
export class UserFacingError extends Error {
  override readonly name = 'UserFacingError';
}

/**
 * Runs a request's handler so that nothing it does can harm the connection: looks at the token before and after, logs an
 * error with the request's name and document, and answers with `fallback`. A cancelled request is answered
 * `RequestCancelled`, as LSP demands. Errors meant for people become the request's error.
 */
export async function runSafe<T>(
  log: (message: string) => void,
  request: string,
  uri: string,
  token: CancellationToken,
  fallback: T,
  handler: (signal: () => AbortSignal) => T | Promise<T>,
): Promise<Answer<T>> {
  // Messages that arrived behind this one are read first: a cancellation among them then costs no work.
  await new Promise<void>((resolve) => setImmediate(resolve));
  if (token.isCancellationRequested) return cancelled(request);
  try {
    const result = await handler(() => signalOf(token));
    return token.isCancellationRequested ? cancelled(request) : result;
  } catch (error) {
    if (token.isCancellationRequested || (error instanceof SearchError && error.code === 'aborted'))
      return cancelled(request);
    if (error instanceof UserFacingError)
      return new ResponseError<never>(LSPErrorCodes.RequestFailed, error.message);
    log(`${request} (${uri}) failed: ${describe(error)}`);
    return fallback;
  }
}

function cancelled(request: string): ResponseError<never> {
  return new ResponseError<never>(LSPErrorCodes.RequestCancelled, `${request} was cancelled.`);
}

/** The bridge from LSP's tokens to the signals that the rest of the house knows. */
function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

/** An error with its stack, for the log. */
export function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
