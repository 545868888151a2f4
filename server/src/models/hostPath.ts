import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Where the model host's module lies: `modelHost.mjs` beside the bundle that asks, or the source `hostMain.ts` beside this file,
 * which Node 22.18 or later runs as it is.
 */
export function defaultHostPath(): string {
  // Bundles are CommonJS, sources are modules; each has one of the two.
  const here = typeof __dirname === 'string' ? __dirname : import.meta.dirname;
  const bundled = join(here, 'modelHost.mjs');
  return existsSync(bundled) ? bundled : join(here, 'hostMain.ts');
}
