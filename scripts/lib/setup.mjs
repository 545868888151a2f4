// What every command of the project needs before it starts: the packages, and programs built from the present sources.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { npm, root, run } from './processes.mjs';

/** Whether node_modules is what the lock file asks for. npm writes a lock file of its own into it when it has finished. */
function packagesAreThere() {
  const installed = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installed) || !existsSync(join(root, 'node_modules/node/bin'))) return false;
  if (statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs) return true;
  const have = JSON.parse(readFileSync(installed, 'utf8')).packages;
  const want = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(want).every(
    ([key, entry]) =>
      !key.includes('node_modules/') || entry.link || entry.optional || have[key]?.version === entry.version,
  );
}

/** Runs `npm ci` when it is needed. */
export async function ensurePackages(log = console.log) {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < 20) throw new Error(`Node 20 or later is needed to start; this is ${process.versions.node}.`);
  if (packagesAreThere()) return;
  log('Installing packages (npm ci) ...');
  const started = performance.now();
  const result = await run(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    timeoutMs: 900_000,
    quiet: true,
  });
  if (result.code !== 0) throw new Error(`npm ci ended with ${result.code}:\n${result.output.slice(-4000)}`);
  log(`Installed in ${((performance.now() - started) / 1000).toFixed(0)} s.`);
}
