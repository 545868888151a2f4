import { CliError, EXIT } from '@querent/server/terminal';

/**
 * Runs a task that has something to clean up when Ctrl-C (SIGINT) or SIGTERM comes. A second one ends the process at once.
 * @throws CliError with exit code 130 when interrupted
 */
export async function interruptible<T>(
  task: (signal: AbortSignal) => Promise<T>,
  message = 'Interrupted; nothing was changed.',
): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, stop);
  try {
    return await task(controller.signal);
  } catch (error) {
    if (controller.signal.aborted) throw new CliError(EXIT.interrupted, message, error);
    throw error;
  } finally {
    for (const signal of signals) process.off(signal, stop);
  }
}
