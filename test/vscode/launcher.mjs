#!/usr/bin/env node
// A stand-in for the `code` executable, for @vscode/test-electron's runTests: opens VS Code's own server in a headless Chromium,
// runs the suite there in the real extension host, and ends with the suite's exit code.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBrowser } from '../../scripts/lib/chromium.mjs';
import { root } from '../../scripts/lib/processes.mjs';
import { remotePath, startVsCodeServer, workbenchAddress } from '../../scripts/lib/vscodeServer.mjs';

/** Arguments as VS Code's own executable takes them. Those that have no meaning in a browser are passed over. */
function readArguments(args) {
  const named = (name) =>
    args.filter((arg) => arg.startsWith(`--${name}=`)).map((arg) => arg.slice(name.length + 3));
  return {
    folder: args.find((arg) => !arg.startsWith('-')),
    extensions: named('extensionDevelopmentPath'),
    tests: named('extensionTestsPath')[0],
  };
}

const { folder, extensions, tests } = readArguments(process.argv.slice(2));
if (!folder || !tests || extensions.length === 0) {
  console.error('Usage: launcher.mjs FOLDER --extensionDevelopmentPath=DIR --extensionTestsPath=FILE.js');
  process.exit(2);
}

const limitMs = Number(process.env.QUERENT_VSCODE_TIMEOUT_MS ?? 420_000);
const results = join(root, 'test-results');
const server = await startVsCodeServer({
  driver: true,
  verbose: process.env.QUERENT_VERBOSE === '1',
  dataFolder: process.env.QUERENT_SERVER_DATA,
  log: console.log,
});
let browser;
let code = 1;
/** What the workbench logged; much of it is VS Code's own and shown only when something went wrong. */
const said = [];
try {
  browser = await openBrowser({ debuggingPort: process.env.QUERENT_TEST_BROWSER_PORT, log: console.log });
  const page = browser.context.pages()[0] ?? (await browser.context.newPage());
  const ended = new Promise((done) => {
    void page.exposeFunction('codeAutomationExit', (exitCode) => done(exitCode));
    void page.exposeFunction('codeAutomationLog', (type, args) => {
      const text = `[${type}] ${args.map(String).join(' ')}`;
      said.push(text);
      if (process.env.QUERENT_VERBOSE === '1') console.log(text);
    });
  });
  const pairs = [
    ...extensions.map((path) => ['extensionDevelopmentPath', remotePath(server.url, path)]),
    ['extensionTestsPath', remotePath(server.url, tests)],
  ];
  await page.goto(workbenchAddress(server, folder, pairs), { timeout: 60_000 });
  const limit = new Promise((done) => setTimeout(() => done('timeout'), limitMs).unref());
  const outcome = await Promise.race([ended, limit]);
  code = outcome === 0 ? 0 : 1;
  if (code !== 0) {
    mkdirSync(results, { recursive: true });
    writeFileSync(join(results, 'vscode-suite.log'), said.join('\n'));
    const picture = join(results, 'vscode-suite.png');
    await page.screenshot({ path: picture, timeout: 10_000 }).catch(() => {});
    console.error(
      outcome === 'timeout'
        ? `The suite did not end within ${limitMs} ms.`
        : `The suite ended with ${outcome}.`,
    );
    console.error(`The window as it was: ${picture}, and its log beside it.`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
} finally {
  await browser?.close();
  await server.close();
}
process.exit(code);
