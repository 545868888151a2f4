/** What kind of fault a {@link ModelError} speaks of. */
export type ModelErrorCode =
  | 'none' // no model is configured
  | 'missing' // the file is not there or cannot be read
  | 'not-gguf' // the file is empty or something else
  | 'truncated' // the file ends too early
  | 'unsupported' // a GGUF that this runtime cannot serve
  | 'too-large' // there is not enough memory for it
  | 'load-failed' // the runtime refused the model
  | 'crashed' // the model process ended or stopped answering
  | 'too-long' // the prompt does not fit the model's context
  | 'refused' // a model server refused the request
  | 'unreachable' // a model server cannot be reached
  | 'aborted' // the caller cancelled
  | 'disposed'; // the host was shut down

/**
 * Why a model gave no answer. The message is one line for people: what is wrong with which file or server, and what to do
 * about it. It never holds a secret.
 */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly code: ModelErrorCode;
  constructor(code: ModelErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** The first line of anything thrown, at most 300 characters. */
export function oneLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const line = text.split(/\r?\n/).find((part) => part.trim() !== '') ?? 'unknown error';
  return line.trim().slice(0, 300);
}
