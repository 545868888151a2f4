// A window of VS Code with the packaged extension and nothing else installed, on a copy of the sample workspace: what the smoke run
// and the tour drive.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makePackage } from '../package.mjs';
import { openBrowser } from './chromium.mjs';
import { root } from './processes.mjs';
import { installExtension, remotePath, startVsCodeServer, workbenchAddress } from './vscodeServer.mjs';
import { WorkbenchPage } from './workbenchPage.mjs';

/** Settings that keep the window free of what is not ours. */
const QUIET = {
  'chat.disableAIFeatures': true,
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'editor.minimap.enabled': false,
  'extensions.ignoreRecommendations': true,
};

function copySamples(folder, settings, files) {
  const samples = join(folder, 'samples');
  cpSync(join(root, 'samples'), samples, { recursive: true });
  const file = join(samples, '.vscode/settings.json');
  const own = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...own, ...QUIET, ...settings }, null, 2));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(samples, name)), { recursive: true });
    writeFileSync(join(samples, name), text);
  }
  return samples;
}

/**
 * Packages the extension, installs it in an empty VS Code, opens the samples and hands over the window. What was started and written is
 * gone afterwards; an error names the picture of the window as it was.
 * @param {{name: string, machineSettings?: object, settings?: object, files?: Record<string, string>, opened?: string, log: (line: string) => void}}
 *   options `name`: of the run, for its folder and the picture; `settings` of the workspace; `files`: more of them, by path in the
 *   samples; `opened`: the one that is shown
 * @param {(bench: WorkbenchPage, samples: string, page: import('playwright-core').Page, setMachine: (settings: object) => void) => Promise<void>} job
 */
export async function withSampleWorkbench(options, job) {
  const { name, machineSettings = {}, settings = {}, files = {}, opened = 'falls.pubmed', log } = options;
  const { file: vsix } = await makePackage({ log });
  const folder = mkdtempSync(join(tmpdir(), `querent-${name}-`));
  const data = join(folder, 'server');
  mkdirSync(join(data, 'data/Machine'), { recursive: true });
  /** Settings of this machine, the only ones that may name a model; VS Code takes a change over while it runs. */
  const setMachine = (changed) =>
    writeFileSync(join(data, 'data/Machine/settings.json'), JSON.stringify(changed));
  setMachine(machineSettings);
  let server;
  let browser;
  let bench;
  try {
    await installExtension(vsix, data, log);
    log('Installed the package into an empty VS Code.');
    const samples = copySamples(folder, settings, files);
    server = await startVsCodeServer({
      dataFolder: data,
      verbose: process.env.QUERENT_VERBOSE === '1',
      // What this person has installed is neither looked at nor touched.
      env: { QUERENT_CHECKPOINTS: join(folder, 'checkpoints') },
      log,
    });
    browser = await openBrowser({ width: 1280, height: 800, log });
    const page = browser.context.pages()[0] ?? (await browser.context.newPage());
    bench = new WorkbenchPage(page);
    const shown = [['openFile', remotePath(server.url, join(samples, opened))]];
    await page.goto(workbenchAddress(server, samples, shown), { timeout: 60_000 });
    await job(bench, samples, page, setMachine);
  } catch (error) {
    const picture = await bench?.picture(`${name}-failed`).catch(() => undefined);
    throw new Error(`${error.message}${picture ? `\nThe window as it was: ${picture}` : ''}`, {
      cause: error,
    });
  } finally {
    await browser?.close();
    await server?.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
