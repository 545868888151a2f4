import { at, verl } from './knob.ts';
import type { Knob } from './knob.ts';
import { repository } from './general.ts';
import { optimizerKnobs } from './optimizer.ts';

const schulman = 'Schulman et al., 2017';
const ziegler = 'Ziegler et al., 2019';
const gpus = (verl: { readonly nodes: number; readonly gpusPerNode: number }): number =>
  verl.nodes * verl.gpusPerNode;
const actor = (name: string): string => `actor_rollout_ref.actor.${name}`;
const rollout = (name: string): string => `actor_rollout_ref.rollout.${name}`;
const rewardArgument = (name: string): readonly string[] => [
  `+reward.custom_reward_function.reward_kwargs.${name}`,
];

/** How verl names the estimators of KL. */
const klPenalties = { k1: 'kl', abs: 'abs', k2: 'mse', k3: 'low_var_kl' } as const;
/** verl cannot leave the second clip out; a ratio never comes near to this. */
const noDualClip = 1_000_000;

const rolloutKnobs: readonly Knob[] = [
  {
    key: 'ppo.algorithm',
    meaning:
      'ppo: advantages from a critic (GAE). grpo: the reward against those of the other samples of the same prompt.',
    unit: '',
    source: `${schulman}; Shao et al., 2024`,
    embedded: at(undefined, 'algorithm'),
    verl: [
      verl(['algorithm.adv_estimator'], ({ algorithm }) => (algorithm === 'ppo' ? 'gae' : 'grpo')),
      verl(['critic.enable'], ({ algorithm }) => algorithm === 'ppo'),
    ],
  },
  {
    key: 'ppo.steps',
    meaning: 'Steps, each of one round of rollouts and the updates from them.',
    unit: 'steps',
    embedded: at(undefined, 'steps'),
    verl: [
      verl(['trainer.total_training_steps'], ({ steps }) => steps),
      verl(['trainer.total_epochs'], ({ steps }) => steps, 'steps are what ends a run'),
    ],
  },
  {
    key: 'ppo.promptsPerStep',
    meaning: 'Different prompts of a step.',
    unit: 'prompts',
    embedded: at(undefined, 'promptsPerStep'),
    verl: [verl(['data.train_batch_size'], ({ promptsPerStep }) => promptsPerStep)],
  },
  {
    key: 'ppo.samplesPerPrompt',
    meaning: 'Completions of each prompt.',
    unit: 'sequences',
    embedded: at(undefined, 'samplesPerPrompt'),
    verl: [verl([rollout('n')], ({ samplesPerPrompt }) => samplesPerPrompt)],
  },
  {
    key: 'ppo.rolloutMicroBatch',
    meaning: 'Completions that are generated at once: memory, not meaning.',
    unit: 'sequences',
    embedded: at(undefined, 'rolloutMicroBatch'),
    verl: [
      verl(
        [rollout('max_num_seqs')],
        ({ rolloutMicroBatch, promptsPerStep, samplesPerPrompt }) =>
          Math.min(1024, Math.max(rolloutMicroBatch, Math.min(256, promptsPerStep * samplesPerPrompt))),
        'at least as many, up to 256: its rollout engine batches by itself',
      ),
    ],
  },
  {
    key: 'ppo.temperature',
    meaning: 'Of sampling. Log-probabilities are those at this temperature.',
    unit: '',
    embedded: at(undefined, 'temperature'),
    verl: [
      verl([rollout('temperature')], ({ temperature }) => temperature),
      verl([rollout('top_k')], () => -1),
    ],
  },
  {
    key: 'ppo.topP',
    meaning:
      'Only the likeliest tokens that together have this probability are drawn. Below 1, what is sampled and what is learnt differ.',
    unit: 'share',
    embedded: at(undefined, 'topP'),
    verl: [verl([rollout('top_p')], ({ topP }) => topP)],
  },
];

