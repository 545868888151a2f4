import { describe, expect, it } from 'vitest';
import { embeddedConfig, parsePlan, verlOverrides } from '../index.ts';
import type { Plan, VerlPaths } from '../index.ts';
import { valueAt } from '../embeddedConfig.ts';
import { planSchema } from '../schema.ts';
import { placesOf } from '../shape.ts';
import { knobs } from './index.ts';

const paths: VerlPaths = {
  ...{ out: '/run/ppo', start: 'hf:a/b', train: '/run/t', validation: '/run/v' },
  ...{ rewardUrl: 'http://h:1', rewardModule: '/x/verl_reward.py', opened: '', isRaw: false },
};

function planOf(text: string): Plan {
  const { plan, problems } = parsePlan(text, { folder: '/p', environment: {} });
  if (plan === undefined) throw new Error(JSON.stringify(problems));
  return plan;
}

const whole = planOf(`
name: x
model: { path: hf:a/b, lora: {}, reference: hf:c/d }
data: { sources: [s], corpus: c, heldOut: t }
sft: {}
ppo: { critic: { path: hf:e/f } }
`);

describe('the semantics table', () => {
  it('has every key of a plan once, and no other', () => {
    const keys = placesOf(planSchema).map((place) => place.join('.'));
    // Parts that may be null have their knobs inside.
    expect(knobs.map(({ key }) => key).toSorted()).toEqual(keys.toSorted());
  });

  it.each(knobs.map((knob) => [knob.key, knob] as const))('%s: is explained, for both engines', (_, knob) => {
    expect(knob.meaning).toMatch(/^\p{Lu}|^[a-z]+:|^(?:auto|ppo|k1|fixed|direct|separate|stable|overlap)/u);
    expect(knob.meaning.trimEnd()).toMatch(/[.…]$/u);
    if ('place' in knob.embedded) expect(Object.keys(knob.embedded.place).length).toBeGreaterThan(0);
    else expect(knob.embedded.says).not.toBe('');
    if (Array.isArray(knob.verl)) for (const { keys } of knob.verl) expect(keys.length).toBeGreaterThan(0);
    else expect(knob.verl.says).not.toBe('');
  });

  it('writes no override twice', () => {
    const keys = knobs.flatMap(({ verl }) => (Array.isArray(verl) ? verl.flatMap((each) => each.keys) : []));
    expect(keys.filter((key, i) => keys.indexOf(key) < i)).toEqual([]);
  });

  it('writes every value of a stage that the engine reads into its configuration', () => {
    for (const kind of ['sft', 'ppo'] as const) {
      const config = embeddedConfig(whole, paths, kind);
      for (const { key, embedded } of knobs) {
        const place = 'place' in embedded ? embedded.place[kind] : undefined;
        if (place === undefined || key.startsWith('model.random.')) continue;
        const written = valueAt(config, place.split('.'));
        expect(written, `${key} at ${place}`).not.toBeUndefined();
        if ('place' in embedded && embedded.value === undefined)
          expect(written, key).toEqual(valueAt(whole, key.split('.')));
      }
    }
  });
});

describe('the configuration of the embedded engine', () => {
  it('calls repositories as transformers does', () => {
    expect(embeddedConfig(whole, paths, 'ppo')).toMatchObject({
      model: { init: 'pretrained', path: 'a/b' },
      reference: { path: 'c/d' },
      critic: { path: 'e/f' },
      reward: { url: 'http://h:1' },
    });
  });

  it('makes a model where there is none, and only at the first stage', () => {
    const plan = planOf(
      'name: x\nmodel: { random: { maxPositions: 2000 } }\ndata: { sources: [s], corpus: c }\nsft: {}\nppo: {}\n',
    );
    expect(embeddedConfig(plan, { ...paths, start: null }, 'sft')).toMatchObject({
      model: { init: 'random', tiny: { layers: 2 } },
      lora: null,
    });
    const second = embeddedConfig(plan, { ...paths, start: '/run/sft/model' }, 'ppo');
    expect(second['model']).toEqual({ init: 'pretrained', path: '/run/sft/model' });
  });
});

