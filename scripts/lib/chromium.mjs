// A Chromium for playwright-core: the system's, which is installed where that is possible.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { run } from './processes.mjs';

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'chrome',
  'microsoft-edge',
];
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:/Program Files/Google/Chrome/Application/chrome.exe',
  'C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe',
];

function find() {
  if (process.env.CHROMIUM) return existsSync(process.env.CHROMIUM) ? process.env.CHROMIUM : undefined;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const extension = process.platform === 'win32' ? '.exe' : '';
  const onPath = NAMES.flatMap((name) => folders.map((folder) => join(folder, name + extension)));
  return [...onPath, ...PLACES].find((file) => existsSync(file));
}

/**
 * Path of a Chromium (or Chrome, or Edge). Installs Debian's when there is none and that is possible.
 * @param {(line: string) => void} log
 */
async function ensureChromium(log = () => {}) {
  const found = find();
  if (found) return found;
  if (process.env.CHROMIUM)
    throw new Error(`CHROMIUM names a file that does not exist: ${process.env.CHROMIUM}`);
  if (process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    log('Installing Chromium (apt-get install chromium) ...');
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-qq'], { quiet: true, env, timeoutMs: 180_000 });
    const args = ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'];
    const result = await run('apt-get', args, { quiet: true, env, timeoutMs: 600_000 });
    const installed = find();
    if (installed) return installed;
    throw new Error(`Chromium could not be installed:\n${result.output.slice(-2000)}`);
  }
  throw new Error(
    'No Chromium, Chrome or Edge was found. Install one, or name one with the environment variable CHROMIUM=/path/to/chromium.',
  );
}

/**
 * A headless browser with an empty profile, and a `close` that removes it. With `debuggingPort` others on this machine can look into it.
 * @returns {Promise<{context: import('playwright-core').BrowserContext, close: () => Promise<void>}>}
 */
export async function openBrowser({ width = 1280, height = 800, scale = 1, debuggingPort, log } = {}) {
  const executablePath = await ensureChromium(log);
  const { chromium } = await import('playwright-core');
  const profile = mkdtempSync(join(tmpdir(), 'querent-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    viewport: { width, height },
    deviceScaleFactor: scale,
    timeout: 60_000,
    permissions: ['clipboard-read', 'clipboard-write'],
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
      ...(debuggingPort ? [`--remote-debugging-port=${debuggingPort}`] : []),
    ],
  });
  return {
    context,
    close: async () => {
      await Promise.race([context.close(), new Promise((done) => setTimeout(done, 5000))]).catch(() => {});
      rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
