import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * Where checkpoints of this user lie, for every editor window and the command line: the platform's folder for data. `QUERENT_CHECKPOINTS` (an absolute path)
 * names another. Relative paths in `XDG_DATA_HOME` are ignored, as its specification demands. Nothing is created here.
 */
export function checkpointsFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const { QUERENT_CHECKPOINTS: named, XDG_DATA_HOME: xdg, LOCALAPPDATA: local } = env;
  if (named !== undefined && isAbsolute(named)) return named;
  if (platform === 'win32' && local !== undefined && local !== '')
    return join(local, 'Querent', 'Data', 'checkpoints');
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, 'querent', 'checkpoints');
  if (platform === 'darwin') return join(home(), 'Library', 'Application Support', 'querent', 'checkpoints');
  return join(home(), '.local', 'share', 'querent', 'checkpoints');
}

/** The home folder; users without one have their temporary files at least. */
function home(): string {
  try {
    return homedir() || tmpdir();
  } catch {
    return tmpdir();
  }
}
