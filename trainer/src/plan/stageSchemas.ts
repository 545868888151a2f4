import { z } from 'zod';
import { modelPath, optimizer, path, positive, real, save, share, whole } from './fields.ts';

/** The cold start: pairs of prompt and answer that are imitated. */
export const sftSchema = z.strictObject({
  pairs: z
    .strictObject({
      from: z.enum(['deterministic', 'file', 'both']).default('deterministic'),
      file: path().nullable().default(null),
      form: z.enum(['recall', 'readable', 'precise', 'title']).default('readable'),
      budget: whole(1).default(1500),
      /** Relevant records of each topic that the rewriter is given. */
      seeds: whole(0, 1000).default(0),
      minimumReward: real(-10, 10).nullable().default(null),
      limit: whole(1).nullable().default(null),
    })
    .prefault({}),
  epochs: positive(1000).default(1),
  maxSteps: whole(1).nullable().default(null),
  batchSize: whole(1, 1_000_000).default(16),
  microBatchSize: whole(1, 1_000_000).default(4),
  ...optimizer(2e-5),
  save: save(200),
  validation: z
    .strictObject({ everySteps: whole(1).default(100), prompts: whole(1).nullable().default(null) })
    .prefault({}),
});

/** Reinforcement learning on measured rewards. */
export const ppoSchema = z.strictObject({
  algorithm: z.enum(['ppo', 'grpo']).default('ppo'),
  steps: whole(1).default(200),
  promptsPerStep: whole(1, 100_000).default(64),
  samplesPerPrompt: whole(1, 1024).default(1),
  rolloutMicroBatch: whole(1, 100_000).default(16),
  miniBatchSize: whole(1, 1_000_000).default(16),
  microBatchSize: whole(1, 1_000_000).default(4),
  epochs: whole(1, 100).default(1),
  temperature: positive(2).default(1),
  topP: positive(1).default(1),
  gamma: share().default(1),
  lambda: share().default(1),
  clip: positive(1).default(0.2),
  dualClip: z.number().gt(1).max(100).nullable().default(3),
  valueClip: positive(1000).default(0.5),
  valueCoefficient: positive(100).default(1),
  entropyCoefficient: real(0, 1).default(0.001),
  whiten: z.boolean().default(true),
  kl: z
    .strictObject({
      coefficient: real(0, 10).default(0.001),
      estimator: z.enum(['k1', 'abs', 'k2', 'k3']).default('k1'),
      controller: z.enum(['fixed', 'adaptive']).default('fixed'),
      target: positive(1000).default(0.1),
      horizon: positive(1_000_000_000).default(10_000),
    })
    .prefault({}),
  critic: z
    .strictObject({
      kind: z.enum(['separate', 'head', 'none']).default('separate'),
      path: modelPath().nullable().default(null),
      learningRate: positive(1).default(1e-5),
      warmupSteps: whole(0).default(0),
    })
    .prefault({}),
  reward: z
    .strictObject({
      /** Null: the task's first. */
      name: z.string().min(1).max(100).nullable().default(null),
      budget: whole(1).nullable().default(null),
      /** An address of a service that runs already; null: the run starts one. */
      url: z
        .string()
        .regex(/^https?:\/\/[^\s@]+$/u, { error: 'an address such as http://127.0.0.1:8765' })
        .nullable()
        .default(null),
      timeoutSeconds: positive(3600).default(60),
      retries: whole(0, 1000).default(10),
      retrySeconds: positive(600).default(2),
      batchSize: whole(1, 4096).default(16),
      concurrency: whole(1, 256).default(4),
    })
    .prefault({}),
  ...optimizer(1e-6),
  save: save(50),
  validation: z
    .strictObject({
      everySteps: whole(1).default(25),
      prompts: whole(1).nullable().default(64),
      samples: whole(1, 1024).default(1),
    })
    .prefault({}),
});
