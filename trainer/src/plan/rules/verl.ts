import type { Finding } from '../problem.ts';
import type { Plan } from '../schema.ts';
import { error } from './finding.ts';

/** What verl cannot be told, or tells apart: errors where the plan names verl. */
export function verlRules(plan: Plan): readonly Finding[] {
  return plan.engine === 'verl' ? verlObstacles(plan) : [];
}

/** Why verl cannot train this plan; empty when it can. With the engine `auto`, such a plan is trained by the embedded engine. */
export function verlObstacles({ machine, verl, ppo, model }: Plan): readonly Finding[] {
  const found: Finding[] = [];
  const say = (place: string, message: string): void => void found.push(error(place, message));
  if (machine.device === 'cpu') say('machine.device', 'verl trains on CUDA alone. Take engine: embedded.');
  if (model.random !== null)
    say('model.random', 'verl has no models with random weights. Take engine: embedded, or give path.');
  if (model.path?.toLowerCase().endsWith('.gguf') === true)
    say('model.path', 'verl reads folders of Hugging Face, no GGUF. Name the folder or hf:owner/name.');
  if (model.reference !== null)
    say(
      'model.reference',
      'verl’s reference is the model that it starts from. Leave it out, or take engine: embedded.',
    );
  if (model.lora !== null && model.lora.dropout > 0)
    say('model.lora.dropout', 'verl’s adapters have no dropout. Write 0, or take engine: embedded.');
  if (model.lora !== null && !Number.isInteger(model.lora.alpha))
    say('model.lora.alpha', 'verl takes whole numbers here.');
  if (ppo === null) {
    say(
      'ppo',
      'verl is for reinforcement learning; the cold start alone is trained by the embedded engine. Take engine: embedded.',
    );
    return found;
  }
  if (ppo.critic.kind === 'head')
    say(
      'ppo.critic.kind',
      'verl has no value head on the policy’s own states. Write kind: separate, or take engine: embedded.',
    );
  if (ppo.algorithm === 'ppo' && !ppo.whiten)
    say('ppo.whiten', 'verl always whitens the advantages of PPO. Write true, or take engine: embedded.');
  const gpus = verl.nodes * verl.gpusPerNode;
  const sequences = ppo.promptsPerStep * ppo.samplesPerPrompt;
  const each = `${gpus} ${gpus === 1 ? 'GPU' : 'GPUs'}`;
  if (sequences % gpus !== 0)
    say('verl.gpusPerNode', `the ${sequences} sequences of a step cannot be dealt out evenly to ${each}.`);
  if (ppo.miniBatchSize % ppo.samplesPerPrompt !== 0)
    say(
      'ppo.miniBatchSize',
      `verl counts mini-batches in prompts, and ${ppo.miniBatchSize} sequences are no whole number of prompts of ${ppo.samplesPerPrompt} samples.`,
    );
  if (ppo.miniBatchSize % gpus !== 0)
    say('ppo.miniBatchSize', `${ppo.miniBatchSize} sequences cannot be dealt out evenly to ${each}.`);
  else if (
    verl.tokensPerGpu === null &&
    (ppo.miniBatchSize / gpus) % Math.min(ppo.microBatchSize, ppo.miniBatchSize / gpus) !== 0
  )
    say(
      'ppo.microBatchSize',
      `${ppo.microBatchSize} does not divide the ${ppo.miniBatchSize / gpus} sequences of a mini-batch on each of ${each}. Take a divisor, or give verl.tokensPerGpu.`,
    );
  if (verl.gpusPerNode % verl.tensorParallel !== 0)
    say(
      'verl.tensorParallel',
      `${verl.tensorParallel} does not divide the ${verl.gpusPerNode} GPUs of a node.`,
    );
  return found;
}
