// Runs the suite in a real VS Code and tells how it went: exit 0 only when every test ran and passed.
//
//   node test/vscode/run.mjs [--grep TEXT]      QUERENT_VSCODE=desktop|web|auto (default auto)
//
// desktop: an installed or downloaded VS Code. web: VS Code's server in a headless Chromium. auto: desktop where it is installed
// or can be downloaded, else web. Needs `npm run build` first.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder, developmentNode, environment, root } from '../../scripts/lib/processes.mjs';
import { startEutilsService } from '../../scripts/lib/eutilsService.mjs';
import { makeTrainedRuns, pythonOfTrainer } from './trainedRuns.mjs';

const require = createRequire(import.meta.url);
const { downloadAndUnzipVSCode, runTests } = require('@vscode/test-electron');

/** The version of `engines.vscode`, the oldest that must work; the desktop is tested with it or with `QUERENT_VSCODE_VERSION`. */
const engine = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.vscode.replace(/^\^/, '');

async function desktop() {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    throw new Error('there is no display');
  }
  const version = process.env.QUERENT_VSCODE_VERSION ?? engine;
  return downloadAndUnzipVSCode({ version, cachePath: join(cacheFolder, 'vscode-desktop'), timeout: 8000 });
}

async function executable() {
  const wanted = process.env.QUERENT_VSCODE ?? 'auto';
  if (!['auto', 'desktop', 'web'].includes(wanted))
    throw new Error(`QUERENT_VSCODE must be desktop, web or auto, not "${wanted}".`);
  if (wanted !== 'web') {
    try {
      return { path: await desktop(), kind: 'desktop' };
    } catch (error) {
      if (wanted === 'desktop') throw error;
      console.log(`No desktop VS Code (${error.message}); using VS Code's server in Chromium.`);
    }
  }
  return { path: join(import.meta.dirname, 'launcher.mjs'), kind: 'web' };
}

async function bundleSuite(out) {
  const esbuild = await import('esbuild');
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: ['test/vscode/suite/index.ts'],
    outfile: out,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['vscode', 'mocha', 'playwright-core'],
    sourcemap: 'inline',
    logLevel: 'error',
  });
}

/** A copy of the sample workspace with the documents that the tests need beside it. */
function makeWorkspace(folder) {
  const workspace = join(folder, 'samples');
  cpSync(join(root, 'samples'), workspace, { recursive: true });
  const settingsFile = join(workspace, '.vscode/settings.json');
  mkdirSync(join(workspace, '.vscode'), { recursive: true });
  const settings = existsSync(settingsFile) ? JSON.parse(readFileSync(settingsFile, 'utf8')) : {};
  const quiet = {
    'chat.disableAIFeatures': true,
    'workbench.startupEditor': 'none',
    'extensions.ignoreRecommendations': true,
    // In a browser VS Code saves by itself, and what a test takes back would be on the disk.
    'files.autoSave': 'off',
  };
  writeFileSync(settingsFile, JSON.stringify({ ...settings, ...quiet }, null, 2));
  return workspace;
}

/** What the test that closes the loop needs: runs that were trained before, or nothing where it is not wanted or there is no Python. */
async function trainedRuns(folder, grep) {
  if (grep !== '' && !/loop/i.test(grep)) return {};
  const python = pythonOfTrainer();
  if (python === undefined) {
    console.log(
      'Skipped: the loop from a training run to the editor, since there is no Python for the trainer (node scripts/python-env.mjs).',
    );
    return {};
  }
  const began = performance.now();
  await makeTrainedRuns(folder, python);
  console.log(`Trained in ${((performance.now() - began) / 1000).toFixed(1)} s.`);
  return {
    QUERENT_TEST_TRAINED_RUNS: folder,
    QUERENT_TEST_NODE: developmentNode(),
    QUERENT_TEST_TRAINER: join(root, 'trainer/src/cli/main.ts'),
    QUERENT_PYTHON: python,
  };
}

/** A port that nobody listens on: the tests look into the window's pages through it, as a person does. */
async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** The one key that the service of the tests takes. */
const NCBI_KEY = '0123456789abcdef0123456789abcdef0123';

