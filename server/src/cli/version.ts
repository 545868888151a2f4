import { readFileSync } from 'node:fs';

/** The version of Querent: that of the nearest manifest above the bundle, or above this file in development. */
export function version(): string {
  for (const up of ['../package.json', '../../package.json', '../../../package.json']) {
    try {
      const manifest = JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')) as {
        version?: unknown;
      };
      if (typeof manifest.version === 'string') return manifest.version;
    } catch {
      // Not there; the next one is looked for.
    }
  }
  return '0.0.0';
}
