import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The module of a worker thread: the bundle of that name beside ours, or `worker.ts` beside the source, which Node 22.18 or later runs as it is.
 * @param from `import.meta.url` of whoever starts it
 */
export function workerModule(from: string, bundle: string): string {
  const here = dirname(fileURLToPath(from));
  const bundled = join(here, bundle);
  return existsSync(bundled) ? bundled : join(here, 'worker.ts');
}
