import { access, constants, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { badInput, EXIT, note, printJson } from '@querent/server/terminal';
import { serveHttp } from '../../rewardService/httpServer.ts';
import type { Limits } from '../../rewardService/protocol.ts';
import { RewardService } from '../../rewardService/service.ts';
import type { WorldOptions } from '../../world/openWorld.ts';
import { share, wholeNumber } from '../options.ts';
import { addPlaceOptions, placesIn } from '../placeOptions.ts';
import type { PlaceOptions } from '../placeOptions.ts';
import { version } from '../version.ts';

interface ServeOptions extends PlaceOptions {
  readonly port: number;
  readonly host: string;
  readonly workers?: number;
  readonly queue: number;
  readonly batch: number;
  readonly bodyMb: number;
  readonly completion: number;
  readonly timeoutMs: number;
  readonly cache: number;
  readonly log?: string;
  readonly sampleLog: number;
  readonly taskFolder: readonly string[];
  readonly stopMs: number;
  readonly stopWithStdin?: true;
}

/** Items that a worker has on their way at once where it mostly waits, for PubMed or an embedding model. */
const liveConcurrency = 8;

/** What the environment holds that must not be in a log. */
const secretNames = ['NCBI_API_KEY', 'NCBI_EMAIL', 'QUERENT_EMBEDDING_KEY'] as const;

/** `querent-trainer rewards serve` */
export function addRewards(program: Command): void {
  const rewards = program.command('rewards').description('score completions of models');
  const command = rewards
    .command('serve')
    .description('serve rewards over HTTP; the first line on stdout is {"url": "..."}')
    .option('--port <n>', 'port; 0 takes a free one', wholeNumber(0, 65_535), 0)
    .option('--host <host>', 'address to listen on; 0.0.0.0 is reached from other machines', '127.0.0.1')
    .option(
      '--corpus <path>',
      'citation library, citation file or folder: publication search, rankings, passages',
    )
    .option('--trials <path>', 'library of trial registrations')
    .option('--databases <folder>', 'folder of SQLite databases, for questions that SQL answers');
  addPlaceOptions(command)
    .option(
      '--task-folder <folder>',
      'a further task (docs/adding-a-task.md); may be given several times',
      (folder: string, before: readonly string[]) => [...before, resolve(folder)],
      [],
    )
    .option(
      '--workers <n>',
      'threads that score (default: one a core; 1 where PubMed is asked, whose limit they share, or an embedding model)',
      wholeNumber(1, 256),
    )
    .option('--queue <n>', 'items that may wait', wholeNumber(1, 1_000_000), 8_192)
    .option('--batch <n>', 'items of one request', wholeNumber(1, 100_000), 4_096)
    .option('--body-mb <n>', 'megabytes of one request', wholeNumber(1, 400), 64)
    .option('--completion <n>', 'characters of one completion', wholeNumber(1, 100_000_000), 1_000_000)
    .option('--timeout-ms <n>', 'time that one item may take', wholeNumber(1, 3_600_000), 30_000)
    .option(
      '--cache <n>',
      'results that are remembered; 0 remembers none',
      wholeNumber(0, 10_000_000),
      20_000,
    )
    .option('--log <file>', 'adds JSON lines to this file, one a request')
    .option('--sample-log <share>', 'share of completions that go into the log, 0 to 1', share, 0)
    .option(
      '--stop-ms <n>',
      'time that requests have to be finished after SIGTERM',
      wholeNumber(0, 3_600_000),
      10_000,
    )
    .option(
      '--stop-with-stdin',
      'ends when its input ends: for programs that start it, whatever becomes of them',
    )
    .option('--json', 'does nothing: the first line is JSON anyway')
    .addHelpText(
      'after',
      '\nPOST /v1/score, GET /v1/health, GET /v1/metrics: docs/reward-service.md. Ends with SIGTERM or Ctrl-C.\n' +
        'Exit code 0: stopped as it was told. 2: bad usage, or a library that cannot be opened. 3: an engine failed.',
    )
    .action(serve);
}

async function serve(options: ServeOptions): Promise<void> {
  const { log, sampleLog } = options;
  // Before the library is opened, which takes a while.
  if (options.stopWithStdin === true) endWithStdin();
  if (sampleLog > 0 && log === undefined)
    throw badInput('--sample-log needs a file to write to. Add --log FILE.');
  if (log !== undefined) await checkLog(log);
  const world = worldOf(options);
  const isLive = world.live === true || world.eutils !== undefined;
  // Each worker has an embedding model and its vectors for itself.
  const isWaiting = isLive || world.embedding !== undefined;
  if (isLive && (options.workers ?? 1) > 1)
    throw badInput('--workers goes up to 1 where PubMed is asked: more would ask more often than it allows.');
  const limits: Limits = {
    items: options.batch,
    bodyBytes: options.bodyMb * 1024 * 1024,
    completion: options.completion,
    queue: options.queue,
    itemMs: options.timeoutMs,
  };
  const service = await RewardService.open({
    world,
    taskFolders: options.taskFolder,
    workers: options.workers ?? (isWaiting ? 1 : availableParallelism()),
    concurrency: isWaiting ? liveConcurrency : 1,
    limits,
    cache: options.cache,
    log: {
      ...(log === undefined ? {} : { path: log }),
      stderr: note,
      secrets: secretNames.map((name) => process.env[name] ?? ''),
    },
    sampleShare: sampleLog,
    version,
  });
  const server = await serveHttp(service, options.host, options.port).catch(async (error: unknown) => {
    await service.close();
    throw listenFault(error, options);
  });
  const { engines, workers } = service.health();
  service.log.write({ level: 'info', event: 'started', url: server.url, engines, workers, limits });
  printJson({ url: server.url });
  const signal = await stopSignal();
  note(`${signal}: no more requests are taken; those on their way have ${options.stopMs / 1000} s.`);
  const isClean = await server.stop(options.stopMs);
  service.log.write({ level: 'info', event: 'stopped', signal, allAnswered: isClean });
  await service.log.flush();
  if (!isClean) note('Some requests were not finished in time; their clients were told to ask again.');
  process.exitCode = EXIT.fine;
}

function worldOf(options: ServeOptions): WorldOptions {
  const { corpus, trials, live, eutils, databases } = options;
  if ([corpus, trials, eutils, databases].every((each) => each === undefined) && live !== true)
    throw badInput(
      'Say where queries are run: --corpus LIBRARY (make one with: querent corpus build), --live or --eutils URL for publication search, ' +
        '--trials LIBRARY, --databases FOLDER.',
    );
  // Each worker runs one statement at a time.
  return { ...placesIn(options), databaseThreads: 1 };
}

/** A log that cannot be written is told now, not after the first request. */
async function checkLog(path: string): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory() === true) throw badInput(`--log ${path} is a folder. Name a file.`);
  await access(there === undefined ? dirname(resolve(path)) : path, constants.W_OK).catch(() => {
    throw badInput(
      `--log ${path} cannot be written. Name a file in a folder that is there and can be written.`,
    );
  });
}

function listenFault(error: unknown, { host, port }: ServeOptions): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return badInput(`Port ${port} of ${host} is in use. Give another --port, or 0 for a free one.`);
    case 'EACCES':
      return badInput(`Port ${port} may not be used here. Give one above 1023, or 0 for a free one.`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return badInput(`--host ${host} is no address of this machine.`);
    default:
      return error;
  }
}

/** The system closes the pipe when whoever holds its other end is gone; nobody would stop us then. */
function endWithStdin(): void {
  process.stdin.on('end', () => process.exit(EXIT.fine)).on('error', () => process.exit(EXIT.fine));
  process.stdin.resume();
}

/** The name of the signal that ends the service. A second one ends it at once. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((stopped) => {
    const signals = ['SIGTERM', 'SIGINT'] as const;
    const stop = (signal: NodeJS.Signals): void => {
      for (const each of signals) process.off(each, stop);
      stopped(signal);
    };
    for (const each of signals) process.on(each, stop);
  });
}
