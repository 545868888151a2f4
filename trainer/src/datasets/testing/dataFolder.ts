import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The development data, see docs/testing.md. */
export const data = process.env['QUERENT_DATA'] ?? join(import.meta.dirname, '../../../../../shared/data');

/** Whether `path` is in the data; says so when it is not, since tests are skipped then. */
export function hasData(path: string, what: string): boolean {
  const is = existsSync(join(data, path));
  if (!is) console.warn(`Skipped: ${what} needs ${join(data, path)} (set QUERENT_DATA).`);
  return is;
}
