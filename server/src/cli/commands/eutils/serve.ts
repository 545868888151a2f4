import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { SearchError } from '@querent/core/search';
import { badInput, CliError, EXIT, note, print, printJson } from '../../../terminal/index.ts';
import { atLeastOne, upTo, wholeNumber } from '../../options.ts';

interface ServeOptions {
  readonly corpus: string;
  readonly trials?: string;
  readonly mesh?: string;
  readonly host: string;
  readonly port: number;
  readonly rate: number;
  readonly trialsRate: number;
  readonly apiKey: readonly string[];
  readonly threads: number;
  readonly queue: number;
  readonly historyHours: number;
  readonly stopMs: number;
  readonly json?: true;
}

/** `querent eutils serve` */
export function serveCommand(): Command {
  return new Command('serve')
    .description(
      'Serve the E-utilities and the search of ClinicalTrials.gov from a citation library: a sandbox for teaching, tests and training.',
    )
    .requiredOption('--corpus <library>', 'citation library, citation file or folder that is searched')
    .option('--trials <library>', 'trial registrations (default: those in the corpus)')
    .option('--mesh <file>', 'MeSH descriptors, for libraries that bring none')
    .option('--host <address>', 'address to listen on; 0.0.0.0 is reached from other machines', '127.0.0.1')
    .option('--port <n>', 'port; 0 takes a free one', upTo(65_535), 0)
    .option('--rate <n>', 'requests a second without a key, as NCBI allows; 0 sets no limit', wholeNumber, 3)
    .option('--trials-rate <n>', 'requests a minute for ClinicalTrials.gov; 0 sets no limit', wholeNumber, 50)
    .option(
      '--api-key <key>',
      'a key that is valid; may be repeated (default: every key of NCBI’s form, 36 hexadecimal digits)',
      (key: string, before: readonly string[]) => [...before, key],
      [],
    )
    .option('--threads <n>', 'threads that search', atLeastOne, 1)
    .option('--queue <n>', 'requests that may wait for a thread', wholeNumber, 256)
    .option('--history-hours <n>', 'hours that a WebEnv is kept after its last use', hours, 8)
    .option('--stop-ms <n>', 'time that requests have to be finished after SIGTERM', wholeNumber, 5_000)
    .option('--json', 'the first line is {"url": ..., "trialsUrl": ..., "records": ...}')
    .addHelpText(
      'after',
      `
The first line on stdout says where the service is. Ends with SIGTERM or Ctrl-C. What it answers and what it cannot: docs/eutils-service.md.

Examples:
  querent eutils serve --corpus library.sqlite --port 8080
  curl 'http://127.0.0.1:8080/entrez/eutils/esearch.fcgi?db=pubmed&term=asthma&retmode=json'
  QUERENT_EUTILS_URL=http://127.0.0.1:8080/entrez/eutils querent count strategy.pubmed --live`,
    )
    .action(serve);
}

async function serve(options: ServeOptions): Promise<void> {
  const { corpus, trials, mesh, apiKey } = options;
  // Loaded for this command alone.
  const { startEutilsService } = await import('../../../eutilsService/index.ts');
  const service = await startEutilsService({
    corpus: resolve(corpus),
    ...(trials === undefined ? {} : { trials: resolve(trials) }),
    ...(mesh === undefined ? {} : { mesh: resolve(mesh) }),
    ...(apiKey.length === 0 ? {} : { apiKeys: apiKey }),
    host: options.host,
    port: options.port,
    rate: options.rate,
    trialsPerMinute: options.trialsRate,
    threads: options.threads,
    queue: options.queue,
    historyMs: options.historyHours * 3_600_000,
    log: note,
  }).catch((error: unknown) => {
    throw startFault(error, options);
  });
  const { url, trialsUrl, records } = service;
  // Before the line is there that whoever waits for it reads: it may be followed by the end at once.
  const stopped = stopSignal();
  if (options.json === true) printJson({ url, trialsUrl, records });
  else print(`${service.label} is served at ${url} and ${trialsUrl} (Ctrl-C ends).`);
  await stopped;
  note(`No more requests are taken; those on their way have ${options.stopMs / 1000} s.`);
  await service.close(options.stopMs);
}

function startFault(error: unknown, { host, port }: ServeOptions): unknown {
  if (error instanceof SearchError) return error;
  const { code } = error as { code?: unknown };
  if (code === 'EADDRINUSE')
    return badInput(
      `Port ${port} of ${host} is taken. Name another with --port, or 0 for a free one.`,
      error,
    );
  if (code === 'EACCES') return badInput(`Port ${port} may not be used by you. Name one above 1023.`, error);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return badInput(`${host} is no address of this machine. Leave --host out, or name 0.0.0.0.`, error);
  return new CliError(EXIT.engineFailed, error instanceof Error ? error.message : String(error), error);
}

/** Settles at SIGTERM or Ctrl-C; the second one ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done());
  });
}

function hours(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1_000))
    throw new InvalidArgumentError('It must be a number of hours, such as 8 or 0.5.');
  return value;
}
