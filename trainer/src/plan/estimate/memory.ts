import type { Plan } from '../schema.ts';
import type { StageKind } from '../semantics/index.ts';
import type { ModelShape } from './modelShape.ts';

/** One part of what a stage holds in memory, on each device. */
interface MemoryPart {
  readonly name: string;
  readonly bytes: number;
  /** How it was counted, for people. */
  readonly formula: string;
  /** `always`, or only while completions are generated, or while weights are updated. */
  readonly when: 'always' | 'rollout' | 'update';
}

/** What a stage takes on each GPU, or of the machine's memory where there is none. */
export interface MemoryEstimate {
  readonly stage: StageKind;
  readonly parts: readonly MemoryPart[];
  /** The most that is held at once: what is always there and the larger of rollout and update. */
  readonly peakBytes: number;
  /** Waits in the machine's memory (offloading of verl), all GPUs of a machine together. */
  readonly hostBytes: number;
}

/** Weights, gradients, and the two memories of Adam, in float32 (docs/training-plan.md; mixed precision after Micikevicius et al., 2018). */
const trainedBytes = 16;
/** Logits are computed in pieces of 2^24 numbers in the embedded engine (log_probs.py): with gradient and softmax, in float32. */
const logitsChunk = 2 ** 24;
/** CUDA's own, and what its allocator cannot use. */
const overheadBytes = 1.5 * 2 ** 30;

/**
 * What training takes. Formulas: 16 bytes a trained weight (weight, gradient, two of Adam, float32); activations of a layer and token are what its
 * backward pass reads (after Korthikanti et al., 2022, for grouped heads and gated feed-forward layers; attention scores are not kept); keys and
 * values 2 × layers × heads × width a token.
 * @param gpuBytes memory of a GPU: verl's rollout takes a share of it
 */
export function memoryEstimate(
  plan: Plan,
  stage: StageKind,
  shape: ModelShape,
  engine: 'embedded' | 'verl',
  gpuBytes: number | undefined,
): MemoryEstimate {
  const parts =
    stage === 'ppo' && engine === 'verl'
      ? verlParts(plan, shape, gpuBytes)
      : embeddedParts(plan, stage, shape);
  const sum = (when: MemoryPart['when']): number =>
    parts.filter((part) => part.when === when).reduce((total, { bytes }) => total + bytes, 0);
  return {
    stage,
    parts,
    peakBytes: sum('always') + Math.max(sum('rollout'), sum('update')),
    hostBytes: stage === 'ppo' && engine === 'verl' ? offloadedBytes(plan, shape) : 0,
  };
}

/** Weights of an adapter on every linear layer (or, where some are named, on as many of them). */
function adapterParameters(plan: Plan, shape: ModelShape): number {
  const { lora } = plan.model;
  if (lora === null) return 0;
  const { layers, hidden, heads, kvHeads, headWidth, intermediate } = shape;
  const widths: Readonly<Record<string, number>> = {
    q_proj: hidden + heads * headWidth,
    k_proj: hidden + kvHeads * headWidth,
    v_proj: hidden + kvHeads * headWidth,
    o_proj: heads * headWidth + hidden,
    gate_proj: hidden + intermediate,
    up_proj: hidden + intermediate,
    down_proj: intermediate + hidden,
  };
  const named = lora.targetModules === 'all-linear' ? Object.keys(widths) : lora.targetModules;
  return layers * lora.rank * named.reduce((total, name) => total + (widths[name] ?? 2 * hidden), 0);
}

/** Bytes that the backward pass of one layer reads, for one token, at `bytes` a number. */
function activationBytes(shape: ModelShape, bytes: number): number {
  const { hidden, heads, kvHeads, headWidth, intermediate } = shape;
  return bytes * (6 * hidden + (heads + 2 * kvHeads) * headWidth + 4 * intermediate);
}

/** Keys and values of one token in all layers. */
function keyValueBytes({ layers, kvHeads, headWidth }: ModelShape, bytes: number): number {
  return 2 * layers * kvHeads * headWidth * bytes;
}

