import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { badInput } from '@querent/server/terminal';
import { version } from '../../cli/version.ts';
import { readSplit } from '../../datasets/readRows.ts';
import type { ReadRow } from '../../datasets/readRows.ts';
import type { SplitName } from '../../datasets/topic.ts';
import { promptRow } from '../../pairs/promptRow.ts';
import type { AskedTopic, PromptRow } from '../../pairs/promptRow.ts';
import type { RunContext } from '../context.ts';
import { areIntact, describeFiles } from '../made.ts';
import type { Step } from '../sequence.ts';
import { writeSafely } from '../state.ts';
import { datasetFolder } from './data.ts';

/** Makes the prompts of train and validation from the dataset, with the builder that the editor asks with. */
export function promptsStep(context: RunContext): Step {
  const { plan, paths, template, say } = context;
  return {
    name: 'prompts',
    async inputs({ data }) {
      const { minimum, limit } = plan.data;
      return {
        plan: {
          minimum,
          limit,
          seed: plan.seed,
          variant: plan.variant,
          budget: plan.ppo?.reward.budget ?? null,
        },
        template: { id: template.id, hash: template.hash },
        rows: rowsOf(data?.['files']),
        versions: { querent: version },
      };
    },
    isIntact: ({ files }) => areIntact(paths.folder, files),
    clear: () =>
      Promise.all(
        [paths.promptsTrain, paths.promptsValidation].map((path) => rm(path, { force: true })),
      ).then(() => undefined),
    async run() {
      await mkdir(`${paths.folder}/data`, { recursive: true });
      const counts: Record<string, number> = {};
      for (const [split, path] of [
        ['train', paths.promptsTrain],
        ['validation', paths.promptsValidation],
      ] as const) {
        const rows = await promptsOf(context, split);
        counts[split] = rows.length;
        await writeSafely(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
      }
      say(
        `${counts['train']} prompts to train on and ${counts['validation']} to validate on, asked with ${template.id}.`,
      );
      return {
        files: await describeFiles(paths.folder, [paths.promptsTrain, paths.promptsValidation]),
        prompts: counts,
      };
    },
  };
}

/** Hashes of the rows alone: the card tells when it was built. */
function rowsOf(files: unknown): unknown {
  return Object.entries((files ?? {}) as Readonly<Record<string, { readonly sha256: string }>>)
    .filter(([name]) => name.endsWith('.jsonl'))
    .map(([name, { sha256 }]) => [basename(name), sha256]);
}

/** @throws CliError (exit code 2) when there are fewer than the plan wants */
async function promptsOf(context: RunContext, split: 'train' | 'validation'): Promise<readonly PromptRow[]> {
  const { plan, task, template } = context;
  const topics = await topicsOf(context, split);
  const least = plan.data.minimum[split];
  if (topics.length < least)
    throw badInput(
      `The dataset has ${topics.length} topics of the task ${task.id} for ${split}; data.minimum.${split} wants ${least}. Give more sources, or lower it.`,
    );
  return topics.map((topic) => promptRow(topic, task, plan.variant, template));
}

/** The topics of a part that are used: those of the task, at most as many as the plan says, drawn by its seed. */
export async function topicsOf(context: RunContext, split: SplitName): Promise<readonly AskedTopic[]> {
  const { plan, task } = context;
  const rows = (await readSplit(datasetFolder(context), split)).filter(({ topic }) => topic.task === task.id);
  const most = split === 'test' ? null : plan.data.limit[split];
  const budget = plan.ppo?.reward.budget ?? null;
  return drawn(rows, most, plan.seed).map(({ row, topic }) => ({
    id: topic.id,
    input: topic.input,
    target: topic.target,
    context: {
      variant: plan.variant,
      ...(topic.until === undefined ? {} : { until: topic.until }),
      ...(budget === null ? {} : { budget }),
    },
    group: row.extra_info.group,
  }));
}

/** So many rows, those whose SHA-256 with the seed is smallest, in their order. */
function drawn(rows: readonly ReadRow[], most: number | null, seed: number): readonly ReadRow[] {
  if (most === null || rows.length <= most) return rows;
  const hash = ({ topic }: ReadRow): string =>
    createHash('sha256')
      .update(JSON.stringify([seed, topic.id]))
      .digest('hex');
  const chosen = new Set(
    rows
      .map((row) => ({ row, key: hash(row) }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .slice(0, most)
      .map(({ row }) => row),
  );
  return rows.filter((row) => chosen.has(row));
}
