import fc from 'fast-check';
import { parsePlan } from '../parsePlan.ts';
import type { Plan } from '../schema.ts';

const whole = (least: number, most: number): fc.Arbitrary<number> => fc.integer({ min: least, max: most });
const real = (least: number, most: number): fc.Arbitrary<number> =>
  fc
    .double({ min: least, max: most, noNaN: true, noDefaultInfinity: true })
    .map((value) => (value === 0 ? 0 : value));
const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);
const path = fc.array(word, { minLength: 1, maxLength: 4 }).map((names) => `/${names.join('/')}`);

const optimizer = {
  learningRate: real(1e-9, 1),
  weightDecay: real(0, 1),
  betas: fc.tuple(real(0, 0.999), real(0, 0.999)),
  warmupShare: real(0, 1),
  schedule: fc.constantFrom('constant', 'cosine'),
  gradientClip: real(1e-3, 10),
};

const ppo = fc
  .record({
    micro: whole(1, 8),
    perMini: whole(1, 4),
    minis: whole(1, 4),
    samplesPerPrompt: whole(2, 4),
    algorithm: fc.constantFrom('ppo' as const, 'grpo' as const),
    steps: whole(6, 1000),
    kl: fc.record({
      coefficient: real(0, 1),
      estimator: fc.constantFrom('k1', 'abs', 'k2', 'k3'),
      controller: fc.constantFrom('fixed', 'adaptive'),
    }),
    kind: fc.constantFrom('separate', 'head'),
    warmupSteps: whole(0, 5),
    dualClip: fc.option(real(1.1, 10), { nil: null }),
    rest: fc.record({
      ...optimizer,
      epochs: whole(1, 4),
      temperature: real(0.1, 2),
      topP: real(0.1, 1),
      clip: real(0.01, 1),
      entropyCoefficient: real(0, 1),
    }),
  })
  .map(
    ({
      micro,
      perMini,
      minis,
      samplesPerPrompt,
      algorithm,
      kind,
      warmupSteps,
      kl,
      steps,
      dualClip,
      rest,
    }) => ({
      ...rest,
      ...{ algorithm, steps, samplesPerPrompt, dualClip, kl },
      microBatchSize: micro,
      miniBatchSize: micro * perMini * samplesPerPrompt,
      promptsPerStep: micro * perMini * minis,
      rolloutMicroBatch: 1,
      critic: algorithm === 'grpo' ? { kind: 'none' } : { kind, warmupSteps },
    }),
  );

const sft = fc.record({
  ...optimizer,
  epochs: real(0.1, 10),
  maxSteps: fc.option(whole(1, 1000), { nil: null }),
  batchSize: fc.constant(32),
  microBatchSize: fc.constantFrom(1, 2, 8, 32),
});

/** Plans that can be used, with every default written out. */
export const planArbitrary: fc.Arbitrary<Plan> = fc
  .record({
    name: word,
    seed: whole(0, 2 ** 31 - 1),
    engine: fc.constantFrom('auto', 'embedded'),
    machine: fc.record({
      device: fc.constantFrom('auto', 'cpu', 'cuda'),
      dtype: fc.constantFrom('float32', 'bfloat16'),
      threads: whole(0, 64),
    }),
    model: fc.record({
      path,
      licence: fc.option(word, { nil: null }),
      lora: fc.option(
        fc.record({
          rank: whole(1, 64),
          alpha: real(1, 64),
          targetModules: fc.oneof(fc.constant('all-linear'), fc.array(word, { minLength: 1, maxLength: 3 })),
        }),
        { nil: null },
      ),
      gradientCheckpointing: fc.boolean(),
    }),
    variant: fc.constantFrom('direct', 'reasoning'),
    tokens: fc.record({ prompt: whole(1, 4096), completion: whole(1, 4096) }),
    data: fc.record({
      sources: fc.array(path, { minLength: 1, maxLength: 3 }),
      corpus: path,
      heldOut: fc.option(path, { nil: null }),
      made: whole(1, 10_000),
    }),
    sft: fc.option(sft, { nil: null }),
    ppo,
    verl: fc.record({
      tokensPerGpu: fc.option(whole(256, 100_000), { nil: null }),
      overrides: fc.dictionary(word, fc.oneof(word, whole(0, 9), fc.boolean())),
    }),
  })
  .map((raw) => {
    const { plan, problems } = parsePlan(JSON.stringify(raw), { folder: '/', environment: {} });
    if (plan === undefined)
      throw new Error(`the generator makes a plan that cannot be used: ${JSON.stringify(problems)}`);
    return plan;
  });
