import { isRaw } from '@querent/core/prompting';
import type { Task } from '@querent/core/tasks';
import { verlCommand } from '../engines/verl/index.ts';
import type { VerlCommand } from '../engines/verl/index.ts';
import { embeddedConfig, verlOverrides } from '../plan/index.ts';
import type { EmbeddedConfig, Plan, VerlOverride } from '../plan/index.ts';
import { runPaths } from '../run/paths.ts';
import { trainedTemplate } from '../run/template.ts';

/** What verl would be told. */
export interface VerlConfiguration {
  readonly overrides: readonly VerlOverride[];
  readonly command: VerlCommand;
}

/** What each stage's engine would be told. */
export interface Configurations {
  readonly sft?: EmbeddedConfig;
  readonly ppo?: EmbeddedConfig | VerlConfiguration;
}

/** Whether a configuration is one of verl. */
export function isVerl(value: EmbeddedConfig | VerlConfiguration): value is VerlConfiguration {
  return 'overrides' in value;
}

/** Stands for the address of the service that a run starts. */
const startedService = 'http://127.0.0.1:0';

/** The configurations with the paths that a run in `folder` has. */
export function configurationsOf(
  plan: Plan,
  engine: 'embedded' | 'verl',
  folder: string,
  tasks: ReadonlyMap<string, Task>,
): Configurations {
  const paths = runPaths(folder);
  const start = plan.model.path;
  const sft =
    plan.sft === null
      ? {}
      : {
          sft: embeddedConfig(
            plan,
            { out: paths.sft, start, train: paths.pairs, validation: paths.pairsValidation },
            'sft',
          ),
        };
  if (plan.ppo === null) return sft;
  const stage = {
    ...{ out: paths.ppo, train: paths.promptsTrain, validation: paths.promptsValidation },
    start: plan.sft === null ? start : `${paths.sft}/model`,
    rewardUrl: plan.ppo.reward.url ?? startedService,
  };
  if (engine === 'embedded') return { ...sft, ppo: embeddedConfig(plan, stage, 'ppo') };
  const task = tasks.get(plan.task);
  const template = task === undefined ? undefined : trainedTemplate(plan, task);
  const raw = template !== undefined && isRaw(template) ? template : undefined;
  const command = verlCommand(plan, { ...stage, isRaw: raw !== undefined, opened: raw?.opened ?? '' });
  return { ...sft, ppo: { overrides: verlOverrides(plan, command.paths), command } };
}
