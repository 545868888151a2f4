/** What kind of fault a {@link CheckpointError} speaks of. */
export type CheckpointErrorCode =
  | 'usage' // what was asked for makes no sense: a bad id, source or key
  | 'unreachable' // the channel, or a file of it, cannot be read now
  | 'channel' // what is there is no channel, or a damaged one
  | 'newer-schema' // an update of Querent reads it
  | 'no-key' // no key to check the signature with
  | 'signature' // the signature does not fit
  | 'replayed' // an older channel than was seen before
  | 'refused' // the release cannot be used here
  | 'wrong-size' // the file has another size than the channel promises
  | 'wrong-hash' // the file is another one than the channel promises
  | 'not-a-file' // a web page, or something compressed, instead of the file
  | 'interrupted' // the download broke off; what is there is kept
  | 'disk' // no room, or the store cannot be written
  | 'store' // the store, or what is installed, is damaged
  | 'not-installed'
  | 'self-test' // it does not answer
  | 'in-use' // another process does not let go
  | 'aborted'; // the caller cancelled

/**
 * Why a checkpoint cannot be had or used. The message is for people: which channel or file, what is wrong, and what to do about it. It never holds a
 * secret.
 */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
  readonly code: CheckpointErrorCode;
  constructor(code: CheckpointErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** The first line of anything thrown, at most 300 characters, without a full stop. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const line = text.split(/\r?\n/).find((part) => part.trim() !== '') ?? 'unknown error';
  return line.trim().slice(0, 300).replace(/\.$/, '');
}

/** The system's code of an error, `ENOENT`. */
export function systemCode(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | null | undefined)?.code;
}

const noRoom = new Set(['ENOSPC', 'EDQUOT']);

/** Whether a disk, or a quota of it, is full. */
export function isDiskFull(error: unknown): boolean {
  return noRoom.has(systemCode(error) ?? '');
}

/** An error of the system about the store as one for people; what is one already stays as it is. */
export function storeError(doing: string, error: unknown): CheckpointError {
  if (error instanceof CheckpointError) return error;
  if (isDiskFull(error))
    return new CheckpointError(
      'disk',
      `${doing} failed: the disk is full. Free some space and try again.`,
      error,
    );
  const code = systemCode(error);
  const way =
    code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
      ? 'Make the folder writable for you, or name another one in QUERENT_CHECKPOINTS'
      : code === 'EBUSY'
        ? 'Another program uses the file; close it and try again'
        : 'Try again';
  return new CheckpointError('disk', `${doing} failed: ${reasonOf(error)}. ${way}.`, error);
}

/** @throws CheckpointError `aborted` when the signal has fired */
export function assertNotAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new CheckpointError('aborted', 'Cancelled.');
}
