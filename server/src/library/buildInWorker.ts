import { Worker } from 'node:worker_threads';
import type { BuildJob, BuildMessage } from './buildJob.ts';
import { BuildError } from './buildError.ts';
import type { BuildProgress, BuildSummary } from './buildLibrary.ts';
import { workerPath } from './workerPath.ts';

/** Longest wait for a cancelled build to stop by itself; then its thread is ended, which harms no file. */
const stopMs = 2_000;

/**
 * Builds a library as `buildLibrary` does, on a thread of its own: minutes of computing in which the caller stays responsive.
 * @throws BuildError with a message for people; `AbortError` when `signal` fires.
 */
export async function buildInWorker(
  request: BuildJob['request'],
  options: { readonly signal: AbortSignal; readonly onProgress: (progress: BuildProgress) => void },
): Promise<BuildSummary> {
  const { signal, onProgress } = options;
  signal.throwIfAborted();
  const job: BuildJob = { job: 'build', request };
  const worker = new Worker(workerPath(), { workerData: job });
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    worker.postMessage('stop');
    timer = setTimeout(() => void worker.terminate(), stopMs);
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise<BuildSummary>((resolve, reject) => {
      worker.on('message', (message: BuildMessage) => {
        if (message.kind === 'progress') onProgress(message.progress);
        else if (message.kind === 'done') resolve(message.summary);
        else reject(new BuildError(message.message));
      });
      worker.on('error', (error) => reject(new BuildError(`The import stopped: ${error.message}`)));
      worker.on('exit', () => reject(new BuildError('The import stopped before it was done.')));
    });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    void worker.terminate();
  }
}
