import type { Finding } from '../problem.ts';
import type { Plan } from '../schema.ts';
import { error, warning } from './finding.ts';

/** The cold start. */
export function sftRules({ sft }: Plan): readonly Finding[] {
  if (sft === null) return [];
  const { pairs, batchSize, microBatchSize } = sft;
  const found: Finding[] = [];
  if (batchSize % microBatchSize !== 0)
    found.push(error('sft.microBatchSize', `${microBatchSize} does not divide batchSize (${batchSize}).`));
  if (pairs.from !== 'deterministic' && pairs.file === null)
    found.push(
      error(
        'sft.pairs.file',
        `pairs are to come from ${pairs.from === 'both' ? 'a file as well' : 'a file'}. Name it.`,
      ),
    );
  if (pairs.from === 'deterministic' && pairs.file !== null)
    found.push(
      error(
        'sft.pairs.file',
        'a file is named and pairs come from the deterministic rewriter alone. Write from: file or both.',
      ),
    );
  return found;
}

/** Reinforcement learning: batches divide each other, algorithm and critic fit. */
export function ppoRules({ ppo, model }: Plan): readonly Finding[] {
  if (ppo === null) return [];
  const found: Finding[] = [];
  const rollouts = ppo.promptsPerStep * ppo.samplesPerPrompt;
  const of = `${ppo.promptsPerStep} prompts × ${ppo.samplesPerPrompt} samples = ${rollouts} sequences`;
  if (ppo.miniBatchSize > rollouts || rollouts % ppo.miniBatchSize !== 0)
    found.push(
      error('ppo.miniBatchSize', `${ppo.miniBatchSize} does not divide the sequences of a step (${of}).`),
    );
  if (ppo.miniBatchSize % ppo.microBatchSize !== 0)
    found.push(
      error(
        'ppo.microBatchSize',
        `${ppo.microBatchSize} does not divide miniBatchSize (${ppo.miniBatchSize}).`,
      ),
    );
  if (ppo.rolloutMicroBatch > rollouts)
    found.push(warning('ppo.rolloutMicroBatch', `it is more than a step has (${of}).`));
  if (ppo.algorithm === 'grpo') {
    if (ppo.critic.kind !== 'none')
      found.push(
        error(
          'ppo.critic.kind',
          'GRPO has no critic: rewards are compared within the samples of a prompt. Write kind: none.',
        ),
      );
    if (ppo.samplesPerPrompt < 2)
      found.push(error('ppo.samplesPerPrompt', 'GRPO compares several samples of a prompt. Take 4 or more.'));
  } else if (ppo.critic.kind === 'none') {
    found.push(
      error('ppo.critic.kind', 'PPO needs a critic: separate or head. Without one, take algorithm: grpo.'),
    );
  }
  if (ppo.critic.kind !== 'separate' && ppo.critic.path !== null)
    found.push(
      error(
        'ppo.critic.path',
        `a critic of kind ${ppo.critic.kind} is not loaded from a folder. Leave out path, or write kind: separate.`,
      ),
    );
  if (ppo.critic.kind === 'none' && ppo.critic.warmupSteps > 0)
    found.push(error('ppo.critic.warmupSteps', 'there is no critic to warm up. Leave it out.'));
  if (ppo.critic.warmupSteps >= ppo.steps)
    found.push(
      error(
        'ppo.critic.warmupSteps',
        `in ${ppo.steps} steps, a warm-up of ${ppo.critic.warmupSteps} leaves none in which the policy learns.`,
      ),
    );
  if (ppo.kl.coefficient === 0 && model.reference !== null)
    found.push(warning('model.reference', 'without a KL coefficient nothing is compared with it.'));
  return found;
}
