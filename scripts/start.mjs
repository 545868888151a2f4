// Builds the extension and opens the sample workspace in VS Code: on the desktop where VS Code is installed, else in the browser.
//
//   node scripts/start.mjs [--web] [--port N] [--with-model]   stays until Ctrl-C (in the browser)
//   node scripts/start.mjs --smoke [--update-screenshots]      does the main job headlessly and exits; pictures in test-results/
//   node scripts/start.mjs --tour [NAME] [--update-screenshots]   plays the scenes of the user guide headlessly, all or those so named
//
// Works from a bare clone with Node 20 or later and npm; what is missing is installed first.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheFolder, root, start } from './lib/processes.mjs';
import { ensurePackages } from './lib/setup.mjs';

const flags = new Set(process.argv.slice(2));
const value = (name) => (flags.has(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined);

/** The `code` command of a desktop VS Code, when one is installed and there is a display to open it on. */
function desktopCode() {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return undefined;
  const name = process.platform === 'win32' ? 'code.cmd' : 'code';
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}

async function openOnDesktop(code) {
  const { build } = await import('./build.mjs');
  await build({ log: console.log });
  const samples = join(root, 'samples');
  const args = [`--extensionDevelopmentPath=${root}`, samples, '--goto', join(samples, 'falls.pubmed')];
  // Windows starts .cmd files through its shell only, which takes words apart at spaces.
  const shell = process.platform === 'win32';
  const quoted = (word) => (shell ? `"${word}"` : word);
  const child = start(quoted(code), args.map(quoted), { stdio: 'inherit', shell, detached: true });
  const exitCode = await new Promise((done, fail) => {
    child.once('error', fail);
    child.once('exit', done);
  });
  if (exitCode !== 0)
    throw new Error(
      `${code} ended with ${exitCode}. \`node scripts/start.mjs --web\` opens the browser instead.`,
    );
  console.log(
    'VS Code is open with the sample workspace. After a change: `npm run build`, then "Developer: Reload Window" there.',
  );
}

async function openInBrowser() {
  const { makePackage } = await import('./package.mjs');
  const { installExtension, startVsCodeServer, remotePath, workbenchAddress } =
    await import('./lib/vscodeServer.mjs');
  const { file } = await makePackage();
  const data = join(cacheFolder, 'web-workbench');
  const machine = join(data, 'data/Machine/settings.json');
  mkdirSync(join(data, 'data/Machine'), { recursive: true });
  if (flags.has('--with-model')) {
    const { fetchModel } = await import('./fetch-model.mjs');
    const settings = existsSync(machine) ? JSON.parse(readFileSync(machine, 'utf8')) : {};
    writeFileSync(
      machine,
      JSON.stringify({ ...settings, 'querent.model.path': await fetchModel() }, null, 2),
    );
  }
  await installExtension(file, data, console.log);
  const server = await startVsCodeServer({ dataFolder: data, port: value('--port'), log: console.log });
  const samples = join(root, 'samples');
  const opened = [['openFile', remotePath(server.url, join(samples, 'falls.pubmed'))]];
  console.log('\nThe sample workspace is open in VS Code at this address (Ctrl-C ends it):\n');
  console.log(`  ${workbenchAddress(server, samples, opened)}\n`);
  await new Promise(() => {});
}

/** Does something without a window for people; a run that hangs is a run that failed. */
async function headless(name, run) {
  const started = performance.now();
  const limit = setTimeout(() => {
    console.error(`The ${name} run did not end within 12 minutes.`);
    process.exit(1);
  }, 720_000);
  await run();
  clearTimeout(limit);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(
    `${name[0].toUpperCase()}${name.slice(1)} run passed in ${seconds} s. Pictures: test-results/${name}-*.png`,
  );
}

try {
  await ensurePackages();
  if (flags.has('--smoke')) {
    const { smoke } = await import('./smoke.mjs');
    await headless('smoke', () => smoke({ updateScreenshots: flags.has('--update-screenshots') }));
  } else if (flags.has('--tour')) {
    const { tour } = await import('./tour.mjs');
    const named = value('--tour');
    const only = named?.startsWith('--') ? undefined : named;
    await headless('tour', () => tour({ only, updateScreenshots: flags.has('--update-screenshots') }));
  } else {
    const code = flags.has('--web') ? undefined : desktopCode();
    if (code) await openOnDesktop(code);
    else await openInBrowser();
  }
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