describe('overrides of verl', () => {
  const read = (text: string, given: Partial<VerlPaths> = {}): Readonly<Record<string, unknown>> =>
    Object.fromEntries(
      verlOverrides(planOf(`name: x\nmodel: { path: hf:a/b }\ndata: { sources: [s], corpus: c }\n${text}`), {
        ...paths,
        ...given,
      }).map(({ key, value }) => [key, value]),
    );

  // A plan, and what verl must be told: the meaning is the same, in its own units and names.
  const cases: readonly [string, Readonly<Record<string, unknown>>][] = [
    [
      'ppo: {}',
      {
        'algorithm.adv_estimator': 'gae',
        'critic.enable': true,
        'algorithm.use_kl_in_reward': true,
        'actor_rollout_ref.model.path': 'a/b',
      },
    ],
    [
      'ppo: { samplesPerPrompt: 4, miniBatchSize: 64 }',
      {
        'actor_rollout_ref.actor.ppo_mini_batch_size': 16,
        'actor_rollout_ref.rollout.n': 4,
        'data.train_batch_size': 64,
      },
    ],
    [
      'ppo: { algorithm: grpo, samplesPerPrompt: 4, critic: { kind: none }, whiten: false }',
      {
        'algorithm.adv_estimator': 'grpo',
        'critic.enable': false,
        'algorithm.norm_adv_by_std_in_grpo': false,
        'critic.model.path': undefined,
      },
    ],
    ['ppo: { kl: { coefficient: 0 } }', { 'algorithm.use_kl_in_reward': false }],
    [
      'ppo: { kl: { estimator: k2, controller: adaptive, target: 6 } }',
      {
        'algorithm.kl_penalty': 'mse',
        'algorithm.kl_ctrl.type': 'adaptive',
        'algorithm.kl_ctrl.target_kl': 6,
      },
    ],
    ['ppo: { kl: { estimator: k3 } }', { 'algorithm.kl_penalty': 'low_var_kl' }],
    ['ppo: { dualClip: null }', { 'actor_rollout_ref.actor.clip_ratio_c': 1_000_000 }],
    [
      'ppo: { clip: 0.1 }',
      {
        'actor_rollout_ref.actor.clip_ratio': 0.1,
        'actor_rollout_ref.actor.clip_ratio_low': 0.1,
        'actor_rollout_ref.actor.clip_ratio_high': 0.1,
      },
    ],
    [
      'ppo: { schedule: cosine }',
      { 'actor_rollout_ref.actor.optim.min_lr_ratio': 0.1, 'critic.optim.lr_scheduler_type': 'cosine' },
    ],
    [
      'ppo: {}',
      {
        'actor_rollout_ref.actor.optim.min_lr_ratio': undefined,
        'actor_rollout_ref.actor.ppo_micro_batch_size_per_gpu': 4,
        'actor_rollout_ref.actor.use_dynamic_bsz': false,
      },
    ],
    [
      'ppo: {}\nverl: { tokensPerGpu: 9000 }',
      {
        'actor_rollout_ref.actor.ppo_micro_batch_size_per_gpu': undefined,
        'actor_rollout_ref.actor.use_dynamic_bsz': true,
        'actor_rollout_ref.actor.ppo_max_token_len_per_gpu': 9000,
      },
    ],
    [
      'ppo: {}\nverl: { gpusPerNode: 8 }',
      { 'actor_rollout_ref.actor.ppo_micro_batch_size_per_gpu': 2, 'trainer.n_gpus_per_node': 8 },
    ],
    [
      'ppo: { validation: { samples: 4, prompts: null } }',
      {
        'actor_rollout_ref.rollout.val_kwargs.n': 4,
        'actor_rollout_ref.rollout.val_kwargs.do_sample': true,
        'data.val_max_samples': -1,
      },
    ],
    [
      'ppo: {}\ntokens: { prompt: 100, completion: 50 }',
      {
        'data.max_prompt_length': 100,
        'actor_rollout_ref.rollout.max_model_len': 150,
        'data.truncation': 'error',
      },
    ],
    [
      'ppo: {}\nmachine: { dtype: float32 }',
      {
        'actor_rollout_ref.rollout.dtype': 'float32',
        'actor_rollout_ref.actor.fsdp_config.model_dtype': 'fp32',
      },
    ],
    [
      'ppo: {}\nverl: { overrides: { "trainer.save_freq": 7, "+x.y": z } }',
      { 'trainer.save_freq': 7, 'x.y': 'z' },
    ],
    ['ppo: {}\ntensorboard: false', { 'trainer.logger': ['console', 'file'] }],
  ];
  it.each(cases)('%s', (text, expected) => {
    const found = read(text);
    for (const [key, value] of Object.entries(expected)) expect(found[key], key).toEqual(value);
  });

  it('continues a text as it is where the wording is one', () => {
    const found = read('ppo: {}', { isRaw: true, opened: '<think>' });
    expect(found['actor_rollout_ref.model.custom_chat_template']).toContain('message.content');
    expect(found['reward.custom_reward_function.reward_kwargs.opened']).toBe('<think>');
  });

  it('are told as new where verl has no such key', () => {
    const news = verlOverrides(whole, paths)
      .filter(({ isNew }) => isNew)
      .map(({ key }) => key);
    expect(news.every((key) => /reward_kwargs|override_config/u.test(key))).toBe(true);
    expect(news).toContain('reward.custom_reward_function.reward_kwargs.url');
  });
});