function embeddedParts(plan: Plan, stage: StageKind, shape: ModelShape): readonly MemoryPart[] {
  const { model, machine, tokens, ppo, sft } = plan;
  const { parameters: n } = shape;
  const isHalf = machine.dtype === 'bfloat16';
  const bytes = isHalf ? 2 : 4;
  const micro = (stage === 'sft' ? sft?.microBatchSize : ppo?.microBatchSize) ?? 1;
  const sequence = tokens.prompt + tokens.completion;
  const parts = trainedParts(plan, shape, 'policy', bytes);
  if (stage === 'ppo' && ppo !== null) {
    if (ppo.kl.coefficient > 0 && model.lora === null)
      parts.push(always('reference', n * bytes, `${count(n)} × ${bytes}`));
    if (ppo.critic.kind === 'separate') parts.push(...trainedParts(plan, shape, 'critic', bytes));
    const kv = keyValueBytes(shape, bytes);
    const rollouts = Math.min(ppo.rolloutMicroBatch, ppo.promptsPerStep * ppo.samplesPerPrompt);
    parts.push(
      part(
        'keys and values',
        rollouts * sequence * kv,
        `${rollouts} sequences × ${sequence} tokens × ${kv}`,
        'rollout',
      ),
      part('logits', rollouts * shape.vocabulary * 4 * 2, `${rollouts} × ${shape.vocabulary} × 8`, 'rollout'),
    );
  }
  if (isHalf && model.lora === null)
    parts.push(part('weights for the arithmetic', n * 2, `${count(n)} × 2 (autocast)`, 'update'));
  parts.push(...activationParts(plan, shape, micro * sequence, bytes));
  const logits = Math.min(micro * tokens.completion * shape.vocabulary, logitsChunk);
  parts.push(part('logits', logits * 12, `${count(logits)} × 12, in pieces`, 'update'));
  if (machine.device !== 'cpu') parts.push(always('CUDA', overheadBytes, 'its own'));
  return parts;
}

function activationParts(
  plan: Plan,
  shape: ModelShape,
  tokensAtOnce: number,
  bytes: number,
): readonly MemoryPart[] {
  const layer = activationBytes(shape, bytes);
  return plan.model.gradientCheckpointing
    ? [
        part(
          'activations',
          tokensAtOnce * (shape.layers * shape.hidden * bytes + layer),
          `${tokensAtOnce} tokens × (${shape.layers} layers × ${shape.hidden * bytes} + ${layer})`,
          'update',
        ),
      ]
    : [
        part(
          'activations',
          tokensAtOnce * shape.layers * layer,
          `${tokensAtOnce} tokens × ${shape.layers} layers × ${layer}`,
          'update',
        ),
      ];
}

function trainedParts(plan: Plan, shape: ModelShape, name: string, bytes: number): MemoryPart[] {
  const { parameters: n } = shape;
  if (plan.model.lora === null)
    return [always(name, n * trainedBytes, `${count(n)} × 16 (weight, gradient, Adam)`)];
  const adapter = adapterParameters(plan, shape);
  return [
    always(name, n * bytes, `${count(n)} × ${bytes} (frozen)`),
    always(`adapter of the ${name}`, adapter * trainedBytes, `${count(adapter)} × 16`),
  ];
}

