import { appendFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { CliError, EXIT } from '@querent/server/terminal';
import type { Plan } from '../plan/index.ts';
import { ownCommand, startChild } from './children.ts';
import type { RunningChild } from './children.ts';

/** The reward service of a run. */
export interface RewardProcess {
  /** The same as long as the run goes on: a service that died is started again on its port. */
  readonly url: string;
  /** Processes that were started beyond the first. */
  readonly restarts: () => number;
  readonly pid: () => number | undefined;
  /** Rejects when the service cannot be kept running. Never settles else. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
}

export interface RewardProcessOptions {
  readonly plan: Plan;
  readonly logFile: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly say: (message: string) => void;
  readonly onStarted?: (pid: number | undefined) => void;
}

/** Deaths within a minute of which the last makes us give up. */
const mostDeaths = 5;
const deathsWithinMs = 60_000;
const firstPauseMs = 250;
/** A large library is read before the service answers. */
const readyWithinMs = 600_000;
const stopMs = 10_000;

/**
 * Starts `querent-trainer rewards serve` on the places of a plan, and again whenever it dies. The engine asks again meanwhile.
 * @throws CliError with the service's own last words when it does not start
 */
export async function startRewardService(options: RewardProcessOptions): Promise<RewardProcess> {
  const { plan, say } = options;
  let isStopping = false;
  let restarts = 0;
  let giveUp: (error: Error) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => (giveUp = reject));
  // Whoever does not look must not bring the process down.
  failed.catch(() => undefined);
  const first = await start(options, 0);
  let { child } = first;
  const { port } = new URL(first.url);
  const keep = async (): Promise<void> => {
    const deaths: number[] = [];
    for (;;) {
      const { code, signal, lastLines } = await child.ended;
      if (isStopping) return;
      const now = Date.now();
      deaths.push(now);
      const recent = deaths.filter((at) => now - at < deathsWithinMs).length;
      const how = signal === null ? `exit code ${code ?? '?'}` : signal;
      if (recent >= mostDeaths)
        throw new CliError(
          EXIT.engineFailed,
          `The reward service ended ${recent} times within a minute (${how}): ${lastLines.at(-1) ?? 'it said nothing'}. ${options.logFile} has more; the same command goes on from here.`,
        );
      say(`The reward service ended (${how}); it is started again.`);
      await pause(firstPauseMs * 2 ** (recent - 1));
      if (isStopping) return;
      restarts++;
      // One that does not become ready counts as a death, too.
      await start(options, Number(port)).then(
        (started) => (child = started.child),
        (error: unknown) => say(error instanceof Error ? error.message : String(error)),
      );
    }
  };
  const keeping = keep().catch(giveUp);
  say(`Rewards for ${plan.task} are given at ${first.url}.`);
  return {
    url: first.url,
    restarts: () => restarts,
    pid: () => child.pid,
    failed,
    async stop() {
      isStopping = true;
      await child.stop(stopMs);
      await keeping;
    },
  };
}

async function start(
  { plan, logFile, environment, onStarted }: RewardProcessOptions,
  port: number,
): Promise<{ readonly child: RunningChild; readonly url: string }> {
  const { command, args } = ownCommand();
  let ready: (url: string) => void = () => undefined;
  const url = new Promise<string>((resolve) => (ready = resolve));
  const child = startChild({
    command,
    args: [...args, ...serviceArguments(plan, port)],
    environment,
    onLine: (line) => {
      const address = addressIn(line);
      if (address !== undefined) ready(address);
    },
    onError: (line) => appendFileSync(logFile, `${line}\n`),
  });
  onStarted?.(child.pid);
  const outcome = await Promise.race([url, child.ended, pause(readyWithinMs, undefined, { ref: false })]);
  if (typeof outcome === 'string') return { child, url: outcome };
  await child.stop(0);
  const said = outcome?.lastLines.filter((line) => line !== '' && !line.startsWith('{')).at(-1);
  throw new CliError(
    outcome?.code === EXIT.badInput ? EXIT.badInput : EXIT.engineFailed,
    `The reward service did not start: ${said ?? `it was not ready within ${readyWithinMs / 60_000} minutes`}`,
  );
}

/** The command line of the service for a plan. */
function serviceArguments({ data, taskFolders, machine }: Plan, port: number): readonly string[] {
  const { corpus, trials, databases, headingsAsText } = data;
  return [
    ...['rewards', 'serve', '--stop-with-stdin', '--port', String(port)],
    ...(corpus === null ? [] : ['--corpus', corpus]),
    ...(trials === null ? [] : ['--trials', trials]),
    ...(databases === null ? [] : ['--databases', databases]),
    ...(headingsAsText ? ['--headings-as-text'] : []),
    ...taskFolders.flatMap((folder) => ['--task-folder', folder]),
    // On a machine without a GPU the model wants the same cores.
    ...(machine.device === 'cpu' ? ['--workers', '1'] : []),
  ];
}

function addressIn(line: string): string | undefined {
  try {
    const { url } = JSON.parse(line) as { readonly url?: unknown };
    return typeof url === 'string' ? url : undefined;
  } catch {
    return undefined;
  }
}
