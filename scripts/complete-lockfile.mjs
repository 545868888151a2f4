// Completes package-lock.json so that `npm ci` accepts it on every platform, also where a registry lacks some platform packages.
//
//   node scripts/complete-lockfile.mjs           adds what is missing
//   node scripts/complete-lockfile.mjs --check   says what is missing or wrong; exit 1 if anything is
//
// `npm install` passes over optional packages that the registry does not have and leaves them out of the lock file; `npm ci` then
// refuses with "Missing: ... from lock file". An entry with a version, `optional`, `os` and `cpu` is enough for both.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

const OS = {
  android: 'android',
  darwin: 'darwin',
  mac: 'darwin',
  freebsd: 'freebsd',
  linux: 'linux',
  openharmony: 'openharmony',
  win32: 'win32',
  win: 'win32',
};
const CPU = ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el'];

/**
 * Platform of a package as its name tells it: `@oxc-parser/binding-linux-riscv64-musl`, `@node-llama-cpp/mac-arm64-metal`.
 * @returns {{os?: string[], cpu?: string[], libc?: string[]}}
 */
export function platformOf(name) {
  const words = name.split('/').pop().split(/[-.]/);
  const os = words.map((word) => OS[word]).find(Boolean);
  const cpu = words.map((word) => (word === 'armv7l' ? 'arm' : word)).find((word) => CPU.includes(word));
  const libc =
    words.includes('musl') || words.includes('musleabihf')
      ? 'musl'
      : words.includes('gnu') && os === 'linux'
        ? 'glibc'
        : undefined;
  return { ...(cpu ? { cpu: [cpu] } : {}), ...(libc ? { libc: [libc] } : {}), ...(os ? { os: [os] } : {}) };
}

/**
 * Where Node would find `name` for the package at `from`, as a key of the lock file's `packages`; undefined when nowhere.
 */
function locate(packages, from, name) {
  for (let at = from; ;) {
    const key = `${at ? `${at}/` : ''}node_modules/${name}`;
    if (packages[key]) return key;
    const cut = at.lastIndexOf('/node_modules/');
    if (at === '') return undefined;
    at = cut >= 0 ? at.slice(0, cut) : '';
  }
}

/**
 * Optional dependencies that a lock file names but does not hold.
 * @param {{packages: Record<string, any>}} lock
 * @returns {{key: string, entry: object}[]}
 */
export function missingOptional(lock) {
  const { packages } = lock;
  const found = new Map();
  for (const [from, entry] of Object.entries(packages)) {
    for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
      if (locate(packages, from, name)) continue;
      const version = String(range).replace(/^[~^=v]+/, '');
      if (!/^\d+\.\d+\.\d+/.test(version))
        throw new Error(`${from}: cannot tell the version of ${name} from "${range}".`);
      const dev = entry.dev ? { dev: true } : {};
      found.set(`node_modules/${name}`, { version, ...platformOf(name), ...dev, optional: true });
    }
  }
  return [...found].map(([key, entry]) => ({ key, entry })).sort((a, b) => (a.key < b.key ? -1 : 1));
}

/**
 * Everything that would make a lock file unfit for another machine.
 * @returns {string[]} one line a fault
 */
export function faults(lock) {
  const list = missingOptional(lock).map(({ key, entry }) => `missing: ${key} ${entry.version}`);
  for (const [key, entry] of Object.entries(lock.packages)) {
    if (typeof entry.resolved === 'string' && /^[a-z+]+:\/\//i.test(entry.resolved))
      list.push(`names a host: ${key} ${entry.resolved}`);
    if (entry.optional && !entry.integrity && !entry.os && !entry.cpu)
      list.push(`optional without a platform: ${key}`);
  }
  return list;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const file = join(root, 'package-lock.json');
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  if (process.argv.includes('--check')) {
    const list = faults(lock);
    list.forEach((line) => console.error(line));
    if (list.length > 0) console.error('Run: node scripts/complete-lockfile.mjs');
    else console.log(`The lock file is complete (${Object.keys(lock.packages).length} packages).`);
    process.exitCode = list.length > 0 ? 1 : 0;
  } else {
    const missing = missingOptional(lock);
    missing.forEach(({ key, entry }) => (lock.packages[key] = entry));
    for (const entry of Object.values(lock.packages)) {
      if (typeof entry.resolved === 'string' && /^https?:/.test(entry.resolved)) delete entry.resolved;
    }
    // npm keeps the root, then the workspaces, then node_modules, each in order of name.
    const keys = Object.keys(lock.packages).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    lock.packages = Object.fromEntries(keys.map((key) => [key, lock.packages[key]]));
    writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
    console.log(`Added ${missing.length} platform packages.`);
  }
}
