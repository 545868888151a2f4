import process from 'node:process';
import { EXIT } from '@querent/server/terminal';

/** Signals that ask a command to save and end. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a task that is told by its signal to save and end; a second one of the same kind ends the process at once, and with it what works for it. What the task throws is thrown as it is: it knows
 * what it has saved.
 */
export async function withSignal<T>(task: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
  };
  for (const signal of signals) process.on(signal, stop);
  try {
    return await task(controller.signal);
  } finally {
    for (const signal of signals) process.off(signal, stop);
  }
}
