import type { MessagePort } from 'node:worker_threads';
import { buildLibrary, type BuildProgress, type BuildRequest, type BuildSummary } from './buildLibrary.ts';
import { repairLibrary, type RepairSummary } from './repairLibrary.ts';

/** What a worker is told to do with a library file. */
export type LibraryJob =
  | {
      readonly job: 'build';
      readonly request: Pick<
        BuildRequest,
        'inputs' | 'output' | 'mesh' | 'rebuild' | 'removeIds' | 'builtWith'
      >;
    }
  | { readonly job: 'repair'; readonly request: { readonly path: string; readonly builtWith: string } };

/** What a job comes to. */
export interface JobSummaries {
  readonly build: BuildSummary;
  readonly repair: RepairSummary;
}

/** What the worker says. It is told only one thing: to stop (any message). */
export type JobMessage =
  | { readonly kind: 'progress'; readonly progress: BuildProgress }
  | { readonly kind: 'done'; readonly summary: JobSummaries[keyof JobSummaries] }
  | { readonly kind: 'failed'; readonly message: string };

/** Runs a job inside a worker and reports to `port`. */
export async function runLibraryJob(job: LibraryJob, port: MessagePort): Promise<void> {
  const controller = new AbortController();
  port.on('message', () => controller.abort());
  const send = (message: JobMessage): void => port.postMessage(message);
  try {
    send({ kind: 'done', summary: await run(job, controller.signal, send) });
  } catch (error) {
    send({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  } finally {
    port.close();
  }
}

async function run(
  job: LibraryJob,
  signal: AbortSignal,
  send: (message: JobMessage) => void,
): Promise<JobSummaries[keyof JobSummaries]> {
  if (job.job === 'repair') return repairLibrary(job.request.path, job.request.builtWith);
  let toldAt = 0;
  return buildLibrary({
    ...job.request,
    signal,
    onProgress: (progress) => {
      // Every chunk reports; nobody reads more than a few reports a second.
      if (progress.phase === 'reading' && performance.now() - toldAt < 100) return;
      toldAt = performance.now();
      send({ kind: 'progress', progress });
    },
  });
}
