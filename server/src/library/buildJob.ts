import type { MessagePort } from 'node:worker_threads';
import { buildLibrary, type BuildProgress, type BuildRequest, type BuildSummary } from './buildLibrary.ts';

/** A build as a worker is told to do it. */
export interface BuildJob {
  readonly job: 'build';
  readonly request: Pick<BuildRequest, 'inputs' | 'output' | 'mesh' | 'rebuild' | 'removeIds' | 'builtWith'>;
}

/** What the worker says. It is told only one thing: to stop (any message). */
export type BuildMessage =
  | { readonly kind: 'progress'; readonly progress: BuildProgress }
  | { readonly kind: 'done'; readonly summary: BuildSummary }
  | { readonly kind: 'failed'; readonly message: string };

/** Runs a build inside a worker and reports to `port`. */
export async function runBuildJob({ request }: BuildJob, port: MessagePort): Promise<void> {
  const controller = new AbortController();
  port.on('message', () => controller.abort());
  const send = (message: BuildMessage): void => port.postMessage(message);
  let toldAt = 0;
  try {
    const summary = await buildLibrary({
      ...request,
      signal: controller.signal,
      onProgress: (progress) => {
        // Every chunk reports; nobody reads more than a few reports a second.
        if (progress.phase === 'reading' && performance.now() - toldAt < 100) return;
        toldAt = performance.now();
        send({ kind: 'progress', progress });
      },
    });
    send({ kind: 'done', summary });
  } catch (error) {
    send({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  } finally {
    port.close();
  }
}
