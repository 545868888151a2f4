/** Why nothing was built; the message is for people. What was there before is as it was. */
export class BuildError extends Error {
  override readonly name = 'BuildError';
}

/** A build that was stopped; the message says what is kept of it. */
export class BuildStopped extends Error {
  override readonly name = 'BuildStopped';
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be larger than is allowed here',
  EISDIR: 'it is a folder',
  EROFS: 'the disk is read-only',
};

/** What the system says went wrong with a file, for people; undefined for what is no error of the system. */
export function systemReason(error: unknown): string | undefined {
  const { code, syscall, message } = (error ?? {}) as NodeJS.ErrnoException;
  if (!(error instanceof Error) || typeof syscall !== 'string') return undefined;
  return REASONS[code ?? ''] ?? message;
}
