import { RowError } from '@querent/core/tasks';
import { SearchError } from '@querent/core/search';
import { CliError, EXIT } from '@querent/server/terminal';

/** The exit code of an error that reached the top, and what people are told; undefined for a fault of ours, which keeps its stack. */
export function exitOf(error: unknown): { readonly code: number; readonly message: string } | undefined {
  if (error instanceof CliError) return { code: error.exitCode, message: error.message };
  if (error instanceof RowError) return { code: EXIT.badInput, message: error.message };
  if (error instanceof SearchError) {
    if (error.code === 'aborted') return { code: EXIT.interrupted, message: 'Interrupted.' };
    const isInput = error.code === 'bad-library' || error.code === 'rejected';
    return { code: isInput ? EXIT.badInput : EXIT.engineFailed, message: error.message };
  }
  const { code, message, path } = error as NodeJS.ErrnoException;
  if (error instanceof Error && typeof code === 'string' && /^E[A-Z]+$/.test(code))
    return { code: EXIT.badInput, message: systemMessage(code, message, path) };
  return undefined;
}

function systemMessage(code: string, message: string, path: string | undefined): string {
  const what = path ?? 'A file';
  switch (code) {
    case 'ENOENT':
      return `${what} cannot be read: there is no such file.`;
    case 'EISDIR':
      return `${what} is a folder.`;
    case 'EACCES':
    case 'EPERM':
      return `${what}: permission denied.`;
    case 'ENOSPC':
      return `The disk is full${path === undefined ? '' : ` (${path})`}. Make room and run the command again.`;
    default:
      return message;
  }
}