const updateKnobs: readonly Knob[] = [
  {
    key: 'ppo.miniBatchSize',
    meaning:
      'Completions of one update; a step has promptsPerStep × samplesPerPrompt / miniBatchSize updates an epoch.',
    unit: 'sequences',
    embedded: at(undefined, 'miniBatchSize'),
    verl: [
      verl(
        [actor('ppo_mini_batch_size'), 'critic.ppo_mini_batch_size'],
        ({ miniBatchSize, samplesPerPrompt }) => Math.max(1, Math.floor(miniBatchSize / samplesPerPrompt)),
        'counted in prompts: divided by samplesPerPrompt',
      ),
    ],
  },
  {
    key: 'ppo.microBatchSize',
    meaning: 'Completions that are computed at once on a device: memory, not meaning.',
    unit: 'sequences',
    embedded: at(undefined, 'microBatchSize'),
    verl: [
      verl(
        [
          actor('ppo_micro_batch_size_per_gpu'),
          rollout('log_prob_micro_batch_size_per_gpu'),
          'actor_rollout_ref.ref.log_prob_micro_batch_size_per_gpu',
          'critic.ppo_micro_batch_size_per_gpu',
        ],
        ({ microBatchSize, miniBatchSize }, plan) =>
          plan.verl.tokensPerGpu === null
            ? Math.max(1, Math.min(microBatchSize, Math.floor(miniBatchSize / gpus(plan.verl))))
            : undefined,
        'where verl.tokensPerGpu is null',
      ),
    ],
  },
  {
    key: 'ppo.epochs',
    meaning: 'Times that the completions of a step are gone through.',
    unit: 'epochs',
    source: schulman,
    embedded: at(undefined, 'epochs'),
    verl: [
      verl([actor('ppo_epochs'), 'critic.ppo_epochs'], ({ epochs }) => epochs),
      verl([actor('shuffle')], () => true),
    ],
  },
  {
    key: 'ppo.gamma',
    meaning: 'Discount of later rewards. 1: the reward at the end counts in full for every token.',
    unit: '',
    source: 'Schulman et al., 2016',
    embedded: at(undefined, 'gamma'),
    verl: [verl(['algorithm.gamma'], ({ gamma }) => gamma)],
  },
  {
    key: 'ppo.lambda',
    meaning: 'Of generalised advantage estimation: 1 trusts returns alone, 0 the critic alone.',
    unit: '',
    source: 'Schulman et al., 2016',
    embedded: at(undefined, 'lambda'),
    verl: [verl(['algorithm.lam'], ({ lambda }) => lambda)],
  },
  {
    key: 'ppo.clip',
    meaning: 'Ratios of probabilities outside 1 ± clip move nothing further.',
    unit: '',
    source: schulman,
    embedded: at(undefined, 'clip'),
    verl: [
      verl([actor('clip_ratio'), actor('clip_ratio_low'), actor('clip_ratio_high')], ({ clip }) => clip),
    ],
  },
  {
    key: 'ppo.dualClip',
    meaning: 'Bound of the loss of a token with a negative advantage, in multiples of it; null: none.',
    unit: '',
    source: 'Ye et al., 2020',
    embedded: at(undefined, 'dualClip'),
    verl: [
      verl(
        [actor('clip_ratio_c')],
        ({ dualClip }) => dualClip ?? noDualClip,
        `null is written as ${noDualClip}, which no ratio reaches`,
      ),
    ],
  },
  {
    key: 'ppo.valueClip',
    meaning: 'Values that moved further than this from those of the rollout move no further.',
    unit: 'reward',
    embedded: at(undefined, 'valueClip'),
    verl: [verl(['critic.cliprange_value'], ({ valueClip }) => valueClip)],
  },
  {
    key: 'ppo.valueCoefficient',
    meaning:
      'Weight of the value loss. A critic with an optimizer of its own hardly feels it: Adam evens it out.',
    unit: '',
    embedded: at(undefined, 'valueCoefficient'),
    verl: { says: 'always 1; the critic has its own optimizer' },
  },
  {
    key: 'ppo.entropyCoefficient',
    meaning:
      'Weight of the entropy that is added to what is to be large: keeps the policy from settling too soon.',
    unit: 'per nat',
    embedded: at(undefined, 'entropyCoefficient'),
    verl: [
      verl([actor('entropy_coeff')], ({ entropyCoefficient }) => entropyCoefficient),
      verl([actor('calculate_entropy')], () => true),
    ],
  },
  {
    key: 'ppo.whiten',
    meaning:
      'Advantages of a step are brought to mean 0 and variance 1; with GRPO: divided by the deviation of their group.',
    unit: '',
    embedded: at(undefined, 'whiten'),
    verl: [
      verl(
        ['algorithm.norm_adv_by_std_in_grpo'],
        ({ algorithm, whiten }) => (algorithm === 'grpo' ? whiten : undefined),
        'with grpo; with ppo it always whitens, and whiten: false is refused',
      ),
    ],
  },
];

