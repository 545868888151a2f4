import { builtInTasks } from '@querent/core/tasks';
import type { Plan } from '../schema.ts';
import { at, read, verl } from './knob.ts';
import type { Knob } from './knob.ts';

const bothOut = { embedded: read.run, verl: read.run } as const;

const randomWeights = 'verl has no models with random weights';

function random(key: keyof NonNullable<Plan['model']['random']>, unit: string, meaning: string): Knob {
  return {
    key: `model.random.${key}`,
    meaning,
    unit,
    embedded: {
      place: { sft: `model.tiny.${key}`, ppo: `model.tiny.${key}` },
      value: ({ model }, { start }) => (start === null ? model.random?.[key] : undefined),
    },
    verl: { says: randomWeights },
  };
}

/** Name, task, seed, machine, model, tokens. */
export const generalKnobs: readonly Knob[] = [
  {
    key: 'name',
    meaning: 'Name of the run; of its folder where no other is given.',
    unit: '',
    embedded: read.run,
    verl: [verl(['trainer.experiment_name'], (_, { name }) => name)],
  },
  {
    key: 'task',
    meaning: 'What is learnt: publication, trials, qa, ir, sql, or a task of taskFolders.',
    unit: '',
    embedded: { says: 'stands in the rows of prompts' },
    verl: [
      verl(
        ['+reward.custom_reward_function.reward_kwargs.figures'],
        (_, { task }) => [...(builtInTasks.get(task)?.metricNames ?? [])],
        'figures that are logged; the task itself stands in the rows as data_source',
      ),
    ],
  },
  {
    key: 'taskFolders',
    meaning: 'Folders of further tasks (docs/adding-a-task.md).',
    unit: '',
    ...bothOut,
  },
  {
    key: 'seed',
    meaning:
      'Of everything that is random. The embedded engine gives the same curve again to the bit on a CPU; verl does not promise that.',
    unit: '',
    embedded: at('seed', 'seed'),
    verl: [
      verl(
        [
          'data.seed',
          'actor_rollout_ref.actor.data_loader_seed',
          'actor_rollout_ref.actor.fsdp_config.seed',
          'actor_rollout_ref.rollout.seed',
          'critic.data_loader_seed',
          'critic.fsdp.seed',
        ],
        (_, { seed }) => seed,
      ),
    ],
  },
  {
    key: 'engine',
    meaning:
      'auto: verl where verl, ray and its rollout engine are installed with CUDA and the plan can be told to it, else embedded. The cold start always runs in the embedded engine.',
    unit: '',
    ...bothOut,
  },
  {
    key: 'machine.device',
    meaning: 'auto: CUDA where there is a GPU.',
    unit: '',
    embedded: at('device', 'device'),
    verl: { says: 'CUDA only' },
  },
  {
    key: 'machine.dtype',
    meaning:
      'Of the arithmetic. Weights that are trained, their gradients and Adam stay float32 in both engines.',
    unit: '',
    embedded: at('dtype', 'dtype'),
    verl: [
      verl(
        [
          'actor_rollout_ref.actor.fsdp_config.dtype',
          'actor_rollout_ref.ref.fsdp_config.dtype',
          'critic.fsdp.dtype',
          'actor_rollout_ref.rollout.dtype',
        ],
        (_, { machine }) => machine.dtype,
      ),
      verl(['actor_rollout_ref.actor.fsdp_config.model_dtype', 'critic.fsdp.model_dtype'], () => 'fp32'),
    ],
  },
  {
    key: 'machine.threads',
    meaning: 'Threads of torch on the CPU; 0 leaves its default.',
    unit: 'threads',
    embedded: at('threads', 'threads'),
    verl: { says: 'ray deals out the cores' },
  },
  {
    key: 'model.path',
    meaning:
      'The model that training starts from: a folder of Hugging Face, a .gguf file (embedded engine), or hf:owner/name.',
    unit: '',
    embedded: {
      place: { sft: 'model.path', ppo: 'model.path' },
      value: (_, { start }) => start,
    },
    verl: [
      verl(
        ['actor_rollout_ref.model.path'],
        (_, __, { start }) => start,
        'the result of the cold start where there is one',
      ),
    ],
  },
  random(
    'layers',
    'layers',
    'A llama of random weights, with a vocabulary of the words of the data: layers.',
  ),
  random('hidden', '', 'Width of the hidden states.'),
  random('heads', 'heads', 'Heads of attention.'),
  random('kvHeads', 'heads', 'Heads of keys and values.'),
  random('intermediate', '', 'Width of the feed-forward layers.'),
  random('vocabulary', '', 'Whole tokens beside the words of the data, such as <answer>.'),
  random('maxPositions', 'tokens', 'Longest prompt with its completion.'),
  {
    key: 'model.name',
    meaning:
      'What people call the model that training starts from; stands in the release. Null: from its path.',
    unit: '',
    ...bothOut,
  },
  {
    key: 'model.licence',
    meaning: 'Licence of that model; stands in the release.',
    unit: '',
    ...bothOut,
  },
  {
    key: 'model.reference',
    meaning: 'The frozen model that the policy is kept near to. Null: the one that the stage starts from.',
    unit: '',
    embedded: {
      place: { ppo: 'reference' },
      value: ({ model }) => (model.reference === null ? null : { path: repository(model.reference) }),
    },
    verl: { says: 'always the model that it starts from; another one is refused' },
  },
  {
    key: 'model.lora.rank',
    meaning:
      'Rank of an adapter that is trained instead of all weights; with lora: null all weights are trained.',
    unit: '',
    source: 'Hu et al., 2021',
    embedded: at('lora.rank', 'lora.rank'),
    verl: [
      verl(
        ['actor_rollout_ref.model.lora_rank', 'critic.model.lora_rank'],
        (_, { model }) => model.lora?.rank ?? 0,
      ),
      verl(
        ['actor_rollout_ref.rollout.load_format'],
        (_, { model }) => (model.lora === null ? undefined : 'safetensors'),
        'with an adapter',
      ),
    ],
  },
  {
    key: 'model.lora.alpha',
    meaning: 'The adapter counts alpha / rank times.',
    unit: '',
    source: 'Hu et al., 2021',
    embedded: at('lora.alpha', 'lora.alpha'),
    verl: [
      verl(
        ['actor_rollout_ref.model.lora_alpha', 'critic.model.lora_alpha'],
        (_, { model }) => model.lora?.alpha,
      ),
    ],
  },
  {
    key: 'model.lora.dropout',
    meaning: 'Share of the adapter’s inputs that are dropped in training.',
    unit: 'share',
    embedded: at('lora.dropout', 'lora.dropout'),
    verl: { says: 'none with FSDP; other than 0 is refused' },
  },
  {
    key: 'model.lora.targetModules',
    meaning: 'Modules that get an adapter: all-linear, or a list of their names.',
    unit: '',
    embedded: at('lora.targetModules', 'lora.targetModules'),
    verl: [
      verl(
        ['actor_rollout_ref.model.target_modules', 'critic.model.target_modules'],
        (_, { model }) => model.lora?.targetModules,
      ),
    ],
  },
  {
    key: 'model.gradientCheckpointing',
    meaning:
      'Activations are computed again on the way back: less memory, about a third more time for updates.',
    unit: '',
    embedded: at('gradientCheckpointing', 'gradientCheckpointing'),
    verl: [
      verl(
        [
          'actor_rollout_ref.model.enable_gradient_checkpointing',
          'critic.model.enable_gradient_checkpointing',
        ],
        (_, { model }) => model.gradientCheckpointing,
      ),
    ],
  },
  {
    key: 'template',
    meaning: 'Wording of the prompt (docs/prompts.md); auto: the task’s own in the variant.',
    unit: '',
    embedded: { says: 'stands in the rows of prompts' },
    verl: [
      verl(
        ['actor_rollout_ref.model.custom_chat_template'],
        (_, __, { isRaw }) =>
          isRaw ? '{% for message in messages %}{{ message.content }}{% endfor %}' : undefined,
        'where the wording is one text to be continued',
      ),
      verl(
        ['+reward.custom_reward_function.reward_kwargs.opened'],
        (_, __, { opened }) => opened,
        'the tag that the prompt has opened',
      ),
    ],
  },
  {
    key: 'variant',
    meaning: 'direct: the answer alone. reasoning: <think> before it.',
    unit: '',
    embedded: { says: 'stands in the rows of prompts' },
    verl: { says: 'stands in the rows' },
  },
  {
    key: 'tokens.prompt',
    meaning: 'Longest prompt. A longer one is left out and counted, never cut.',
    unit: 'tokens',
    embedded: at('maxPromptTokens', 'maxPromptTokens'),
    verl: [
      verl(['data.max_prompt_length'], (_, { tokens }) => tokens.prompt),
      verl(['data.filter_overlong_prompts'], () => true),
      verl(['data.truncation'], () => 'error'),
    ],
  },
  {
    key: 'tokens.completion',
    meaning: 'Longest completion. One without an end is scored as it is, flagged and counted.',
    unit: 'tokens',
    embedded: at('maxCompletionTokens', 'maxCompletionTokens'),
    verl: [
      verl(['data.max_response_length'], (_, { tokens }) => tokens.completion),
      verl(
        ['actor_rollout_ref.rollout.max_model_len'],
        (_, { tokens }) => tokens.prompt + tokens.completion,
        'prompt and completion',
      ),
    ],
  },
  {
    key: 'tensorboard',
    meaning: 'Metrics also for TensorBoard.',
    unit: '',
    embedded: at('tensorboard', 'tensorboard'),
    verl: [
      verl(['trainer.logger'], (_, { tensorboard }) => [
        'console',
        'file',
        ...(tensorboard ? ['tensorboard'] : []),
      ]),
    ],
  },
];

/** What transformers call a repository: `hf:owner/name` without its beginning. Paths stay. */
export function repository(path: string): string {
  return path.replace(/^hf:/u, '');
}
