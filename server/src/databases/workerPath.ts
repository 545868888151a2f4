import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The module of the threads: the bundle beside ours, or the source, which Node 22.18 or later runs as it is. */
export function workerPath(): string {
  return besideUs('databaseWorker.cjs', 'worker.ts');
}

/** The module of the processes that read databases in place, as {@link workerPath}. */
export function nativePath(): string {
  return besideUs('databaseProcess.cjs', 'nativeMain.ts');
}

function besideUs(bundle: string, source: string): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const bundled = join(here, bundle);
  return existsSync(bundled) ? bundled : join(here, source);
}
