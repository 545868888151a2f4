// VS Code's own server, from the npm package code-server: the real workbench and the real extension host where the desktop
// build is not installed and cannot be downloaded.
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder, developmentNode, environment, mustRun, npm, start, stop } from './processes.mjs';
import { putStandIns } from './vscodeStandIns.mjs';

/** code-server 4.139.1 holds VS Code 1.139.1, which runs on Node 24. */
const CODE_SERVER = '4.139.1';

/** Marks a server that is whole; its number goes up when what is done to the server changes. */
const READY = '.ready-2';

/** Built-in extensions that only cost start-up time here, or complain because there is nothing to sign in to. */
const UNWANTED = [
  'copilot',
  'git',
  'github',
  'github-authentication',
  'microsoft-authentication',
  'tunnel-forwarding',
];

/**
 * Fetches and prepares the server once; later calls only look. Safe when two scripts start at the same time.
 * @param {(line: string) => void} log
 * @returns {Promise<string>} path of server-main.js
 */
async function ensureVsCodeServer(log = () => {}) {
  const folder = join(cacheFolder, `code-server-${CODE_SERVER}`);
  const main = join(folder, 'lib/vscode/out/server-main.js');
  if (existsSync(join(folder, READY))) return main;
  log(`Fetching VS Code's server (code-server ${CODE_SERVER}) ...`);
  mkdirSync(cacheFolder, { recursive: true });
  const work = mkdtempSync(join(cacheFolder, 'code-server-'));
  try {
    await mustRun('Fetching code-server', npm, ['pack', `code-server@${CODE_SERVER}`, '--silent'], {
      cwd: work,
      timeoutMs: 300_000,
    });
    await mustRun('Unpacking code-server', 'tar', ['xzf', `code-server-${CODE_SERVER}.tgz`], {
      cwd: work,
      timeoutMs: 120_000,
    });
    const vscode = join(work, 'package/lib/vscode');
    UNWANTED.forEach((name) => rmSync(join(vscode, 'extensions', name), { recursive: true, force: true }));
    // Without install scripts nothing is compiled; stand-ins take the place of what would be.
    const args = ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'];
    await mustRun("Installing the server's packages", npm, args, { cwd: vscode, timeoutMs: 600_000 });
    putStandIns(join(vscode, 'node_modules'));
    writeFileSync(join(work, 'package', READY), `${CODE_SERVER}\n`);
    if (!existsSync(join(folder, READY))) {
      rmSync(folder, { recursive: true, force: true });
      renameSync(join(work, 'package'), folder);
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return main;
}

/** Lines that the server prints about itself and that say nothing about the extension. */
const NOISE =
  /AgentHost|spdlog|native-watchdog|ExtensionHostConnection|ManagementConnection|\*\s|^\s*$|Server bound|Extension host agent|punycode|trace-deprecation|Web UI available|telemetry/;

/**
 * Starts the server on this machine, on a free port unless one is named.
 * @param {{dataFolder?: string, driver?: boolean, verbose?: boolean, port?: string, env?: object, log?: (line: string) => void}} options
 *   `driver`: honour extensionDevelopmentPath and extensionTestsPath in the address; `dataFolder`: kept, else a temporary one
 * @returns {Promise<{url: string, token: string, close: () => Promise<void>, output: () => string}>} `token`: without it the
 *   server answers nobody
 */
export async function startVsCodeServer({
  dataFolder,
  driver = false,
  verbose = false,
  port = '0',
  env = {},
  log,
} = {}) {
  const main = await ensureVsCodeServer(log);
  const data = dataFolder ?? mkdtempSync(join(tmpdir(), 'querent-vscode-'));
  // Who reaches the workbench can run programs: pages in the person's browser and other users of the machine must not.
  const token = randomUUID();
  const tokenFile = join(data, 'connection-token');
  mkdirSync(data, { recursive: true });
  rmSync(tokenFile, { force: true });
  writeFileSync(tokenFile, token, { mode: 0o600 });
  const args = [
    main,
    ...['--host', '127.0.0.1', '--port', port, '--connection-token-file', tokenFile],
    '--accept-server-license-terms',
    ...['--server-data-dir', data, '--telemetry-level', 'off', '--disable-workspace-trust'],
    ...(driver ? ['--enable-smoke-test-driver'] : []),
  ];
  const child = start(developmentNode(), args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment({ NODE_OPTIONS: '--disable-warning=DEP0040', ...env }),
  });
  let output = '';
  const ready = new Promise((done, fail) => {
    const take = (chunk) => {
      output += chunk;
      if (verbose) {
        const lines = chunk.split('\n').filter((line) => !NOISE.test(line));
        lines.forEach((line) => process.stderr.write(`[server] ${line}\n`));
      }
      const port = /Extension host agent listening on (\d+)/.exec(output)?.[1];
      if (port) done(port);
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.once('error', fail);
    child.once('exit', (code) =>
      fail(new Error(`VS Code's server ended with ${code}:\n${output.slice(-3000)}`)),
    );
    setTimeout(
      () => fail(new Error(`VS Code's server did not start within 60 s:\n${output.slice(-3000)}`)),
      60_000,
    ).unref();
  });
  const close = async () => {
    await stop(child);
    if (!dataFolder) rmSync(data, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    const actual = await ready;
    return { url: `http://127.0.0.1:${actual}`, token, close, output: () => output };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Installs a packaged extension into the server that keeps its data in `dataFolder`. */
export async function installExtension(vsix, dataFolder, log) {
  const main = await ensureVsCodeServer(log);
  const args = [
    main,
    '--install-extension',
    vsix,
    '--force',
    '--server-data-dir',
    dataFolder,
    '--accept-server-license-terms',
  ];
  const said = await mustRun('Installing the extension', developmentNode(), args, { timeoutMs: 120_000 });
  if (!/successfully installed/.test(said))
    throw new Error(`The extension was not installed:\n${said.slice(-2000)}`);
}

/** The address that opens a folder, with pairs that the workbench understands (skipWelcome, openFile ...). */
export function workbenchAddress({ url, token }, folder, pairs = []) {
  const payload = JSON.stringify([['skipWelcome', 'true'], ['skipReleaseNotes', 'true'], ...pairs]);
  return `${url}/?tkn=${token}&folder=${encodeURIComponent(folder)}&payload=${encodeURIComponent(payload)}`;
}

/** A path on the server's machine as the workbench names it. */
export const remotePath = (server, path) => `vscode-remote://${new URL(server).host}${path}`;
