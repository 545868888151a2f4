import { CliError, EXIT } from './exit.ts';

/**
 * Runs `task` with a signal that Ctrl-C (SIGINT) and SIGTERM abort, so that it can clean up. A second Ctrl-C ends the process at once.
 * @throws CliError with exit code 130 when interrupted.
 */
export async function interruptible<T>(task: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    return await task(controller.signal);
  } catch (error) {
    if (controller.signal.aborted)
      throw new CliError(EXIT.interrupted, 'Interrupted; nothing was changed.', error);
    throw error;
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}