const klKnobs: readonly Knob[] = [
  {
    key: 'ppo.kl.coefficient',
    meaning:
      'Taken off the reward of every token, for each nat that the policy is away from the reference. 0: no reference is kept.',
    unit: 'reward per nat',
    source: ziegler,
    embedded: at(undefined, 'kl.coefficient'),
    verl: [
      verl(['algorithm.use_kl_in_reward'], ({ kl }) => kl.coefficient > 0, 'above 0'),
      verl(['algorithm.kl_ctrl.kl_coef'], ({ kl }) => kl.coefficient),
      verl([actor('use_kl_loss')], () => false),
    ],
  },
  {
    key: 'ppo.kl.estimator',
    meaning: 'With d the difference of log-probabilities: k1 d, abs |d|, k2 d²/2, k3 exp(−d) + d − 1.',
    unit: '',
    source: 'Schulman, 2020 (joschu.net/blog/kl-approx)',
    embedded: at(undefined, 'kl.estimator'),
    verl: [verl(['algorithm.kl_penalty'], ({ kl }) => klPenalties[kl.estimator], 'kl, abs, mse, low_var_kl')],
  },
  {
    key: 'ppo.kl.controller',
    meaning: 'fixed, or adaptive: the coefficient follows the target.',
    unit: '',
    source: ziegler,
    embedded: at(undefined, 'kl.controller'),
    verl: [verl(['algorithm.kl_ctrl.type'], ({ kl }) => kl.controller)],
  },
  {
    key: 'ppo.kl.target',
    meaning: 'KL that the adaptive coefficient aims at.',
    unit: 'nats',
    source: ziegler,
    embedded: at(undefined, 'kl.target'),
    verl: [verl(['algorithm.kl_ctrl.target_kl'], ({ kl }) => kl.target)],
  },
  {
    key: 'ppo.kl.horizon',
    meaning: 'Over how many sequences the adaptive coefficient moves.',
    unit: 'sequences',
    source: ziegler,
    embedded: at(undefined, 'kl.horizon'),
    verl: [verl(['algorithm.kl_ctrl.horizon'], ({ kl }) => kl.horizon)],
  },
];

const criticKnobs: readonly Knob[] = [
  {
    key: 'ppo.critic.kind',
    meaning:
      'separate: a model of its own. head: one layer on the policy’s hidden states, from which no gradient flows back (little memory). none: GRPO.',
    unit: '',
    embedded: at(undefined, 'critic.kind'),
    verl: { says: 'separate, or none with grpo; head is refused' },
  },
  {
    key: 'ppo.critic.path',
    meaning: 'The model that a separate critic starts from; null: the one that the policy starts from.',
    unit: '',
    embedded: {
      place: { ppo: 'critic.path' },
      value: ({ ppo }) => (ppo === null || ppo.critic.path === null ? null : repository(ppo.critic.path)),
    },
    verl: [
      verl(['critic.model.path'], ({ critic }, _, { start }) =>
        critic.kind === 'separate' ? (critic.path === null ? start : repository(critic.path)) : undefined,
      ),
      verl(['critic.model.tokenizer_path'], ({ critic }, _, { start }) =>
        critic.kind === 'separate' ? start : undefined,
      ),
      verl(
        ['+critic.model.override_config.classifier_dropout'],
        ({ critic }) => (critic.kind === 'separate' ? 0 : undefined),
        'some architectures would drop a tenth of the states',
      ),
    ],
  },
  {
    key: 'ppo.critic.learningRate',
    meaning: 'Learning rate of the critic.',
    unit: '',
    embedded: at(undefined, 'optimizer.criticLearningRate'),
    verl: [verl(['critic.optim.lr'], ({ critic }) => critic.learningRate)],
  },
  {
    key: 'ppo.critic.warmupSteps',
    meaning: 'First steps in which the critic alone learns.',
    unit: 'steps',
    embedded: at(undefined, 'critic.warmupSteps'),
    verl: [verl(['trainer.critic_warmup'], ({ critic }) => critic.warmupSteps)],
  },
];

