import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The worker's module: the bundle beside ours, or the source, which Node 22.18 or later runs as it is. */
export function workerPath(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const bundled = join(here, 'databaseWorker.cjs');
  return existsSync(bundled) ? bundled : join(here, 'worker.ts');
}
