import { z } from 'zod';

// Kinds of values that several parts of a plan have. What a knob means stands in semantics/, its range here.

/** A whole number from `least` to `most`. */
export const whole = (least: number, most = 1_000_000_000): z.ZodInt => z.int().min(least).max(most);

/** A number from `least` to `most`, both inclusive. */
export const real = (least: number, most: number): z.ZodNumber => z.number().min(least).max(most);

/** A number above 0, up to `most`. */
export const positive = (most: number): z.ZodNumber => z.number().gt(0).max(most);

/** A share, 0 to 1. */
export const share = (): z.ZodNumber => real(0, 1);

/** A file or folder: absolute, or relative to the plan's own folder; `${NAME}` stands for a variable of the environment, `${NAME:-else}` for that or something else, `~` for the home folder. */
export const path = (): z.ZodString => z.string().min(1).max(4096).meta({ pathKind: 'path' });

/** A text of one line for people. */
export const line = (most = 200): z.ZodString => z.string().min(1).max(most);

/** What a name of a plan, a model or a channel looks like: it stands in file names and addresses. */
export const identifier = (): z.ZodString =>
  z
    .string()
    .max(64)
    .regex(/^[a-z0-9][a-z0-9.-]*$/u, { error: 'lower-case letters, digits, dots and hyphens' });

/** How the weights of a stage move. */
export const optimizer = (learningRate: number) => ({
  learningRate: positive(1).default(learningRate),
  weightDecay: real(0, 1).default(0.01),
  betas: z.tuple([real(0, 0.9999), real(0, 0.99999)]).default([0.9, 0.999]),
  warmupShare: share().default(0),
  schedule: z.enum(['constant', 'cosine']).default('constant'),
  gradientClip: positive(1000).default(1),
});

/** When a stage saves, and how many checkpoints it keeps. */
export const save = (everySteps: number) =>
  z.strictObject({ everySteps: whole(1).default(everySteps), keep: whole(1, 1000).default(2) }).prefault({});

/** A model: a folder or a `.gguf` file as {@link path}, or `hf:owner/name`, a repository of Hugging Face. */
export const modelPath = (): z.ZodString => z.string().min(1).max(4096).meta({ pathKind: 'model' });