function verlParts(plan: Plan, shape: ModelShape, gpuBytes: number | undefined): readonly MemoryPart[] {
  const { verl, ppo, tokens, machine, model } = plan;
  if (ppo === null) return [];
  const gpus = verl.nodes * verl.gpusPerNode;
  const { parameters: n } = shape;
  const trained = model.lora === null ? n : adapterParameters(plan, shape);
  const bytes = machine.dtype === 'bfloat16' ? 2 : 4;
  const split = gpus === 1 ? '' : ` / ${gpus}`;
  const parts: MemoryPart[] = [];
  const model16 = (name: string, weightsAway: boolean, adamAway: boolean): void => {
    const weights = (weightsAway ? 0 : n * 4) / gpus;
    const rest = (trained * 4 + (adamAway ? 0 : trained * 8)) / gpus;
    parts.push(
      part(
        name,
        weights + rest,
        `${count(n)} × ${weightsAway ? 0 : 4} + ${count(trained)} × ${adamAway ? 4 : 12}${split}`,
        'update',
      ),
    );
  };
  model16('policy', verl.offload.actor, verl.offload.actorOptimizer);
  if (ppo.critic.kind === 'separate') model16('critic', verl.offload.critic, verl.offload.criticOptimizer);
  if (ppo.kl.coefficient > 0 && model.lora === null && !verl.offload.reference)
    parts.push(always('reference', (n * 4) / gpus, `${count(n)} × 4${split}`));
  // While a layer computes, its weights are there as a whole on every GPU.
  parts.push(
    part('layers put together', (n / shape.layers) * bytes * 2, `two layers × ${bytes} bytes`, 'update'),
  );
  const sequence = tokens.prompt + tokens.completion;
  const atOnce = verl.tokensPerGpu ?? ppo.microBatchSize * sequence;
  parts.push(...activationParts(plan, shape, atOnce, bytes));
  const logits = atOnce * shape.vocabulary;
  parts.push(part('logits', logits * (4 + bytes), `${count(logits)} × ${4 + bytes}`, 'update'));
  const { rolloutMemoryShare: share } = verl;
  if (gpuBytes !== undefined)
    parts.push(
      part('rollout engine', gpuBytes * share, `${share} of the GPU (verl.rolloutMemoryShare)`, 'rollout'),
    );
  else
    parts.push(
      part(
        'rollout engine',
        (n * bytes) / verl.tensorParallel,
        'its weights; the cache takes what is left',
        'rollout',
      ),
    );
  parts.push(always('CUDA', overheadBytes * 2, 'its own, and NCCL'));
  return parts;
}

function offloadedBytes({ verl, model, ppo }: Plan, shape: ModelShape): number {
  const n = shape.parameters;
  const trained = model.lora === null ? n : 0;
  const { offload } = verl;
  const isThere = ppo !== null && ppo.kl.coefficient > 0 && model.lora === null;
  const all =
    (offload.actor ? n * 4 : 0) +
    (offload.actorOptimizer ? trained * 8 : 0) +
    (offload.critic && ppo?.critic.kind === 'separate' ? n * 4 : 0) +
    (offload.criticOptimizer && ppo?.critic.kind === 'separate' ? trained * 8 : 0) +
    (offload.reference && isThere ? n * 4 : 0);
  return all / verl.nodes;
}

/** Bytes on the disk of a whole run: kept checkpoints with one being written, the models, and their exports. */
export function diskEstimate(plan: Plan, shape: ModelShape): number {
  const { parameters: n } = shape;
  const trained = plan.model.lora === null ? n : adapterParameters(plan, shape);
  const stage = (keep: number, critics: number): number => (keep + 1) * trained * 12 * (1 + critics) + n * 4;
  const exports = plan.export?.quantisations.reduce((sum, name) => sum + n * bytesOf(name), n * 2) ?? 0;
  return (
    (plan.sft === null ? 0 : stage(plan.sft.save.keep, 0)) +
    (plan.ppo === null ? 0 : stage(plan.ppo.save.keep, plan.ppo.critic.kind === 'separate' ? 1 : 0)) +
    exports
  );
}

function bytesOf(quantisation: string): number {
  if (quantisation === 'F32') return 4;
  if (quantisation.endsWith('F16')) return 2;
  return (Number(/^Q(\d)/u.exec(quantisation)?.[1] ?? 8) + 1) / 8;
}

const part = (name: string, bytes: number, formula: string, when: MemoryPart['when']): MemoryPart => ({
  ...{ name, bytes, formula, when },
});
const always = (name: string, bytes: number, formula: string): MemoryPart =>
  part(name, bytes, formula, 'always');

/** `3.09B`, `134.5M` */
export function count(n: number): string {
  if (n >= 1e9) return `${(n / 1e9).toFixed(2)}B`;
  if (n >= 1e6) return `${(n / 1e6).toFixed(1)}M`;
  return n >= 1e4 ? `${(n / 1e3).toFixed(0)}k` : String(Math.round(n));
}
