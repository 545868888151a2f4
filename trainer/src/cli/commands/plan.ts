import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import process from 'node:process';
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { badInput, EXIT, note, print, printJson } from '@querent/server/terminal';
import { diagnosePlan } from '../../doctor/diagnosePlan.ts';
import { probePython } from '../../doctor/pythonProbe.ts';
import { findPython } from '../../engines/python.ts';
import { chooseEngine } from '../../engines/verl/index.ts';
import { estimate, formatProblem, planJsonSchema, readPlan, readSetting } from '../../plan/index.ts';
import type { Setting } from '../../plan/index.ts';
import { defaultRunFolder } from '../../run/openRun.ts';
import { loadTasks } from '../../taskFolders.ts';
import { configurationsOf } from '../planConfigurations.ts';
import { planText } from '../planText.ts';

interface PlanCommandOptions {
  readonly engine?: 'auto' | 'embedded' | 'verl';
  readonly set: readonly Setting[];
  readonly run?: string;
  readonly python?: string;
  readonly schema?: true;
  readonly json?: true;
}

/** `querent-trainer plan` */
export function addPlan(program: Command): void {
  program
    .command('plan [config]')
    .description(
      'say what a plan would do, with which configuration of its engine, what it takes, and what this machine lacks for it',
    )
    .addOption(
      new Option('--engine <engine>', 'instead of the one that the plan names').choices([
        'auto',
        'embedded',
        'verl',
      ]),
    )
    .option(
      '--set <key=value>',
      'a value in place of the plan’s, such as ppo.steps=10; may be given several times',
      settings,
      [],
    )
    .option(
      '--run <folder>',
      'run folder: times are measured where it has steps; default: runs/NAME beside the plan',
    )
    .option('--python <program>', 'Python that would train (QUERENT_PYTHON)')
    .option('--schema', 'print the JSON Schema of plans, for editors, and nothing else')
    .option('--json', 'print {name, engine, why, plan, warnings, configurations, estimate, ok, checks}')
    .addHelpText(
      'after',
      '\nChanges nothing and trains nothing. docs/training-plan.md says what every key means.\n' +
        'Exit code 0: this machine has what the plan needs. 1: something is missing. 2: the plan cannot be used, each error with its line.',
    )
    .action(plan);
}

async function plan(config: string | undefined, options: PlanCommandOptions): Promise<void> {
  if (options.schema === true) {
    printJson(planJsonSchema());
    return;
  }
  if (config === undefined) throw badInput('Name the YAML file of a plan; trainer/configs has examples.');
  const read = await readPlan(config, {
    settings: [
      ...(options.engine === undefined ? [] : [{ place: ['engine'], value: options.engine }]),
      ...options.set,
    ],
  });
  const { warnings } = read;
  const folder = resolve(options.run ?? defaultRunFolder(read));
  const tasks = await loadTasks(read.plan.taskFolders);
  const python = await probePython(findPython(options.python).command, process.env);
  const choice = chooseEngine(read.plan, python);
  const gpus = 'failure' in python ? [] : python.gpus.devices;
  const taken = await estimate(read.plan, { gpus, cores: availableParallelism() }, choice.engine, folder);
  const diagnosis = await diagnosePlan({
    ...{ environment: process.env, nodeVersion: process.versions.node, python, folder },
    ...{ plan: read.plan, estimate: taken, choice },
  });
  const configurations = configurationsOf(read.plan, choice.engine, folder, tasks);
  if (options.json === true)
    printJson({
      ...{ name: read.plan.name, engine: choice.engine, why: choice.why, plan: read.plan, warnings },
      ...{ configurations, estimate: taken, ...diagnosis },
    });
  else {
    for (const warning of warnings) note(formatProblem(warning, config));
    print(planText({ plan: read.plan, choice, folder, configurations, estimate: taken, diagnosis }));
  }
  process.exitCode = diagnosis.ok ? EXIT.fine : EXIT.findings;
}

function settings(text: string, before: readonly Setting[]): readonly Setting[] {
  const setting = readSetting(text);
  if (setting === undefined)
    throw new InvalidArgumentError('Write key=value, such as ppo.steps=10; the value is YAML.');
  return [...before, setting];
}
