import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { estimate, parsePlan } from '../index.ts';
import type { Plan } from '../index.ts';
import { knownModels } from './knownModels.ts';
import { memoryEstimate } from './memory.ts';
import { modelShape } from './modelShape.ts';
import type { ModelShape } from './modelShape.ts';

const gib = 2 ** 30;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querent-estimate-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function planOf(path: string, rest = ''): Plan {
  const { plan, problems } = parsePlan(
    `name: x\nmodel: { path: ${JSON.stringify(path)}${rest} }\ndata: { sources: [s], corpus: c }\nsft: {}\nppo: {}\nmachine: { device: cuda }`,
    { folder, environment: {} },
  );
  if (plan === undefined) throw new Error(JSON.stringify(problems));
  return plan;
}

async function shapeOf(path: string): Promise<ModelShape> {
  const shape = await modelShape(planOf(path));
  if ('unknown' in shape) throw new Error(shape.unknown);
  return shape;
}

describe('the size of a model', () => {
  // Weights as the pages of the models give them.
  const published: Readonly<Record<string, number>> = {
    'smollm2-135m': 134.5e6,
    'smollm2-360m': 361.8e6,
    'smollm2-1.7b': 1.711e9,
    'qwen2.5-0.5b': 494e6,
    'qwen2.5-1.5b': 1.544e9,
    'qwen2.5-3b': 3.086e9,
    'qwen2.5-7b': 7.616e9,
    'qwen3-0.6b': 596e6,
    'qwen3-1.7b': 1.721e9,
    'qwen3-4b': 4.022e9,
    'llama-3.2-1b': 1.236e9,
    'llama-3.2-3b': 3.213e9,
  };
  it.each(Object.keys(knownModels))('%s', async (name) => {
    const { parameters } = await shapeOf(`hf:owner/${name}-Instruct`);
    expect(parameters / (published[name] ?? NaN)).toBeCloseTo(1, 2);
  });

  it('is read from a folder', async () => {
    const path = join(folder, 'model');
    await mkdir(path);
    await writeFile(
      join(path, 'config.json'),
      JSON.stringify({
        model_type: 'qwen2',
        hidden_size: 896,
        num_hidden_layers: 24,
        num_attention_heads: 14,
        num_key_value_heads: 2,
        intermediate_size: 4864,
        vocab_size: 151_936,
        tie_word_embeddings: true,
      }),
    );
    expect((await shapeOf(path)).parameters).toBe((await shapeOf('hf:Qwen/Qwen2.5-0.5B')).parameters);
  });

  it.each([
    ['hf:owner/something-else', /not among the models whose size is known/u],
    ['broken', /does not say num_attention_heads/u],
    ['no.gguf', /GGUF/u],
  ])('%s: is said to be unknown', async (path, reason) => {
    await mkdir(join(folder, 'broken'), { recursive: true });
    await writeFile(join(folder, 'broken/config.json'), '{}');
    await writeFile(join(folder, 'no.gguf'), 'text');
    const found = await estimate(planOf(path), { gpus: [], cores: 2 }, 'embedded');
    expect(found.unknown).toMatch(reason);
    expect(found.memory).toEqual([]);
  });
});

