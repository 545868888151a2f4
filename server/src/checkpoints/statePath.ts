import { join } from 'node:path';

/** The file that changes when another checkpoint becomes active, whoever does it. */
export function statePath(folder: string): string {
  return join(folder, 'state.json');
}
