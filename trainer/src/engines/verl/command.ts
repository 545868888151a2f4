import { join } from 'node:path';
import { pythonPackages } from '../python.ts';
import { verlOverrides } from '../../plan/index.ts';
import type { Plan, VerlPaths } from '../../plan/index.ts';
import { hydraArguments } from './hydra.ts';

/** How verl is started. */
export interface VerlCommand {
  /** Program and arguments before the overrides. */
  readonly command: readonly string[];
  /** The overrides and Hydra's own arguments, as they are typed. */
  readonly arguments: readonly string[];
  /** Variables that verl must find, on whichever machine it runs; none is secret. */
  readonly environment: Readonly<Record<string, string>>;
  readonly paths: VerlPaths;
  /** Where verl's file logger writes. */
  readonly log: string;
}

/** What a command is made from, beside the plan. */
export interface VerlCommandPaths extends Omit<VerlPaths, 'rewardModule' | 'train' | 'validation'> {
  /** Rows of prompts, as the embedded engine reads them. */
  readonly train: string;
  readonly validation: string | null;
  /** Python; `python3` where it is not said. */
  readonly python?: string;
  /** How often it was started before: verl empties its log when it starts. */
  readonly starts?: number;
  /** Name of the job on a ray cluster. */
  readonly job?: string;
}

/** The command that trains a plan with verl: on this machine, or as a job of a ray cluster. */
export function verlCommand(plan: Plan, given: VerlCommandPaths): VerlCommand {
  const { out } = given;
  const paths: VerlPaths = {
    ...{ out, start: given.start, rewardUrl: given.rewardUrl, isRaw: given.isRaw, opened: given.opened },
    train: join(out, 'verl', 'train.jsonl'),
    validation: given.validation === null ? null : join(out, 'verl', 'validation.jsonl'),
    rewardModule: join(pythonPackages() ?? 'trainer/python', 'querent_engine', 'verl_reward.py'),
  };
  const log = join(out, 'verl', `metrics-${given.starts ?? 0}.jsonl`);
  const environment = {
    VERL_FILE_LOGGER_PATH: log,
    TENSORBOARD_DIR: join(out, 'tensorboard'),
    HYDRA_FULL_ERROR: '1',
    TOKENIZERS_PARALLELISM: 'true',
  };
  const python = given.python ?? 'python3';
  const { rayAddress } = plan.verl;
  return {
    command:
      rayAddress === null
        ? [python, '-m', 'querent_engine.verl_launch']
        : [
            ...['ray', 'job', 'submit', '--address', rayAddress, '--no-wait'],
            ...['--submission-id', given.job ?? `querent-${plan.name}`],
            ...['--runtime-env-json', JSON.stringify({ env_vars: environment })],
            ...['--', 'python3', '-m', 'verl.trainer.main_ppo'],
          ],
    // Hydra's own notes of a run go into the run's folder rather than where the command was typed.
    arguments: [
      ...hydraArguments(verlOverrides(plan, paths)),
      ...hydraArguments([
        { key: 'hydra.run.dir', value: join(out, 'verl', 'hydra'), isNew: false, from: null },
      ]),
    ],
    ...{ environment, paths, log },
  };
}
