// The local service that answers as PubMed's E-utilities and ClinicalTrials.gov do, for the tests in VS Code and the tour.
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { developmentNode, root, start } from './processes.mjs';

/**
 * Starts it over some citations, without a limit of its own: how fast it may be asked is up to who asks.
 * @param {{corpus: string, mesh?: string, apiKeys?: readonly string[], patienceMs?: number}} options
 * @returns {Promise<{url: string, trialsUrl: string, close: () => void}>}
 */
export async function startEutilsService({ corpus, mesh, apiKeys = [], patienceMs = 60_000 }) {
  const keys = apiKeys.flatMap((key) => ['--api-key', key]);
  const main = join(root, 'server/src/cli/main.ts');
  const args = [main, 'eutils', 'serve', '--corpus', corpus, '--rate', '0', '--json', ...keys];
  if (mesh !== undefined) args.push('--mesh', mesh);
  const child = start(developmentNode(), args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (data) => (said += data));
  const line = await new Promise((done, fail) => {
    const limit = setTimeout(() => fail(new Error(`The service did not start in time. ${said}`)), patienceMs);
    child.once('exit', (code) => fail(new Error(`The service ended with ${code}. ${said}`)));
    child.once('error', fail);
    createInterface({ input: child.stdout }).once('line', (text) => {
      clearTimeout(limit);
      done(text);
    });
  });
  const { url, trialsUrl } = JSON.parse(line);
  return { url, trialsUrl, close: () => void child.kill() };
}
