import { CheckpointError } from '../checkpoints/checkpointError.ts';
import { BuildStopped } from '../library/buildError.ts';
import { CliError, EXIT } from '../terminal/index.ts';

/** What a task may do about Ctrl-C. */
interface Interruption {
  /** Aborted by Ctrl-C (SIGINT) and SIGTERM. */
  readonly signal: AbortSignal;
  /**
   * While `true`, Ctrl-C ends the process at once, as it does in programs that do not handle it: a computation that blocks the
   * thread would not notice the signal.
   */
  readonly setBlocking: (isBlocking: boolean) => void;
}

/**
 * Runs a task that has something to clean up when Ctrl-C or SIGTERM comes. A second Ctrl-C ends the process at once.
 * Commands with nothing to clean up must not use this: a long search in this thread could then not be stopped.
 * @throws CliError with exit code 130 when interrupted.
 */
export async function interruptible<T>(task: (interruption: Interruption) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
  };
  const setBlocking = (isBlocking: boolean): void => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.off(signal, stop);
      if (!isBlocking) process.on(signal, stop);
    }
  };
  setBlocking(false);
  try {
    return await task({ signal: controller.signal, setBlocking });
  } catch (error) {
    if (controller.signal.aborted)
      throw new CliError(
        EXIT.interrupted,
        error instanceof BuildStopped || error instanceof CheckpointError
          ? error.message
          : 'Interrupted; nothing was changed.',
        error,
      );
    throw error;
  } finally {
    setBlocking(true);
  }
}
