import { basename } from 'node:path';
import type { Task } from '@querent/core/tasks';
import { version } from '../cli/version.ts';
import { sha256OfFile } from '../sha256OfFile.ts';
import type { OpenedWorld } from '../world/openWorld.ts';
import type { EvaluateOptions } from './options.ts';
import type { EvaluatedRewriter } from './rewriters/rewriter.ts';
import type { RunPlan } from './runFolder.ts';

/** What a plan is made of. */
export interface Planned {
  readonly task: Task;
  /** The file of topics or questions. */
  readonly file: string;
  /** Items that are taken from it. */
  readonly count: number;
  readonly rewriters: readonly EvaluatedRewriter[];
  readonly world: OpenedWorld;
  readonly options: EvaluateOptions;
}

/** The plan of a run: what decides its results, and what people should know of it. No secrets. */
export async function planOf({ task, file, count, rewriters, world, options }: Planned): Promise<RunPlan> {
  return {
    settings: {
      task: task.id,
      items: { file: basename(file), sha256: await sha256OfFile(file), count },
      rewriters: Object.fromEntries(
        rewriters.map(({ name, identity, samples }) => [name, { ...identity, samples }]),
      ),
      world: Object.fromEntries(world.describe().map(({ part, id }) => [part, id])),
      ...(options.retriever === undefined ? {} : { retriever: options.retriever }),
      ...{ budget: options.budget, seeds: options.seeds, seed: options.seed, variant: options.variant },
      only: options.only ?? null,
      subset: options.subset ?? null,
      sample: options.sample ?? null,
      heldOnly: options.heldOnly === true,
    },
    about: {
      started: new Date().toISOString(),
      command: withoutSecrets(['querent-trainer', ...process.argv.slice(2)].join(' ')),
      versions: { querent: version, node: process.versions.node },
      templates: { reasoning: task.templates.reasoning.hash, direct: task.templates.direct.hash },
      world: world.describe(),
    },
  };
}

/** A plan in lines for the head of a report. */
export function aboutOf({ about, settings }: RunPlan, world: OpenedWorld): readonly string[] {
  const { started, command } = about as { readonly started: string; readonly command: string };
  const { file, count, sha256 } = settings['items'] as {
    readonly file: string;
    readonly count: number;
    readonly sha256: string;
  };
  return [
    `${started.slice(0, 10)}: ${command}`,
    `${count} items of ${file} (SHA-256 ${sha256.slice(0, 12)} ...)`,
    ...world.describe().map(({ part, label }) => `${part}: ${label}`),
  ];
}

/** Keys and passwords do not belong into addresses; where one is in one all the same, it does not get into a folder. */
function withoutSecrets(command: string): string {
  return command
    .replace(/(?<=:\/\/)[^/\s@]+@/gu, '***@')
    .replace(/(?<=[?&][\w-]*(?:key|token|secret|password)=)[^&\s]+/giu, '***');
}
