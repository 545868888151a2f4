import type { Plan } from '../schema.ts';
import { at, read, verl } from './knob.ts';
import type { Knob, StageKind, VerlValue } from './knob.ts';

type Ppo = NonNullable<Plan['ppo']>;

/** How the weights of a stage move: AdamW with a warm-up and a schedule. */
export function optimizerKnobs(stage: StageKind): readonly Knob[] {
  const knob = (
    key: string,
    unit: string,
    meaning: string,
    names: readonly string[],
    value: (ppo: Ppo) => VerlValue,
  ): Knob => ({
    key: `${stage}.${key}`,
    meaning,
    unit,
    embedded: stage === 'sft' ? at(`optimizer.${key}`, undefined) : at(undefined, `optimizer.${key}`),
    verl: stage === 'sft' ? read.sftOnly : [verl(names, value)],
  });
  const both = (name: string): readonly string[] => [
    `actor_rollout_ref.actor.optim.${name}`,
    `critic.optim.${name}`,
  ];
  return [
    knob(
      'learningRate',
      '',
      'Learning rate of the policy.',
      ['actor_rollout_ref.actor.optim.lr'],
      ({ learningRate }) => learningRate,
    ),
    knob(
      'weightDecay',
      '',
      'Decay of weights (AdamW).',
      both('weight_decay'),
      ({ weightDecay }) => weightDecay,
    ),
    knob(
      'betas',
      '',
      'Memories of Adam for the mean and the square of gradients.',
      both('betas'),
      ({ betas }) => betas,
    ),
    knob(
      'warmupShare',
      'share',
      'Share of the updates in which the learning rate rises from 0.',
      both('lr_warmup_steps_ratio'),
      ({ warmupShare }) => warmupShare,
    ),
    {
      ...knob('schedule', '', 'After the warm-up: constant, or cosine down to a tenth.', [], () => null),
      verl:
        stage === 'sft'
          ? read.sftOnly
          : [
              verl(both('lr_scheduler_type'), ({ schedule }) => schedule),
              verl(
                both('min_lr_ratio'),
                ({ schedule }) => (schedule === 'cosine' ? 0.1 : undefined),
                'with cosine',
              ),
            ],
    },
    knob(
      'gradientClip',
      '',
      'Gradients longer than this (norm over all weights) are shortened to it.',
      [...both('clip_grad'), 'actor_rollout_ref.actor.grad_clip', 'critic.grad_clip'],
      ({ gradientClip }) => gradientClip,
    ),
  ];
}
