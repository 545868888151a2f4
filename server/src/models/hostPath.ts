import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Where the model host's module lies: `modelHost.mjs` beside the bundle that asks, or the source `hostMain.ts` beside this file,
 * which Node 22.18 or later runs as it is.
 */
export function defaultHostPath(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const bundled = join(here, 'modelHost.mjs');
  return existsSync(bundled) ? bundled : join(here, 'hostMain.ts');
}
