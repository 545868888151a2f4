import { readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { templateKeys } from '@querent/core/prompting';
import { badInput } from '@querent/server/terminal';
import { z } from 'zod';
import type { ExportResult } from '../exporting/index.ts';
import { planSchema } from '../plan/index.ts';
import type { Plan } from '../plan/index.ts';
import { sha256OfFile } from '../sha256OfFile.ts';
import { parityRecord } from './exported.ts';
import type { ExportedRelease } from './exported.ts';

/** What is published: the folder of a run, or of an export. */
export interface PublicationSource {
  readonly exported: ExportedRelease;
  /** Of a run. */
  readonly plan: Plan | undefined;
  /** Evaluation of a run, where it is there. */
  readonly evaluation: string | undefined;
  /** What a run was trained on; undefined where it is not known. */
  readonly trainedOn: readonly string[] | undefined;
  /** File of the held-out topics. */
  readonly topics: string | undefined;
}

/** What an export does not always say. */
export interface SourceHints {
  readonly baseModel?: string | undefined;
  readonly licence?: string | undefined;
  /** Which of the exported files; all models unless told. */
  readonly quantisations?: readonly string[] | undefined;
}

const file = z.object({
  path: z.string(),
  bytes: z.int(),
  sha256: z.string(),
  quantisation: z.string(),
  kind: z.enum(['model', 'adapter']),
});
const resultSchema = z.looseObject({
  files: z.array(file),
  parity: z.array(z.looseObject({ file: z.string() })),
  metadata: z.record(z.string(), z.union([z.string(), z.number()])),
});

/**
 * Reads the folder of a run (plan.json, export/export.json) or of an export (export.json).
 * @throws CliError (exit code 2) that says what is missing
 */
export async function readSource(folder: string, hints: SourceHints = {}): Promise<PublicationSource> {
  const at = (...parts: string[]): string => join(resolve(folder), ...parts);
  const plan = await planOf(at('plan.json'));
  const place = plan === undefined ? at() : at('export');
  const all = await readJson(join(place, 'export.json'));
  if (all === undefined)
    throw badInput(
      `${folder} is no folder of a run or an export: there is no ${plan === undefined ? 'export.json' : 'export/export.json'} in it. Run querent-trainer export first, or the run to its end.`,
    );
  const result = resultOf(all, plan, folder);
  const wanted = hints.quantisations ?? (plan?.publish == null ? undefined : [plan.publish.file]);
  const exported = await releaseOf(result, place, { ...hints, quantisations: wanted }, plan, folder);
  if (plan === undefined)
    return { exported, ...{ plan, evaluation: undefined, trainedOn: undefined, topics: undefined } };
  const dataset = plan.data.dataset ?? at('data', 'dataset');
  const [summary, data] = [
    at('evaluation', 'summary.json'),
    ['train', 'validation'].map((name) => join(dataset, `${name}.jsonl`)),
  ];
  const there = await Promise.all([summary, ...data].map(exists));
  return {
    exported,
    plan,
    evaluation: there[0] === true ? summary : undefined,
    trainedOn: there[1] === true ? data.filter((_, i) => there[i + 1] === true) : undefined,
    topics: plan.evaluation?.topics ?? plan.data.heldOut ?? undefined,
  };
}

async function planOf(path: string): Promise<Plan | undefined> {
  const value = await readJson(path);
  const plan = value === undefined ? undefined : (value as { readonly plan?: unknown }).plan;
  if (plan === undefined) return undefined;
  const parsed = planSchema.safeParse(plan);
  if (!parsed.success)
    throw badInput(
      `${path} is of another version of Querent. Publish with that version, or the folder of the export itself.`,
    );
  return parsed.data;
}

/** A run keeps one result a model; what it is for is that of its last training. */
function resultOf(value: unknown, plan: Plan | undefined, folder: string): ExportResult {
  const chosen =
    plan === undefined
      ? value
      : (value as Readonly<Record<string, unknown>>)[plan.ppo === null ? 'sft' : 'ppo'];
  if (!resultSchema.safeParse(chosen).success)
    throw badInput(`The export.json of ${folder} cannot be read. Run querent-trainer export again.`);
  return chosen as ExportResult;
}

async function releaseOf(
  result: ExportResult,
  place: string,
  hints: SourceHints,
  plan: Plan | undefined,
  folder: string,
): Promise<ExportedRelease> {
  const { metadata } = result;
  const { quantisations } = hints;
  // An adapter can be used only with the very file that it was trained on, which an export does not write; whole models need nothing else.
  const models = result.files.filter(({ kind }) => kind === 'model');
  const files = models.filter(
    ({ quantisation }) =>
      quantisations === undefined ||
      quantisations.some((each) => each.toLowerCase() === quantisation.toLowerCase()),
  );
  if (files.length === 0)
    throw badInput(
      `${folder} has no exported model${quantisations === undefined ? '' : ` with the quantisation ${quantisations.join(' or ')}`}; it has ${models.map(({ quantisation }) => quantisation).join(', ') || 'none'}. Export it, or choose another with --quantisation.`,
    );
  const text = (key: string): string | undefined => {
    const value = metadata[key];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const [template, hash, task] = [templateKeys.template, templateKeys.hash, templateKeys.task].map(text);
  if (template === undefined || hash === undefined || task === undefined)
    throw badInput(
      `The exported files of ${folder} do not say which prompt template and task they are for. Export again with --template.`,
    );
  const licence = hints.licence ?? plan?.model.licence ?? text('general.license');
  if (licence === undefined)
    throw badInput(
      'The licence of the base model is not known, and a release names it. Say it with --licence, such as --licence apache-2.0.',
    );
  const names = new Set(files.map(({ path }) => basename(path)));
  const step = metadata['querent.step'];
  return {
    files: files.map(({ path, ...each }) => ({
      // The folder may have been moved since.
      file: join(place, basename(path)),
      kind: 'model',
      ...{ bytes: each.bytes, sha256: each.sha256, quantisation: each.quantisation },
    })),
    parity: parityRecord(result.parity.filter((report) => names.has(basename(report.file)))),
    baseModel: {
      name: hints.baseModel ?? plan?.model.name ?? baseName(plan) ?? text('general.name') ?? 'not named',
      licence,
    },
    task,
    template: { id: template, hash },
    step: typeof step === 'number' ? step : 0,
    provenance: {
      ...(plan === undefined
        ? {}
        : { plan: await sha256OfFile(join(place, '..', 'plan.yaml')), seed: plan.seed }),
      ...(result.withoutGate === null ? {} : { parityLeftOut: result.withoutGate.slice(0, 900) }),
    },
  };
}

function baseName(plan: Plan | undefined): string | undefined {
  if (plan === undefined) return undefined;
  return plan.model.path === null ? 'random weights' : basename(plan.model.path);
}

async function readJson(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw badInput(`${path} is not JSON.`, error);
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
