import process from 'node:process';
import { badInput, CliError, EXIT } from '@querent/server/terminal';
import { exitOf } from '../cli/exit.ts';
import { findPython } from '../engines/python.ts';
import type { Python } from '../engines/python.ts';
import type { ReadPlan } from '../plan/index.ts';
import { loadTasks } from '../taskFolders.ts';
import { writeReport } from '../watch/report/writeReport.ts';
import type { RunContext } from './context.ts';
import { fileHashes } from './fileHashes.ts';
import { openRun } from './openRun.ts';
import { progressFile } from './progressFile.ts';
import { runSteps } from './sequence.ts';
import type { Step } from './sequence.ts';
import { stateFile } from './state.ts';
import type { RunState } from './state.ts';
import type { StepName } from './stepNames.ts';
import { stepNames, stepTitles } from './stepNames.ts';
import { dataStep } from './steps/data.ts';
import { evaluationStep } from './steps/evaluation.ts';
import { exportStep } from './steps/export.ts';
import { pairsStep } from './steps/pairs.ts';
import { promptsStep } from './steps/prompts.ts';
import { publishStep } from './steps/publish.ts';
import { trainingStep } from './steps/training.ts';
import { trainedTemplate } from './template.ts';

/** How a plan is run. */
export interface RunOptions {
  /** Absolute or relative; made where it is not there. */
  readonly folder: string;
  readonly from?: StepName;
  readonly until?: StepName;
  readonly forced?: { readonly reason: string };
  /** See `findPython`. */
  readonly python?: string;
  /** The command that goes on, for messages. */
  readonly command: string;
  readonly environment?: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** One sentence for people at a time. */
  readonly onMessage: (message: string) => void;
  readonly onState?: (state: RunState) => void;
}

/**
 * Does the steps of a plan in its run folder, each once: what is done is not done again, and what was interrupted, however, goes on. A report is written at the
 * end, whether the run was finished, stopped or failed.
 * @throws CliError: 1 when the gate refuses the release, 2 for bad input, 3 for what failed, 130 when it was stopped
 */
export async function runPlan(read: ReadPlan, options: RunOptions): Promise<RunState> {
  const { plan } = read;
  const { environment = process.env, signal } = options;
  if (plan.publish === null && options.forced !== undefined)
    throw badInput('--force-publish: the plan publishes nothing. Add publish to it.');
  const opened = await openRun(options.folder, read);
  const { paths } = opened;
  const progress = progressFile(paths, options.command);
  const say = (message: string): void => {
    progress.say(message);
    options.onMessage(message);
  };
  try {
    const tasks = await loadTasks(plan.taskFolders);
    const task = tasks.get(plan.task);
    if (task === undefined)
      throw badInput(`There is no task ${plan.task}. There are ${[...tasks.keys()].join(', ')}.`);
    let python: Python | undefined;
    const context: RunContext = {
      ...{ plan, paths, tasks, task, environment, progress, say, signal },
      template: trainedTemplate(plan, task),
      hashes: fileHashes(paths.folder),
      python: () => (python ??= findPython(options.python, environment)),
      ...(options.forced === undefined ? {} : { forced: options.forced }),
    };
    return await runSteps(stepsOf(context), stateFile(paths.folder), {
      signal,
      ...(options.from === undefined ? {} : { from: options.from }),
      ...(options.until === undefined ? {} : { until: options.until }),
      describe: (error) => exitOf(error)?.message ?? faultOf(error),
      onMessage: say,
      onState: (state) => {
        progress.step(stepNames.find((name) => state.steps[name].status === 'running') ?? null);
        options.onState?.(state);
      },
    });
  } catch (error) {
    if (signal.aborted && !(error instanceof CliError))
      throw new CliError(EXIT.interrupted, 'Stopped.', error);
    throw error;
  } finally {
    progress.close();
    await writeReport(paths.folder).catch((error: unknown) =>
      say(`The report was not written: ${faultOf(error)}`),
    );
    await opened.close();
  }
}

/** The steps of a run, in their order. */
function stepsOf(context: RunContext): readonly Step[] {
  const steps: readonly Step[] = [
    dataStep(context),
    promptsStep(context),
    pairsStep(context),
    trainingStep(context, 'sft'),
    trainingStep(context, 'ppo'),
    exportStep(context),
    evaluationStep(context),
    publishStep(context),
  ];
  return steps.map((step) => told(step, context));
}

/** A step that says when it begins. */
function told(step: Step, { say }: RunContext): Step {
  return {
    ...step,
    async run(made) {
      say(`${stepTitles[step.name]} ...`);
      return step.run(made);
    },
  };
}

function faultOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
