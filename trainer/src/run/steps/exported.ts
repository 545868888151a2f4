import { join } from 'node:path';
import type { ExportResult } from '../../exporting/index.ts';
import type { Plan } from '../../plan/index.ts';
import { readJson } from '../../watch/readJson.ts';
import type { RunPaths } from '../paths.ts';
import type { MadeBefore } from '../sequence.ts';

/** The models of a run: what it starts from, and what each training has made. */
export type RunModel = 'start' | 'sft' | 'ppo';

/** The model that a run is for: of the last training that it has. */
export function resultOf({ ppo }: Pick<Plan, 'ppo'>): 'sft' | 'ppo' {
  return ppo === null ? 'sft' : 'ppo';
}

/** The quantisation that is evaluated and published. */
export function servedQuantisation({ publish, export: exporting }: Plan): string {
  return publish?.file ?? exporting?.quantisations[0] ?? 'Q8_0';
}

/** What the export step says of a model; undefined where it made nothing of it. */
export async function exportedOf(paths: RunPaths, model: RunModel): Promise<ExportResult | undefined> {
  const all = (await readJson(join(paths.export, 'export.json'))) as
    Readonly<Record<string, ExportResult>> | undefined;
  return all?.[model];
}

/** The start of the names of a model's exported files. */
export function stemOf(model: RunModel, plan: Pick<Plan, 'ppo'>): string {
  return model === resultOf(plan) ? 'model' : model;
}

/**
 * The GGUF file of a model, absolute, as the export step has made it; undefined when there is none. A plan that starts from a GGUF file has that for
 * its start.
 */
export function exportedFile(
  plan: Plan,
  paths: RunPaths,
  model: RunModel,
  made: MadeBefore,
): string | undefined {
  if (model === 'start' && plan.model.path?.toLowerCase().endsWith('.gguf') === true) return plan.model.path;
  const models = (made.export?.['models'] ?? {}) as Readonly<Record<string, string>>;
  const file = models[model];
  return file === undefined ? undefined : join(paths.folder, file);
}
