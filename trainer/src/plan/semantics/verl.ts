import { verl } from './knob.ts';
import type { Knob, Verl, VerlPaths, VerlValue } from './knob.ts';

const notHere = { says: 'of verl alone' } as const;

const knob = (key: string, unit: string, meaning: string, overrides: Verl): Knob => ({
  key: `verl.${key}`,
  meaning,
  unit,
  embedded: notHere,
  verl: overrides,
});

/** What only verl has: how the work is laid over GPUs. */
export const verlKnobs: readonly Knob[] = [
  knob('nodes', 'machines', 'Machines of the ray cluster that train.', [
    verl(['trainer.nnodes'], (_, plan) => plan.verl.nodes),
  ]),
  knob('gpusPerNode', 'GPUs', 'GPUs of each machine.', [
    verl(['trainer.n_gpus_per_node'], (_, plan) => plan.verl.gpusPerNode),
  ]),
  knob('rollout', '', 'What generates completions.', [
    verl(['actor_rollout_ref.rollout.name'], (_, plan) => plan.verl.rollout),
  ]),
  knob('tensorParallel', 'GPUs', 'GPUs over which one copy of the model is laid while it generates.', [
    verl(['actor_rollout_ref.rollout.tensor_model_parallel_size'], (_, plan) => plan.verl.tensorParallel),
  ]),
  knob(
    'rolloutMemoryShare',
    'share',
    'Share of each GPU’s memory for generating: weights and cache of keys and values.',
    [
      verl(['actor_rollout_ref.rollout.gpu_memory_utilization'], (_, plan) => plan.verl.rolloutMemoryShare),
      verl(['actor_rollout_ref.rollout.free_cache_engine'], () => true),
    ],
  ),
  knob(
    'offload.actor',
    '',
    'Weights of the policy wait in the machine’s memory while they are not trained.',
    [verl(['actor_rollout_ref.actor.fsdp_config.param_offload'], (_, plan) => plan.verl.offload.actor)],
  ),
  knob('offload.actorOptimizer', '', 'The same for its Adam.', [
    verl(
      ['actor_rollout_ref.actor.fsdp_config.optimizer_offload'],
      (_, plan) => plan.verl.offload.actorOptimizer,
    ),
  ]),
  knob('offload.critic', '', 'The same for the weights of the critic.', [
    verl(['critic.fsdp.param_offload'], (_, plan) => plan.verl.offload.critic),
  ]),
  knob('offload.criticOptimizer', '', 'The same for its Adam.', [
    verl(['critic.fsdp.optimizer_offload'], (_, plan) => plan.verl.offload.criticOptimizer),
  ]),
  knob('offload.reference', '', 'The same for the reference.', [
    verl(['actor_rollout_ref.ref.fsdp_config.param_offload'], (_, plan) => plan.verl.offload.reference),
  ]),
  knob(
    'tokensPerGpu',
    'tokens',
    'Sequences are packed up to so many tokens a GPU instead of by ppo.microBatchSize; null: they are not.',
    [
      verl(
        ['actor_rollout_ref.actor.use_dynamic_bsz', 'critic.use_dynamic_bsz'],
        (_, plan) => plan.verl.tokensPerGpu !== null,
      ),
      verl(
        ['actor_rollout_ref.actor.ppo_max_token_len_per_gpu', 'critic.ppo_max_token_len_per_gpu'],
        (_, plan) => plan.verl.tokensPerGpu ?? undefined,
      ),
    ],
  ),
  knob('strategy', '', 'How weights are split over GPUs.', [
    verl(['actor_rollout_ref.actor.strategy', 'critic.strategy'], (_, plan) => plan.verl.strategy),
  ]),
  knob(
    'rayAddress',
    '',
    'Address of the dashboard of a ray cluster, to which the job is sent; null: ray is started on this machine.',
    {
      says: 'the address of ray job submit',
    },
  ),
  knob('project', '', 'Groups runs in TensorBoard and logs.', [
    verl(['trainer.project_name'], (_, plan) => plan.verl.project),
  ]),
  knob(
    'overrides',
    '',
    'Further overrides by key, written last: for what a plan has no word for. A key that verl does not have needs a leading +.',
    {
      says: 'written as they are',
    },
  ),
];

/** What every run of verl is told and no knob stands for. */
export const fixedOverrides: readonly {
  readonly key: string;
  readonly value: (paths: VerlPaths) => VerlValue | undefined;
  readonly why: string;
}[] = [
  { key: 'data.train_files', value: ({ train }) => train, why: 'the rows of the run' },
  {
    key: 'data.val_files',
    value: ({ train, validation }) => validation ?? train,
    why: 'the rows of the run; verl wants some',
  },
  { key: 'data.prompt_key', value: () => 'prompt', why: 'as the rows have it' },
  { key: 'data.reward_fn_key', value: () => 'data_source', why: 'as the rows have it' },
  {
    key: 'reward.custom_reward_function.path',
    value: ({ rewardModule }) => rewardModule,
    why: 'rewards come from the reward service',
  },
  {
    key: 'reward.custom_reward_function.name',
    value: () => 'compute_score',
    why: 'the function of that file',
  },
  {
    key: 'actor_rollout_ref.actor.loss_agg_mode',
    value: () => 'token-mean',
    why: 'the mean over all tokens, as in the embedded engine',
  },
  {
    key: 'actor_rollout_ref.actor.checkpoint.save_contents',
    value: () => ['model', 'optimizer', 'extra', 'hf_model'],
    why: 'a folder of Hugging Face in every checkpoint',
  },
  { key: 'trainer.default_local_dir', value: ({ out }) => `${out}/checkpoints`, why: 'the run’s folder' },
  { key: 'trainer.resume_mode', value: () => 'auto', why: 'the same command goes on' },
  {
    key: 'trainer.val_before_train',
    value: ({ validation }) => validation !== null,
    why: 'the first point of the curve',
  },
];
