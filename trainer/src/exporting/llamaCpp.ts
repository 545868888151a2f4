import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '@querent/server/library';

/** What node-llama-cpp brings beside what it runs. */
export interface LlamaCpp {
  /** Release of llama.cpp, `v0.5.0`. */
  readonly tag: string;
  /** Its whole tree as a git bundle; undefined in an installation that was trimmed. */
  readonly bundle: string | undefined;
  /** Folder with its libraries for the processor of this machine; undefined where there is none. */
  readonly libraries: string | undefined;
}

/** What node-llama-cpp has on this machine; undefined where it is not installed. Nothing of it is loaded. */
export async function findLlamaCpp(from: string = import.meta.url): Promise<LlamaCpp | undefined> {
  // Its `exports` hide package.json, so its folder is looked for where Node would.
  const package_ = (createRequire(from).resolve.paths('node-llama-cpp') ?? [])
    .map((folder) => join(folder, 'node-llama-cpp'))
    .find((folder) => existsSync(join(folder, 'llama', 'llama.cpp.info.json')));
  if (package_ === undefined) return undefined;
  const info = JSON.parse(await readFile(join(package_, 'llama', 'llama.cpp.info.json'), 'utf8')) as {
    readonly tag?: unknown;
  };
  const bundle = join(package_, 'llama', 'gitRelease.bundle');
  const names = libraryPackages().flatMap(([name, folder]) => [
    join(dirname(package_), '@node-llama-cpp', name, 'bins', folder),
    join(package_, 'node_modules', '@node-llama-cpp', name, 'bins', folder),
  ]);
  return {
    tag: typeof info.tag === 'string' ? info.tag : 'unknown',
    bundle: existsSync(bundle) ? bundle : undefined,
    libraries: names.find((folder) => existsSync(folder)),
  };
}

/** Names of the packages with libraries, and of the folder in each. */
function libraryPackages(): readonly (readonly [string, string])[] {
  const { platform, arch } = process;
  const system = platform === 'darwin' ? 'mac' : platform === 'win32' ? 'win' : platform;
  const names = platform === 'darwin' && arch === 'arm64' ? ['mac-arm64-metal'] : [`${system}-${arch}`];
  return names.map((name) => [name, name] as const);
}

/**
 * The tree of llama.cpp with its converter, cloned from the bundle into the cache folder once a release.
 * @returns the folder, or why there is none
 */
export async function llamaCppTree(
  { tag, bundle }: LlamaCpp,
  cache: string = cacheFolder(),
  signal?: AbortSignal,
): Promise<{ readonly tree: string } | { readonly reason: string }> {
  if (bundle === undefined)
    return { reason: 'this node-llama-cpp was installed without its gitRelease.bundle' };
  const parent = join(cache, 'llama.cpp');
  const tree = join(parent, tag.replace(/[^\w.-]/gu, '_'));
  if (isTree(tree)) return { tree };
  try {
    await mkdir(parent, { recursive: true });
    const beside = await mkdtemp(join(parent, '.clone-'));
    try {
      const clone = join(beside, 'tree');
      // A bundle has no server to be asked, no hooks of the machine are run.
      await promisify(execFile)('git', ['clone', '--quiet', bundle, clone], {
        env: {
          ...process.env,
          GIT_CONFIG_GLOBAL: '/dev/null',
          GIT_CONFIG_SYSTEM: '/dev/null',
          GIT_TEMPLATE_DIR: '',
        },
        ...(signal === undefined ? {} : { signal }),
      });
      if (!isTree(clone)) return { reason: `the bundle of ${tag} holds no converter` };
      await rm(join(clone, '.git'), { recursive: true, force: true });
      await rename(clone, tree).catch((error: unknown) => {
        if (!isTree(tree)) throw error; // another export was quicker
      });
      return { tree };
    } finally {
      await rm(beside, { recursive: true, force: true });
    }
  } catch (error) {
    signal?.throwIfAborted();
    const { code, message } = error as NodeJS.ErrnoException;
    return {
      reason:
        code === 'ENOENT'
          ? 'git is not installed'
          : `its bundle could not be cloned (${message.split('\n', 1)[0]})`,
    };
  }
}

function isTree(folder: string): boolean {
  return (
    existsSync(join(folder, 'convert_hf_to_gguf.py')) && existsSync(join(folder, 'conversion', 'base.py'))
  );
}
