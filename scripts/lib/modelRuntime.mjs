// The part of node-llama-cpp that the extension ships: the modules that are reached from its entry point, and the prebuilt
// runtime of one platform. Everything else (sources of llama.cpp, CUDA and Vulkan builds, command line, typings) stays out.
import { cpSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from './processes.mjs';

/** VS Code's name of a platform to node-llama-cpp's prebuilt package for it; Metal is part of the only build for Apple chips. */
const RUNTIMES = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'linux-armhf': 'linux-armv7l',
  'darwin-arm64': 'mac-arm64-metal',
  'darwin-x64': 'mac-x64',
  'win32-x64': 'win-x64',
  'win32-arm64': 'win-arm64',
};

/** VS Code's name of the platform that this runs on. */
export function currentTarget() {
  const arch = process.arch === 'arm' ? 'armhf' : process.arch;
  return `${process.platform}-${arch}`;
}

const packageFolder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;

/** Modules that node-llama-cpp loads, as paths relative to the project; found with the bundler, which writes nothing. */
async function reachedModules() {
  const esbuild = await import('esbuild');
  const traced = await esbuild.build({
    absWorkingDir: root,
    stdin: { contents: "import 'node-llama-cpp';", resolveDir: join(root, 'server') },
    bundle: true,
    write: false,
    metafile: true,
    outdir: join(root, 'dist/none'),
    platform: 'node',
    format: 'esm',
    loader: { '.node': 'file' },
    // Loaded only when a build from source is asked for, which `build: "never"` rules out.
    external: ['electron', '@node-llama-cpp/*', '@reflink/*'],
    logLevel: 'error',
  });
  return Object.keys(traced.metafile.inputs).filter((input) => packageFolder.test(input));
}

function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  const wanted = (path) => !/(readme\.md|\.d\.[cm]?ts|\.map)$/i.test(path);
  cpSync(from, to, { recursive: true, dereference: true, filter: wanted });
}

/** Every package.json from the module up to its package's own. */
function manifestsAbove(file) {
  const top = packageFolder.exec(file)[0];
  const found = [];
  for (let folder = dirname(file); folder.length >= top.length; folder = dirname(folder)) {
    if (existsSync(join(root, folder, 'package.json'))) found.push(`${folder}/package.json`);
  }
  return found;
}

/**
 * Copies the runtime into `target` (a node_modules folder).
 * @param {string} target
 * @param {string} platform VS Code's name of it
 * @returns {Promise<string[]>} folders of the packages that were copied from, for their licences
 */
export async function copyModelRuntime(target, platform) {
  const runtime = RUNTIMES[platform];
  if (!runtime) throw new Error(`There is no prebuilt model runtime for ${platform}.`);
  const prebuilt = `node_modules/@node-llama-cpp/${runtime}`;
  if (!existsSync(join(root, prebuilt))) {
    throw new Error(
      `${prebuilt} is not installed: package for ${platform} on a machine of that kind, after \`npm ci\`.`,
    );
  }
  const modules = await reachedModules();
  const packages = new Set(modules.map((file) => packageFolder.exec(file)[0]));
  const inTarget = (file) => join(target, file.replace(/^.*?node_modules\//, ''));
  for (const file of modules) copy(join(root, file), inTarget(file));
  // A package.json deep inside a package tells whether the modules beside it are ESM.
  const manifests = new Set(modules.flatMap((file) => manifestsAbove(file)));
  for (const file of manifests) copy(join(root, file), inTarget(file));
  for (const folder of packages) {
    const legal = readdirSync(join(root, folder)).filter((name) => /^(licen[cs]e|notice)/i.test(name));
    legal.forEach((name) => copy(join(root, folder, name), inTarget(`${folder}/${name}`)));
  }
  // What is read as a file, not imported.
  const llama = 'node_modules/node-llama-cpp/llama';
  for (const name of readdirSync(join(root, llama))) {
    if (/\.json$/.test(name) || name === 'grammars')
      copy(join(root, llama, name), inTarget(`${llama}/${name}`));
  }
  copy(join(root, prebuilt), inTarget(prebuilt));
  return [...packages, prebuilt].map((folder) => join(root, folder));
}

/** Every file below `folder`, relative to it, with forward slashes. */
function filesBelow(folder, base = folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path, base) : [relative(base, path).replaceAll('\\', '/')];
  });
}

/** Bytes of every file below `folder`. */
export function bytesBelow(folder) {
  return filesBelow(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
}
