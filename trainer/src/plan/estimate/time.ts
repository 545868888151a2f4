import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plan } from '../schema.ts';
import type { StageKind } from '../semantics/index.ts';
import type { ModelShape } from './modelShape.ts';

/** How long a stage takes. */
export interface TimeEstimate {
  readonly stage: StageKind;
  readonly seconds: number;
  /** `measured`: from the steps of a run of this plan. `estimate`: from what the machine should do. */
  readonly kind: 'measured' | 'estimate';
  /** What it was counted from, for people. */
  readonly basis: string;
}

/** How fast a machine is. */
export interface Speed {
  /** Of matrix products that training comes to, in operations a second. */
  readonly flops: number;
  /** Of reading weights while generating, in bytes a second. */
  readonly bytes: number;
  readonly basis: string;
}

/**
 * Dense bfloat16 and memory of GPUs by a part of their name, in TFLOPS and TB/s, from NVIDIA's data sheets; of these, training comes to about a third
 * and generating to about half.
 */
const gpus: readonly (readonly [RegExp, number, number])[] = [
  [/H200/u, 989, 4.8],
  [/H100/u, 989, 3.35],
  [/A100/u, 312, 2],
  [/L40/u, 181, 0.86],
  [/RTX 4090/u, 165, 1],
  [/A10G?\b/u, 125, 0.6],
  [/L4\b/u, 121, 0.3],
  [/V100/u, 112, 0.9],
  [/T4\b/u, 65, 0.3],
];
const trainingShare = 1 / 3;
const generatingShare = 1 / 2;
/** A core of a processor of today in float32, and the memory beside it; what torch comes to. */
const corePerSecond = 20e9;
const memoryPerSecond = 15e9;
/** Without CUDA graphs, a step of generating takes at least so long, whatever the size. */
const leastTokenSeconds = { cuda: 0.02, cpu: 0.004 } as const;

/** What a machine should do. @param gpu its name, undefined for the processor */
export function speedOf(gpu: string | undefined, cores: number, copies = 1): Speed {
  if (gpu === undefined)
    return {
      flops: corePerSecond * cores,
      bytes: memoryPerSecond,
      basis: `assumed: ${cores} cores of 20 GFLOPS, 15 GB/s`,
    };
  const [, tflops, terabytes] = gpus.find(([name]) => name.test(gpu)) ?? [undefined, 100, 0.5];
  return {
    flops: tflops * 1e12 * trainingShare * copies,
    bytes: terabytes * 1e12 * generatingShare,
    basis: `assumed: ${copies > 1 ? `${copies} × ` : ''}${gpu} at a third of ${tflops} TFLOPS and half of ${terabytes} TB/s`,
  };
}

/**
 * Time of a stage by operations: 2 for each weight and token forward, 4 backward, 2 more where activations are computed again (Kaplan et al., 2020);
 * a token is generated in the time in which all weights are read.
 */
export function timeEstimate(
  plan: Plan,
  stage: StageKind,
  shape: ModelShape,
  speed: Speed,
  device: 'cpu' | 'cuda',
): TimeEstimate {
  const { parameters: n } = shape;
  const backward = plan.model.gradientCheckpointing ? 8 : 6;
  const { tokens, ppo, sft, data } = plan;
  const answered = tokens.completion / 2;
  const asked = tokens.prompt / 2;
  const assumption = 'prompts and completions half as long as they may be';
  if (stage === 'sft') {
    const pairs = sft?.pairs.limit ?? data.limit.train ?? data.made;
    const whole = sft?.epochs ?? 1;
    const seen = Math.min(pairs * whole, (sft?.maxSteps ?? Infinity) * (sft?.batchSize ?? 1));
    const seconds = (seen * (asked + answered) * n * backward) / speed.flops;
    return {
      stage,
      seconds,
      kind: 'estimate',
      basis: `${Math.round(seen)} pairs, ${assumption}; ${speed.basis}`,
    };
  }
  if (ppo === null) return { stage, seconds: 0, kind: 'estimate', basis: 'nothing to do' };
  const sequences = ppo.promptsPerStep * ppo.samplesPerPrompt;
  const all = sequences * (asked + answered);
  const critic = ppo.critic.kind === 'separate' ? 1 : 0;
  const passes = 1 + (ppo.kl.coefficient > 0 ? 1 : 0) + critic;
  const learning = (all * n * (2 * passes + ppo.epochs * backward * (1 + critic))) / speed.flops;
  const rounds = Math.ceil(sequences / Math.min(sequences, ppo.rolloutMicroBatch));
  const width = device === 'cuda' && plan.machine.dtype === 'bfloat16' ? 2 : 4;
  // The longest completion of a round holds the others up, so rounds go on to the limit.
  const token = Math.max(
    (n * width) / speed.bytes,
    leastTokenSeconds[device],
    (2 * n * Math.min(sequences, ppo.rolloutMicroBatch)) / speed.flops,
  );
  const generating = rounds * tokens.completion * token + (all * n * 2) / speed.flops;
  return {
    stage,
    seconds: ppo.steps * (learning + generating),
    kind: 'estimate',
    basis: `${ppo.steps} steps of ${sequences} completions, ${assumption}, rewards on the side; ${speed.basis}`,
  };
}

/** The time of the steps that are left or of all, from what a run of this plan has measured; undefined where it has no steps yet. */
export async function measuredTime(
  plan: Plan,
  stage: StageKind,
  runFolder: string,
): Promise<TimeEstimate | undefined> {
  const text = await readFile(join(runFolder, stage, 'metrics.jsonl'), 'utf8').catch(() => '');
  const rows = text.split('\n').flatMap((line) => {
    try {
      const { seconds } = JSON.parse(line) as { readonly seconds?: { readonly total?: number | null } };
      return typeof seconds?.total === 'number' ? [seconds.total] : [];
    } catch {
      return [];
    }
  });
  if (rows.length === 0) return undefined;
  const each = rows.reduce((sum, value) => sum + value, 0) / rows.length;
  const steps = stage === 'ppo' ? (plan.ppo?.steps ?? 0) : (plan.sft?.maxSteps ?? rows.length);
  return {
    ...{ stage, seconds: each * steps, kind: 'measured' },
    basis: `${rows.length} steps of ${each.toFixed(1)} s in ${runFolder}`,
  };
}
