import { z } from 'zod';
import { line, path, share, whole } from './fields.ts';

/** A source as `dataset build` takes it: a file or folder, or `kind=path`. */
const source = (): z.ZodString => z.string().min(1).max(4096).meta({ pathKind: 'source' });

/** What is learnt from, and where queries are run. */
export const dataSchema = z.strictObject({
  /** A dataset that was built before; then nothing is built. */
  dataset: path().nullable().default(null),
  sources: z.array(source()).default([]),
  train: z.array(source()).default([]),
  validation: z.array(source()).default([]),
  corpus: path().nullable().default(null),
  trials: path().nullable().default(null),
  databases: path().nullable().default(null),
  headingsAsText: z.boolean().default(false),
  /** Topics of evaluation and gate: nothing that shares a relevant record with them is trained on. */
  heldOut: path().nullable().default(null),
  made: whole(1, 1_000_000).default(4000),
  relevant: z.tuple([whole(1, 100_000), whole(1, 100_000)]).default([5, 200]),
  maxOverlap: share().default(0.1),
  minKnown: share().default(0),
  difficulty: z.tuple([share(), share()]).nullable().default(null),
  shares: z.tuple([share(), share(), share()]).nullable().default(null),
  split: z.enum(['overlap', 'time', 'given']).default('overlap'),
  /** Fewest topics of train and validation; with fewer, the run stops before it trains. */
  minimum: z.strictObject({ train: whole(0).default(1), validation: whole(0).default(0) }).prefault({}),
  /** Most topics that are used; null: all. */
  limit: z
    .strictObject({
      train: whole(1).nullable().default(null),
      validation: whole(1).nullable().default(null),
    })
    .prefault({}),
  licence: line(2000).nullable().default(null),
});
