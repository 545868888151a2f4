import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * Where Querent keeps what it can make again: the cache folder of the platform. A relative path in `XDG_CACHE_HOME` is ignored, as its
 * specification demands. `QUERENT_INDEX_CACHE` (an absolute path) names another. Nothing is created here.
 */
export function cacheFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const { QUERENT_INDEX_CACHE: named, XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = env;
  if (named !== undefined && isAbsolute(named)) return named;
  if (platform === 'win32' && local !== undefined && local !== '') return join(local, 'Querent', 'Cache');
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, 'querent');
  if (platform === 'darwin') return join(home(), 'Library', 'Caches', 'querent');
  return join(home(), '.cache', 'querent');
}

/** The home folder; users without one have their temporary files at least. */
function home(): string {
  try {
    return homedir() || tmpdir();
  } catch {
    return tmpdir();
  }
}
