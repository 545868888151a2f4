import { resolve } from 'node:path';
import process from 'node:process';
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { badInput, CliError, EXIT, note, print, printJson } from '@querent/server/terminal';
import { formatProblem, readPlan } from '../../plan/index.ts';
import { defaultRunFolder } from '../../run/openRun.ts';
import { runPlan } from '../../run/runPlan.ts';
import { isStepName, stepNames } from '../../run/stepNames.ts';
import type { StepName } from '../../run/stepNames.ts';
import { runReader } from '../../watch/readRun.ts';
import { watchOn } from '../../watch/watchOn.ts';
import { withSignal } from '../withSignal.ts';

interface RunCommandOptions {
  readonly run?: string;
  readonly from?: StepName;
  readonly until?: StepName;
  readonly forcePublish?: true;
  readonly reason?: string;
  readonly python?: string;
  readonly json?: true;
}

/** `querent-trainer run`, and its parts that train, `sft` and `ppo`. */
export function addRun(program: Command): void {
  const steps = stepNames.join(', ');
  common(
    program
      .command('run <plan>')
      .description(
        'do a whole plan: data, SFT, PPO, export, evaluation, gate and publication; goes on where it was',
      )
      .option('--from <step>', `do this step and those after it anew: ${steps}`, stepName)
      .option('--until <step>', 'the last step to do', stepName)
      .option('--force-publish', 'publish also what does not beat the current release; needs --reason')
      .option('--reason <text>', 'why; it stands in the release'),
  ).action((plan: string, options: RunCommandOptions) => run(plan, options));
  for (const [stage, what] of [
    ['sft', 'the supervised start'],
    ['ppo', 'reinforcement learning'],
  ] as const)
    common(
      program
        .command(`${stage} <plan>`)
        .description(`do a plan up to ${what}; the same as run --until ${stage}`),
    ).action((plan: string, options: RunCommandOptions) => run(plan, { ...options, until: stage }));
}

function common(command: Command): Command {
  return command
    .option('--run <folder>', 'run folder; default: runs/NAME beside the plan')
    .option('--python <program>', 'Python with torch and transformers (QUERENT_PYTHON)')
    .option('--json', 'print one JSON document at the end: the state of the run (docs/training-run.md)')
    .addHelpText(
      'after',
      `
What is done is not done again. What was interrupted or killed goes on with the same command; a step whose part of the plan has changed, and those
that build on it, are done anew. docs/training-run.md tells what the run folder holds; querent-trainer watch FOLDER shows it.

Exit code 0: fine. 1: the gate refuses the release. 2: bad usage or input. 3: an engine or model failed. 130: stopped by Ctrl-C, after saving.`,
    );
}

async function run(path: string, options: RunCommandOptions): Promise<void> {
  if ((options.forcePublish === true) !== (options.reason !== undefined))
    throw badInput(
      '--force-publish and --reason TEXT go together: the reason is published with the release.',
    );
  const read = await readPlan(path);
  for (const warning of read.warnings) note(formatProblem(warning, path));
  const folder = resolve(options.run ?? defaultRunFolder(read));
  const command = commandOf(path, options);
  const reader = runReader(folder);
  const screen = watchOn(process.stderr, reader);
  try {
    await withSignal((signal) =>
      runPlan(read, {
        folder,
        ...(options.from === undefined ? {} : { from: options.from }),
        ...(options.until === undefined ? {} : { until: options.until }),
        ...(options.reason === undefined ? {} : { forced: { reason: options.reason } }),
        ...(options.python === undefined ? {} : { python: options.python }),
        ...{ command, signal },
        onMessage: (message) => screen.say(message),
        onState: () => screen.start(),
      }),
    );
  } catch (error) {
    await screen.end();
    if (error instanceof CliError && error.exitCode === EXIT.interrupted)
      throw new CliError(EXIT.interrupted, `${error.message} It goes on with: ${command}`, error);
    throw error;
  } finally {
    await screen.end();
  }
  const document = await reader.read();
  if (options.json === true) printJson(document);
  else print(`${folder}: ${document.run.state}. Report: ${resolve(folder, 'report.html')}`);
}

function commandOf(path: string, { run: folder, until }: RunCommandOptions): string {
  const quoted = (text: string): string =>
    /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
  return [
    'querent-trainer run',
    quoted(path),
    ...(folder === undefined ? [] : ['--run', quoted(folder)]),
    ...(until === undefined ? [] : ['--until', until]),
  ].join(' ');
}

function stepName(text: string): StepName {
  if (isStepName(text)) return text;
  throw new InvalidArgumentError(`There are the steps ${stepNames.join(', ')}.`);
}
