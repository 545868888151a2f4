import type { Plan } from '../schema.ts';
import type { StageKind } from '../semantics/index.ts';
import { diskEstimate, memoryEstimate } from './memory.ts';
import type { MemoryEstimate } from './memory.ts';
import { modelShape } from './modelShape.ts';
import type { ModelShape } from './modelShape.ts';
import { measuredTime, speedOf, timeEstimate } from './time.ts';
import type { TimeEstimate } from './time.ts';

/** What of a machine estimates depend on. */
export interface EstimateMachine {
  /** Each GPU that torch sees; none: the processor. */
  readonly gpus: readonly { readonly name: string; readonly totalBytes: number }[];
  readonly cores: number;
}

/** What a plan takes. */
export interface PlanEstimate {
  /** Undefined where the size of the model cannot be told: `unknown` says why. */
  readonly model: ModelShape | undefined;
  readonly unknown: string | undefined;
  readonly memory: readonly MemoryEstimate[];
  readonly time: readonly TimeEstimate[];
  /** Of checkpoints, models and exports, in bytes; null where the model is not known. */
  readonly diskBytes: number | null;
}

/**
 * Memory, disk and time of a plan. Time is measured where `runFolder` has steps of it, else an estimate that says what it assumes.
 * @param engine of PPO; the cold start runs in the embedded engine
 */
export async function estimate(
  plan: Plan,
  machine: EstimateMachine,
  engine: 'embedded' | 'verl',
  runFolder?: string,
): Promise<PlanEstimate> {
  const shape = await modelShape(plan);
  if ('unknown' in shape)
    return { model: undefined, unknown: shape.unknown, memory: [], time: [], diskBytes: null };
  const stages: readonly StageKind[] = (['sft', 'ppo'] as const).filter((stage) => plan[stage] !== null);
  const gpu = plan.machine.device === 'cpu' ? undefined : machine.gpus[0];
  const cores = plan.machine.threads > 0 ? plan.machine.threads : machine.cores;
  const time: TimeEstimate[] = [];
  for (const stage of stages) {
    const copies = stage === 'ppo' && engine === 'verl' ? plan.verl.nodes * plan.verl.gpusPerNode : 1;
    const speed = speedOf(gpu?.name, cores, copies);
    const measured = runFolder === undefined ? undefined : await measuredTime(plan, stage, runFolder);
    time.push(measured ?? timeEstimate(plan, stage, shape, speed, gpu === undefined ? 'cpu' : 'cuda'));
  }
  return {
    model: shape,
    unknown: undefined,
    memory: stages.map((stage) => {
      const on = gpu === undefined ? { ...plan, machine: { ...plan.machine, device: 'cpu' as const } } : plan;
      return memoryEstimate(on, stage, shape, engine, gpu?.totalBytes);
    }),
    time,
    diskBytes: diskEstimate(plan, shape),
  };
}
