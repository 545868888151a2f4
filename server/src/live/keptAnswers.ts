import { z } from 'zod';
import type {
  CitationSummary,
  CountResult,
  IdsResult,
  SearchEngine,
  SearchOptions,
} from '@querent/core/search';
import type { SeedBatch } from './knownSeeds.ts';

/** Raised when what is kept changes its form: what older versions kept is then not there. */
const VERSION = 1;

const warningSchema = z.object({ code: z.string(), message: z.string(), subject: z.string().optional() });
const countFields = {
  at: z.string(),
  count: z.number().int().nonnegative(),
  translation: z.string().optional(),
  mappings: z.array(z.object({ from: z.string(), to: z.string() })).optional(),
  warnings: z.array(warningSchema),
};

/** Forms of what is kept; anything else is no answer. */
export const keptCount = z.object(countFields);
export const keptPage = z.object({ ...countFields, ids: z.array(z.string()) });
export const keptSeeds = z.object({
  batches: z.array(z.object({ at: z.string(), found: z.array(z.string()), missed: z.array(z.string()) })),
}) satisfies z.ZodType<{ batches: SeedBatch[] }>;
export const keptSummary = z.object({
  at: z.string(),
  /** Null where the engine does not hold the record. */
  summary: z.nullable(
    z.object({
      id: z.string(),
      title: z.string(),
      year: z.number().optional(),
      journal: z.string().optional(),
      authors: z.array(z.string()),
      doi: z.string().optional(),
    }) satisfies z.ZodType<CitationSummary>,
  ),
});

export type KeptCount = z.infer<typeof keptCount>;
export type KeptPage = z.infer<typeof keptPage>;

/** What an answer is kept under: everything that it depends on, but for the day. */
export function answerKey(
  kind: 'count' | 'matching' | 'page' | 'summary' | 'record',
  engineId: string,
  subject: string,
  options: SearchOptions = {},
  ...more: readonly unknown[]
): string {
  const { since = null, until = null, dateType = 'pdat' } = options;
  const limited = since !== null || until !== null;
  return JSON.stringify([VERSION, kind, engineId, subject, since, until, limited && dateType, ...more]);
}

/** An answer as it is kept. */
export function toKept({ provenance, ...answer }: CountResult): KeptCount {
  const { count, translation, mappings, warnings } = answer;
  return {
    at: provenance.at,
    count,
    ...(translation === undefined ? {} : { translation }),
    ...(mappings === undefined ? {} : { mappings: [...mappings] }),
    warnings: [...warnings],
  };
}

/** A kept answer as the engine would give it; `offline`: why it is an older one. */
export function fromKept(
  { id, label }: Pick<SearchEngine, 'id' | 'label'>,
  { at, ...answer }: KeptCount,
  offline: string | undefined,
): CountResult {
  return {
    ...answer,
    provenance: { engine: id, label, at, ...(offline === undefined ? {} : { offline }) },
  };
}

export function pageFromKept(
  engine: Pick<SearchEngine, 'id' | 'label'>,
  { ids, ...answer }: KeptPage,
  offline: string | undefined,
): IdsResult {
  return { ...fromKept(engine, answer, offline), ids };
}
