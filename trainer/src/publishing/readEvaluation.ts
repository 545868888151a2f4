import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { defaultBudget } from '@querent/core/rewriting';
import { badInput } from '@querent/server/terminal';
import { z } from 'zod';
import type { EvaluationDocument } from '../evaluation/document.ts';
import { heldOutOf, heldOutSchema } from './heldOut.ts';
import type { HeldOut } from './heldOut.ts';

/** A system of an evaluation. */
export interface EvaluatedSystem {
  readonly name: string;
  readonly heldOut: HeldOut;
  /** With the figures over topics; undefined where only the rows are known, as those that are published. */
  readonly document: EvaluationDocument | undefined;
}

/** An evaluation as it was read. */
export interface ReadEvaluation {
  readonly systems: readonly EvaluatedSystem[];
  /** What it was measured on, one line. */
  readonly on: string;
}

/** What a result itself does not say. */
export interface EvaluationHints {
  readonly budget?: number | undefined;
  readonly seeds?: number | undefined;
  readonly topics?: HeldOut['topics'] | undefined;
}

const documentSchema = z.looseObject({
  task: z.string(),
  rewriter: z.string(),
  n: z.number(),
  metrics: z.record(z.string(), z.number().nullable()),
  intervals: z.record(z.string(), z.tuple([z.number(), z.number()])),
  perTopic: z.array(z.looseObject({ id: z.string() })),
});

/** What the plan of an evaluation's folder tells. */
const planSchema = z.object({
  settings: z.looseObject({
    items: z.object({ file: z.string(), sha256: z.string() }),
    rewriters: z.record(
      z.string(),
      z.looseObject({ model: z.looseObject({ sha256: z.string() }).optional() }),
    ),
    budget: z.number(),
    seeds: z.number(),
  }),
});

/**
 * Reads an evaluation: the folder of `evaluate --out`, what `evaluate --json` printed, the summary of a run, or what a release was published with.
 * @throws CliError (exit code 2)
 */
export async function readEvaluation(path: string, hints: EvaluationHints = {}): Promise<ReadEvaluation> {
  const isFolder = (await stat(path)).isDirectory();
  const file = isFolder ? join(path, 'summary.json') : path;
  const value = await readJson(file);
  if (value === undefined)
    throw badInput(
      `${path} has no summary.json: its evaluation has not ended. Run its command again to end it.`,
    );
  const published = heldOutSchema.safeParse(value);
  if (published.success)
    return {
      systems: [{ name: published.data.rewriter, heldOut: published.data, document: undefined }],
      on: describe(published.data, undefined),
    };
  const documents = documentsOf(value, file);
  const plan = isFolder ? planSchema.safeParse(await readJson(join(path, 'plan.json'))).data : undefined;
  const systems = documents.map((document): EvaluatedSystem => {
    const identity = plan?.settings.rewriters[document.rewriter];
    return {
      name: document.rewriter,
      document,
      heldOut: heldOutOf(document, {
        topics:
          plan === undefined
            ? (hints.topics ?? { name: '', sha256: null })
            : { name: plan.settings.items.file, sha256: plan.settings.items.sha256 },
        budget: plan?.settings.budget ?? hints.budget ?? defaultBudget,
        seeds: plan?.settings.seeds ?? hints.seeds ?? null,
        model: identity?.model?.sha256 ?? null,
      }),
    };
  });
  const said = isRecord(value) && typeof value['on'] === 'string' ? value['on'] : undefined;
  const [first] = systems;
  return { systems, on: said ?? (first === undefined ? '' : describe(first.heldOut, first.document?.n)) };
}

function documentsOf(value: unknown, file: string): readonly EvaluationDocument[] {
  const list =
    isRecord(value) && Array.isArray(value['systems'])
      ? (value['systems'] as readonly unknown[])
      : Array.isArray(value)
        ? (value as readonly unknown[])
        : [value];
  return list.map((each) => {
    if (!documentSchema.safeParse(each).success)
      throw badInput(
        `${file} is no result of an evaluation. Name the folder of evaluate --out, or what evaluate --json printed.`,
      );
    return each as EvaluationDocument;
  });
}

async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw badInput(`${file} is not JSON.`, error);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describe({ rows, topics, budget }: HeldOut, n: number | undefined): string {
  const file = topics.name === '' ? '' : ` of ${basename(topics.name)}`;
  return `${n ?? rows.length} topics${file}, at most ${budget.toLocaleString('en-US')} records`;
}

const baselines = ['zero-shot', 'deterministic'];
const notTrained = /^(?:original|rarest|zero-shot|deterministic(?::.*)?|recorded:.*)$/u;

/**
 * The system of an evaluation that is published.
 * @param wanted its name; without one the trained one, that of the last training where there are several
 * @throws CliError (exit code 2) when it cannot be told
 */
export function candidateOf(
  { systems }: ReadEvaluation,
  wanted: string | undefined,
  path: string,
): EvaluatedSystem {
  const names = systems.map(({ name }) => name).join(', ');
  if (wanted !== undefined) {
    const found = systems.find(({ name }) => name === wanted);
    if (found === undefined)
      throw badInput(
        `${path} has no evaluation of ${wanted}; it has ${names}. Name one of these with --rewriter.`,
      );
    return found;
  }
  const trained = systems.filter(({ name }) => !notTrained.test(name));
  const known = ['ppo', 'sft'].flatMap((name) => trained.find((each) => each.name === name) ?? []);
  const [only, ...others] = known.length > 0 ? known.slice(0, 1) : trained;
  if (only === undefined || others.length > 0)
    throw badInput(
      `${path} has the systems ${names}, and it cannot be told which of them is published. Name it with --rewriter.`,
    );
  return only;
}

/** What a first release is held against: the model before training, else the deterministic rewriter; undefined where neither was evaluated. */
export function baselineOf({ systems }: ReadEvaluation): EvaluatedSystem | undefined {
  for (const baseline of baselines) {
    const found = systems.find(({ name }) => name === baseline || name.startsWith(`${baseline}:`));
    if (found !== undefined) return found;
  }
  return undefined;
}