const rewardKnobs: readonly Knob[] = [
  {
    key: 'ppo.reward.name',
    meaning: 'Which reward of the task is paid (docs/rewards.md); null: its first.',
    unit: '',
    embedded: at(undefined, 'reward.reward'),
    verl: [verl(rewardArgument('reward'), ({ reward }) => reward.name)],
  },
  {
    key: 'ppo.reward.budget',
    meaning: 'Records that a team is ready to screen, as the reward counts them; null: the task’s default.',
    unit: 'records',
    embedded: { says: 'stands in the context of the prompt rows' },
    verl: { says: 'stands in the context of the rows' },
  },
  {
    key: 'ppo.reward.url',
    meaning:
      'Address of a reward service that runs already; null: the run starts one. With several nodes it must be reached from each.',
    unit: '',
    embedded: { place: { ppo: 'reward.url' }, value: (_, { rewardUrl }) => rewardUrl },
    verl: [verl(rewardArgument('url'), (_, __, { rewardUrl }) => rewardUrl)],
  },
  {
    key: 'ppo.reward.timeoutSeconds',
    meaning: 'Time that one request may take.',
    unit: 's',
    embedded: at(undefined, 'reward.timeoutSeconds'),
    verl: [verl(rewardArgument('timeout_seconds'), ({ reward }) => reward.timeoutSeconds)],
  },
  {
    key: 'ppo.reward.retries',
    meaning:
      'Times that a request is sent again. Samples without a reward after that are left out of the update (embedded) or count as reward errors (verl).',
    unit: '',
    embedded: at(undefined, 'reward.retries'),
    verl: [verl(rewardArgument('retries'), ({ reward }) => reward.retries)],
  },
  {
    key: 'ppo.reward.retrySeconds',
    meaning: 'Pause before the first repetition; each further one is longer.',
    unit: 's',
    embedded: at(undefined, 'reward.retrySeconds'),
    verl: [verl(rewardArgument('retry_seconds'), ({ reward }) => reward.retrySeconds)],
  },
  {
    key: 'ppo.reward.batchSize',
    meaning: 'Completions of one request.',
    unit: 'sequences',
    embedded: at(undefined, 'reward.batchSize'),
    verl: [verl(rewardArgument('batch_size'), ({ reward }) => reward.batchSize)],
  },
  {
    key: 'ppo.reward.concurrency',
    meaning: 'Requests on their way at once; in verl, of each of its reward workers.',
    unit: 'requests',
    embedded: at(undefined, 'reward.concurrency'),
    verl: [verl(rewardArgument('concurrency'), ({ reward }) => reward.concurrency)],
  },
];

const savingKnobs: readonly Knob[] = [
  {
    key: 'ppo.save.everySteps',
    meaning: 'A checkpoint after every so many steps.',
    unit: 'steps',
    embedded: at(undefined, 'save.everySteps'),
    verl: [verl(['trainer.save_freq'], ({ save }) => save.everySteps)],
  },
  {
    key: 'ppo.save.keep',
    meaning: 'Newest checkpoints that are kept.',
    unit: 'checkpoints',
    embedded: at(undefined, 'save.keep'),
    verl: [
      verl(['trainer.max_actor_ckpt_to_keep', 'trainer.max_critic_ckpt_to_keep'], ({ save }) => save.keep),
    ],
  },
  {
    key: 'ppo.validation.everySteps',
    meaning: 'Validation prompts are answered and measured after every so many steps.',
    unit: 'steps',
    embedded: at(undefined, 'validation.everySteps'),
    verl: [verl(['trainer.test_freq'], ({ validation }) => validation.everySteps)],
  },
  {
    key: 'ppo.validation.prompts',
    meaning: 'Validation prompts that are used; null: all.',
    unit: 'prompts',
    embedded: at(undefined, 'validation.prompts'),
    verl: [verl(['data.val_max_samples'], ({ validation }) => validation.prompts ?? -1)],
  },
  {
    key: 'ppo.validation.samples',
    meaning: 'Completions of each validation prompt: one is the likeliest, several are sampled.',
    unit: 'sequences',
    embedded: at(undefined, 'validation.samples'),
    verl: [
      verl([rollout('val_kwargs.n')], ({ validation }) => validation.samples),
      verl([rollout('val_kwargs.do_sample')], ({ validation }) => validation.samples > 1),
      verl([rollout('val_kwargs.temperature')], ({ validation, temperature }) =>
        validation.samples > 1 ? temperature : 0,
      ),
    ],
  },
];

/** Reinforcement learning. */
export const ppoKnobs: readonly Knob[] = [
  ...rolloutKnobs,
  ...updateKnobs,
  ...klKnobs,
  ...criticKnobs,
  ...rewardKnobs,
  ...optimizerKnobs('ppo'),
  ...savingKnobs,
];
