import { z } from 'zod';
import { identifier, line, modelPath, path, positive, real, share, whole } from './fields.ts';
import { dataSchema } from './dataSchema.ts';
import { ppoSchema, sftSchema } from './stageSchemas.ts';

/** The model that training starts from. */
const modelSchema = z.strictObject({
  path: modelPath().nullable().default(null),
  random: z
    .strictObject({
      layers: whole(1, 200).default(2),
      hidden: whole(8, 65_536).default(64),
      heads: whole(1, 512).default(4),
      kvHeads: whole(1, 512).default(4),
      intermediate: whole(8, 262_144).default(256),
      vocabulary: z.array(z.string().min(1).max(200)).max(100_000).default([]),
      maxPositions: whole(16, 1_048_576).default(512),
    })
    .nullable()
    .default(null),
  /** For the release: what people call it, and under which licence it is. */
  name: line().nullable().default(null),
  licence: line().nullable().default(null),
  reference: modelPath().nullable().default(null),
  lora: z
    .strictObject({
      rank: whole(1, 1024).default(16),
      alpha: positive(4096).default(32),
      dropout: real(0, 0.9).default(0),
      targetModules: z
        .union([z.literal('all-linear'), z.array(z.string().min(1)).min(1)])
        .default('all-linear'),
    })
    .nullable()
    .default(null),
  gradientCheckpointing: z.boolean().default(false),
});

/** Where it is trained. */
const machineSchema = z
  .strictObject({
    device: z.enum(['auto', 'cpu', 'cuda']).default('auto'),
    dtype: z.enum(['float32', 'bfloat16']).default('bfloat16'),
    threads: whole(0, 1024).default(0),
  })
  .prefault({});

/** What only verl has: how the work is laid over GPUs. */
const verlSchema = z
  .strictObject({
    nodes: whole(1, 1024).default(1),
    gpusPerNode: whole(1, 64).default(1),
    rollout: z.enum(['vllm', 'sglang']).default('vllm'),
    tensorParallel: whole(1, 64).default(1),
    rolloutMemoryShare: positive(0.95).default(0.3),
    offload: z
      .strictObject({
        actor: z.boolean().default(false),
        actorOptimizer: z.boolean().default(false),
        critic: z.boolean().default(false),
        criticOptimizer: z.boolean().default(false),
        reference: z.boolean().default(true),
      })
      .prefault({}),
    tokensPerGpu: whole(256).nullable().default(null),
    strategy: z.enum(['fsdp', 'fsdp2']).default('fsdp'),
    rayAddress: z
      .string()
      .regex(/^https?:\/\/[^\s@]+$/u, { error: 'an address such as http://127.0.0.1:8265' })
      .nullable()
      .default(null),
    project: identifier().default('querent'),
    /** Further overrides as verl reads them, written after ours: for what this plan has no word for. */
    overrides: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).default({}),
  })
  .prefault({});

/** How what was learnt is measured. */
const evaluationSchema = z
  .strictObject({
    topics: path().nullable().default(null),
    rewriters: z
      .array(z.enum(['original', 'rarest', 'deterministic', 'zero-shot', 'sft', 'ppo', 'combined']))
      .min(1)
      .default(['original', 'deterministic', 'zero-shot', 'sft', 'ppo']),
    budget: whole(1).default(1500),
    seeds: whole(0, 1000).default(0),
    form: z.enum(['recall', 'readable', 'precise']).default('readable'),
    samples: whole(1, 1000).default(1),
    temperature: real(0, 2).default(0),
    limit: whole(1).nullable().default(null),
    heldOnly: z.boolean().default(true),
  })
  .prefault({});

/** Quantisations that export can write (docs of exporting: which need node-llama-cpp's library). */
const quantisations = ['F32', 'F16', 'BF16', 'Q8_0', 'Q5_0', 'Q5_1', 'Q4_0', 'Q4_1', 'Q4_K_M', 'Q5_K_M', 'Q6_K'] as const; // prettier-ignore

/** What becomes of the weights. */
const exportSchema = z
  .strictObject({
    quantisations: z.array(z.enum(quantisations)).min(1).default(['Q8_0']),
    adapter: z.boolean().default(false),
    parity: z
      .strictObject({
        /** Null: the limit of the quantisation. */
        maxLogProbDifference: positive(10).nullable().default(null),
        prompts: whole(1, 1000).default(8),
        /** Most that the gate's figure of the quantised file may be below that of the original. */
        margin: share().default(0.02),
      })
      .prefault({}),
  })
  .prefault({});

/** Where a release goes, and what it has to show first. */
const publishSchema = z.strictObject({
  to: z.string().min(1).max(4096).meta({ pathKind: 'target' }),
  channel: z.enum(['stable', 'preview']).default('preview'),
  name: identifier(),
  version: z
    .union([
      z.literal('auto'),
      z.string().regex(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/u, {
        error: 'a semantic version such as 1.2.0, or auto',
      }),
    ])
    .default('auto'),
  file: z.enum(quantisations).default('Q8_0'),
  figure: z.enum(['f3', 'recall', 'reward']).default('f3'),
  minimumGain: real(-1, 1).default(0),
  significance: positive(0.5).default(0.05),
  /** Fewest held-out topics of the gate, near-duplicates counted as one. */
  minimumTopics: whole(1, 100_000).default(10),
  minimumExtension: z
    .string()
    .regex(/^\d+\.\d+\.\d+$/u, { error: 'a version such as 0.1.0' })
    .default('0.1.0'),
  notes: z.string().max(2000).default(''),
});

/** A whole training plan, as its YAML says it. Every key is known: an unknown one is an error. */
export const planSchema = z.strictObject({
  name: identifier(),
  task: z.string().min(1).max(40).default('publication'),
  taskFolders: z.array(path()).default([]),
  seed: whole(0, 2 ** 31 - 1).default(1),
  engine: z.enum(['auto', 'embedded', 'verl']).default('auto'),
  machine: machineSchema,
  model: modelSchema,
  template: z.string().min(1).max(100).default('auto'),
  variant: z.enum(['direct', 'reasoning']).default('direct'),
  tokens: z
    .strictObject({ prompt: whole(1, 1_048_576).default(512), completion: whole(1, 131_072).default(256) })
    .prefault({}),
  tensorboard: z.boolean().default(true),
  data: dataSchema,
  sft: sftSchema.nullable().default(null),
  ppo: ppoSchema.nullable().default(null),
  verl: verlSchema,
  evaluation: evaluationSchema.nullable(),
  export: exportSchema.nullable(),
  publish: publishSchema.nullable().default(null),
});

/** A plan with every default written out and every path absolute. */
export type Plan = z.infer<typeof planSchema>;