/** Longest that the desktop may take; the launcher of the other kind has a limit of its own. */
const limitMs = Number(process.env.QUERENT_VSCODE_TIMEOUT_MS ?? 420_000);

/** Ends what this process started, and only that: a window that hangs would keep us waiting for ever. */
function endChildren() {
  console.error(`The suite did not end within ${limitMs} ms.`);
  if (process.platform === 'win32') spawnSync('taskkill', ['/pid', String(process.pid), '/T', '/F']);
  else spawnSync('pkill', ['-KILL', '-P', String(process.pid)]);
}

function summarise(file) {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').filter(Boolean) : [];
  const events = lines.map((line) => JSON.parse(line));
  const of = (state) => events.filter((event) => event.state === state);
  const planned = events.find((event) => event.state === 'start')?.total ?? 0;
  return {
    planned,
    passed: of('passed'),
    failed: of('failed'),
    skipped: of('pending'),
    ended: of('end').length > 0,
  };
}

const started = performance.now();
const folder = mkdtempSync(join(tmpdir(), 'querent-suite-'));
const events = join(folder, 'events.jsonl');
let exitCode = 1;
let limit;
let service;
try {
  const tests = join(root, 'dist-test/index.js');
  await bundleSuite(tests);
  const workspace = makeWorkspace(folder);
  const { path, kind } = await executable();
  const grepIndex = process.argv.indexOf('--grep');
  const grep = grepIndex > 0 ? (process.argv[grepIndex + 1] ?? '') : '';
  const trained = await trainedRuns(join(folder, 'trained'), grep);
  const port = await freePort();
  service = await startEutilsService({ corpus: join(workspace, 'citations.jsonl'), apiKeys: [NCBI_KEY] });
  const env = environment({
    ...trained,
    QUERENT_TEST_BROWSER_PORT: String(port),
    QUERENT_TEST_EVENTS: events,
    QUERENT_TEST_GREP: grep,
    QUERENT_TEST_EUTILS: service.url,
    QUERENT_TEST_NCBI_KEY: NCBI_KEY,
    // A key of the person who runs the tests is none of theirs.
    NCBI_API_KEY: '',
    QUERENT_SERVER_DATA: join(folder, 'server-data'),
    QUERENT_INDEX_CACHE: join(folder, 'index-cache'),
    QUERENT_CHECKPOINTS: join(folder, 'checkpoints'),
  });
  Object.assign(process.env, env);
  console.log(`VS Code: ${kind === 'web' ? "VS Code's server in headless Chromium" : path}`);
  if (kind === 'desktop') limit = setTimeout(endChildren, limitMs);
  await runTests({
    vscodeExecutablePath: path,
    extensionDevelopmentPath: root,
    extensionTestsPath: tests,
    launchArgs: [workspace, '--disable-extensions', `--remote-debugging-port=${port}`],
    extensionTestsEnv: env,
  });
  exitCode = 0;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
} finally {
  clearTimeout(limit);
  service?.close();
}

const { planned, passed, failed, skipped, ended } = summarise(events);
for (const test of failed) console.log(`FAILED ${test.title}\n${test.error}\n`);
for (const test of skipped) console.log(`SKIPPED ${test.title}`);
const missing = Math.max(0, planned - passed.length - failed.length - skipped.length);
if (!ended) console.log(`The suite did not come to its end: ${missing} of ${planned} tests did not run.`);
if (passed.length === 0) console.log('No test ran in VS Code.');
const good = exitCode === 0 && ended && failed.length === 0 && skipped.length === 0 && passed.length > 0;
const failures = good ? 0 : Math.max(1, failed.length + skipped.length + missing);
mkdirSync(join(root, 'test-results'), { recursive: true });
const summary = { passed: passed.length, failed: failures, tests: [...passed, ...failed, ...skipped] };
writeFileSync(join(root, 'test-results/vscode.json'), JSON.stringify(summary, null, 2));
rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
const slowest = [...passed].sort((a, b) => b.ms - a.ms).slice(0, 3);
console.log(`Slowest: ${slowest.map((test) => `${test.title} ${test.ms} ms`).join('; ')}`);
console.log(
  `VS Code suite: ${passed.length} passed, ${failures} failed in ${((performance.now() - started) / 1000).toFixed(1)} s`,
);
process.exit(good ? 0 : 1);