describe('memory', () => {
  const weights = (plan: Plan, shape: ModelShape, names: readonly string[]): number =>
    memoryEstimate(plan, 'ppo', shape, 'embedded', undefined)
      .parts.filter(({ name }) => names.includes(name))
      .reduce((sum, { bytes }) => sum + bytes, 0) / gib;

  // The table of reference/rl-engines.md 4.3: policy and critic with Adam, and with the reference in bfloat16.
  it.each([
    ['qwen2.5-0.5b', 15, 16],
    ['qwen2.5-1.5b', 46, 49],
    ['qwen2.5-3b', 92, 98],
    ['qwen2.5-7b', 227, 241],
  ])('%s: %d and %d GiB', async (name, both, all) => {
    const path = `hf:x/${name}`;
    const shape = await shapeOf(path);
    expect(weights(planOf(path), shape, ['policy', 'critic'])).toBeCloseTo(both, -0.3);
    expect(weights(planOf(path), shape, ['policy', 'critic', 'reference'])).toBeCloseTo(all, -0.3);
  });

  it('of an adapter with a critic on the same model is little more than the model', async () => {
    const plan = planOf('hf:x/qwen2.5-7b', ', lora: {}, gradientCheckpointing: true');
    const shape = await shapeOf('hf:x/qwen2.5-7b');
    const { ppo } = plan;
    if (ppo === null) throw new Error('no ppo');
    const head: Plan = { ...plan, ppo: { ...ppo, critic: { ...ppo.critic, kind: 'head' } } };
    const { peakBytes, parts } = memoryEstimate(head, 'ppo', shape, 'embedded', undefined);
    expect(parts.map(({ name }) => name)).not.toContain('reference');
    expect(peakBytes / gib).toBeGreaterThan(14);
    expect(peakBytes / gib).toBeLessThan(24);
  });

  it('of verl is split over its GPUs, and what waits in the machine’s memory is not on them', async () => {
    const plan = planOf('hf:x/qwen2.5-3b');
    const shape = await shapeOf('hf:x/qwen2.5-3b');
    const on = (gpusPerNode: number, offload: Partial<Plan['verl']['offload']> = {}) =>
      memoryEstimate(
        { ...plan, verl: { ...plan.verl, gpusPerNode, offload: { ...plan.verl.offload, ...offload } } },
        'ppo',
        shape,
        'verl',
        80 * gib,
      );
    expect(on(1).peakBytes).toBeGreaterThan(80 * gib);
    expect(on(8).peakBytes).toBeLessThan(80 * gib);
    const away = on(2, { actorOptimizer: true, criticOptimizer: true });
    expect(on(2).peakBytes - away.peakBytes).toBeCloseTo(shape.parameters * 8, -6);
    expect(away.hostBytes - on(2).hostBytes).toBe(shape.parameters * 16);
  });

  it('grows with what it should: micro-batches, critic, reference, not with checkpointing', async () => {
    const shape = await shapeOf('hf:x/smollm2-135m');
    const plan = planOf('hf:x/smollm2-135m');
    const peak = (change: Partial<NonNullable<Plan['ppo']>>, model: Partial<Plan['model']> = {}): number =>
      memoryEstimate(
        {
          ...plan,
          model: { ...plan.model, ...model },
          ppo: { ...(plan.ppo as NonNullable<Plan['ppo']>), ...change },
        },
        'ppo',
        shape,
        'embedded',
        undefined,
      ).peakBytes;
    const usual = peak({});
    expect(peak({ microBatchSize: 16 })).toBeGreaterThan(usual);
    expect(peak({}, { gradientCheckpointing: true })).toBeLessThan(usual);
    expect(peak({ critic: { kind: 'head', path: null, learningRate: 1e-5, warmupSteps: 0 } })).toBeLessThan(
      usual,
    );
  });
});

describe('time', () => {
  it('is an estimate that says what it assumes, where nothing was measured', async () => {
    const { time } = await estimate(
      planOf('hf:x/qwen2.5-3b'),
      { gpus: [{ name: 'NVIDIA H100', totalBytes: 80 * gib }], cores: 8 },
      'embedded',
    );
    expect(time.map(({ stage, kind }) => [stage, kind])).toEqual([
      ['sft', 'estimate'],
      ['ppo', 'estimate'],
    ]);
    expect(time[1]?.basis).toMatch(/200 steps of 64 completions.*assumed: NVIDIA H100/u);
    expect(time[1]?.seconds).toBeGreaterThan(600);
    expect(time[1]?.seconds).toBeLessThan(20_000);
  });

  it('is that of the steps that were measured, where there are some', async () => {
    await mkdir(join(folder, 'run/ppo'), { recursive: true });
    await writeFile(
      join(folder, 'run/ppo/metrics.jsonl'),
      '{"step":1,"seconds":{"total":10}}\n{"step":2,"seconds":{"total":20}}\n{"step":3,"seconds":{"total":null}}\n{"st',
    );
    const { time } = await estimate(
      planOf('hf:x/smollm2-135m'),
      { gpus: [], cores: 2 },
      'embedded',
      join(folder, 'run'),
    );
    expect(time[1]).toMatchObject({ stage: 'ppo', kind: 'measured', seconds: 15 * 200 });
  });
});
