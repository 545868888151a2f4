// Starting programs from the project's scripts: always with a limit, never left behind.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Where downloads and copies for development live; outside git. */
export const cacheFolder = process.env.QUERENT_CACHE
  ? resolve(process.env.QUERENT_CACHE)
  : join(root, '.cache');

const windows = process.platform === 'win32';

/** The Node that development runs on (24 or later): the `node` package's, or the running one when that is new enough. */
export function developmentNode() {
  const installed = join(root, 'node_modules/node/bin', windows ? 'node.exe' : 'node');
  if (existsSync(installed)) return installed;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  throw new Error('Node 24 is not installed: run `npm ci` first.');
}

/** The environment for programs of the project: its tools and its Node come first on the PATH. */
export function environment(extra = {}) {
  const node = join(root, 'node_modules/node/bin');
  const tools = join(root, 'node_modules/.bin');
  const env = { ...process.env, PATH: [node, tools, process.env.PATH ?? ''].join(delimiter), ...extra };
  // The prebuilt model runtime is an ordinary package; its install script must never build or download one.
  env.NODE_LLAMA_CPP_SKIP_DOWNLOAD ??= 'true';
  // Tests start hundreds of processes from the sources: with what Node made of them kept, each starts in a third of the time.
  env.NODE_COMPILE_CACHE ??= join(cacheFolder, 'compiled');
  // A Node that an editor started would hand its own role on to every child.
  delete env.ELECTRON_RUN_AS_NODE;
  return env;
}

/** Every child still running, so that nothing outlives a script, however it ends. */
const running = new Set();

function killTree(child, signal) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    if (windows) spawn('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore' });
    else process.kill(-child.pid, signal);
  } catch {
    // It has ended by itself.
  }
}

/**
 * Starts a program at the head of its own process group.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 */
export function start(command, args, options = {}) {
  const child = spawn(command, args, { cwd: root, env: environment(), detached: !windows, ...options });
  running.add(child);
  child.once('exit', () => running.delete(child));
  child.once('error', () => running.delete(child));
  return child;
}

/** Ends a program and everything it started: asks first, insists after `graceMs`. Resolves when it has ended. */
export async function stop(child, graceMs = 3000) {
  const ended = new Promise((done) => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) done();
    else child.once('exit', done);
  });
  killTree(child, 'SIGTERM');
  const timer = setTimeout(() => killTree(child, 'SIGKILL'), graceMs);
  await ended;
  clearTimeout(timer);
  // What it started may have outlived it in the same group.
  if (!windows && child.pid !== undefined) {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Nothing was left.
    }
  }
}

process.on('exit', () => running.forEach((child) => killTree(child, 'SIGKILL')));
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
]) {
  process.on(signal, () => process.exit(code));
}

/**
 * Runs a program to its end.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{cwd?: string, env?: object, timeoutMs?: number, quiet?: boolean, filter?: (line: string) => boolean, print?: (text: string) => void}} options
 *   `quiet`: keep the output, print nothing; `filter`: print only these lines; `print`: takes what would else go to stdout and stderr
 * @returns {Promise<{code: number, output: string, timedOut: boolean}>} `code` is 124 when the limit ended it
 */
export function run(
  command,
  args,
  { cwd = root, env = {}, timeoutMs = 120_000, quiet = false, filter, print } = {},
) {
  return new Promise((done) => {
    const child = start(command, args, {
      cwd,
      env: environment(env),
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: windows && /\.cmd$/.test(command),
    });
    let output = '';
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      void stop(child);
    }, timeoutMs);
    const take = (stream) => {
      const write = print ?? ((text) => void stream.write(text));
      let rest = '';
      return (chunk) => {
        output += chunk;
        if (quiet) return;
        if (!filter) return write(chunk);
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        lines.filter(filter).forEach((line) => write(`${line}\n`));
      };
    };
    child.stdout.setEncoding('utf8').on('data', take(process.stdout));
    child.stderr.setEncoding('utf8').on('data', take(process.stderr));
    const finish = (code) => {
      clearTimeout(timer);
      done({ code: timedOut ? 124 : code, output, timedOut });
    };
    child.once('error', (error) => {
      output += `${command}: ${error.message}\n`;
      finish(127);
    });
    // `exit`, not `close`: a grandchild that keeps the pipes open must not keep us waiting.
    child.once('exit', (code) => setTimeout(() => finish(code ?? 1), 50));
  });
}

/** Runs a program quietly and throws an error that shows what it said when it fails. */
export async function mustRun(what, command, args, options = {}) {
  const result = await run(command, args, { quiet: true, ...options });
  if (result.code === 0) return result.output;
  const why = result.timedOut
    ? `did not end within ${options.timeoutMs ?? 120_000} ms`
    : `ended with ${result.code}`;
  throw new Error(`${what} failed: ${command} ${args.join(' ')} ${why}\n${result.output.slice(-4000)}`);
}

/** npm as a program and its first arguments, also where npm is a .cmd file. */
export const npm = windows ? 'npm.cmd' : 'npm';
