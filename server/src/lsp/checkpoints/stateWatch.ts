import { unwatchFile, watchFile } from 'node:fs';
import { statePath } from '../../checkpoints/statePath.ts';

/** Another window's or the command line's change is seen after so long at the latest. */
const everyMs = 2_000;

/**
 * Calls `onChange` when somebody else changes which checkpoint is active. Asks for the time of one small file, since its folder need not be there, may lie on a network drive, and
 * the file is replaced whole. Keeps no process alive. @returns ends it
 */
export function watchState(folder: string, onChange: () => void): () => void {
  const path = statePath(folder);
  const look = (now: { mtimeMs: number; size: number }, before: { mtimeMs: number; size: number }): void => {
    if (now.mtimeMs !== before.mtimeMs || now.size !== before.size) onChange();
  };
  watchFile(path, { persistent: false, interval: everyMs }, look);
  return () => unwatchFile(path, look);
}
