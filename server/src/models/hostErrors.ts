import { HostRequestError } from './hostProcess.ts';
import type { HostEnd } from './hostProcess.ts';
import { ModelError, oneLine } from './modelError.ts';

/** The process died. */
export class CrashError extends ModelError {
  readonly isFromOutside: boolean;
  constructor(message: string, end: HostEnd | undefined, cause: unknown) {
    super('crashed', message, cause);
    this.isFromOutside = end?.isFromOutside ?? false;
  }
}

/** Of a request that the process died in. */
export function crashError(error: unknown, end: HostEnd | undefined): ModelError {
  return new CrashError(
    `The model process ${oneLine(error)}. Nothing else is affected; ask again to restart it.`,
    end,
    error,
  );
}

/** Of a model that could not be loaded, whatever went wrong. */
export function loadError(error: unknown, path: string): ModelError {
  if (error instanceof ModelError && error.code !== 'crashed') {
    return error;
  }
  if (error instanceof HostRequestError) {
    return new ModelError(
      error.code === 'unsupported' ? 'unsupported' : 'load-failed',
      `The model ${path} could not be loaded: ${oneLine(error)}. Choose another GGUF file or a smaller quantisation.`,
      error,
    );
  }
  const advice =
    error instanceof CrashError && error.isFromOutside
      ? 'Ask again to restart it.'
      : 'Choose a smaller model or another GGUF file.';
  const message = `The model process ${oneLine(error)} while loading ${path}. ${advice}`;
  return error instanceof CrashError
    ? new CrashError(message, { why: error.message, isFromOutside: error.isFromOutside }, error)
    : new ModelError('crashed', message, error);
}

/** The caller wants it no longer. */
export function aborted(): ModelError {
  return new ModelError('aborted', 'Cancelled.');
}

/** The host was shut down. */
export function disposed(): ModelError {
  return new ModelError('disposed', 'The language model was shut down.');
}
