import { unlink } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { BuildError } from './buildError.ts';
import type { BuildProgress } from './buildLibrary.ts';
import { draftPath } from './libraryDraft.ts';
import type { JobMessage, JobSummaries, LibraryJob } from './libraryJob.ts';
import { workerPath } from './workerPath.ts';

/** Longest wait for a cancelled build to stop by itself; then its thread is ended, which harms no file. */
const stopMs = 2_000;

/**
 * Builds a library as `buildLibrary` does, or repairs one as `repairLibrary` does, on a thread of its own: minutes of computing in which
 * the caller stays responsive.
 * @throws BuildError with a message for people; `AbortError` when `signal` fires.
 */
export async function runInWorker<J extends LibraryJob>(
  job: J,
  options: { readonly signal: AbortSignal; readonly onProgress?: (progress: BuildProgress) => void },
): Promise<JobSummaries[J['job']]> {
  const { signal, onProgress } = options;
  signal.throwIfAborted();
  const worker = new Worker(workerPath(), { workerData: job });
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    worker.postMessage('stop');
    timer = setTimeout(() => void worker.terminate(), stopMs);
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise<JobSummaries[J['job']]>((resolve, reject) => {
      worker.on('message', (message: JobMessage) => {
        if (message.kind === 'progress') onProgress?.(message.progress);
        else if (message.kind === 'done') resolve(message.summary as JobSummaries[J['job']]);
        else reject(new BuildError(message.message));
      });
      worker.on('error', (error) =>
        reject(new BuildError(`The work on the library stopped: ${error.message}`)),
      );
      worker.on('exit', () => reject(new BuildError('The work on the library stopped before it was done.')));
    });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    await worker.terminate();
    // A thread that was ended in the middle of a computation could not clean up.
    if (signal.aborted && job.job === 'build')
      for (const path of [draftPath(job.request.output), `${draftPath(job.request.output)}-journal`])
        await unlink(path).catch(() => undefined);
  }
}
