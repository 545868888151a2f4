import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput } from '@querent/server/terminal';
import { isObject } from '../datasets/sources/jsonLines.ts';
import type { EvaluationDocument } from './document.ts';
import { compareSystems } from './figures/compare.ts';
import type { ComparedSystem } from './figures/compare.ts';

/** Figures that systems are compared on, the first that a task has; all of them have a value for failures. */
const compared = [
  ['recall', 'precision', 'f3'],
  ['executionAccuracy'],
  ['ndcg10', 'recall100'],
  ['hits5', 'hits20'],
] as const;

/** What to compare for a task: every figure of the first list above that it has any of, else its first figure. */
export function comparedMetrics(metricNames: readonly string[]): readonly string[] {
  for (const names of compared) {
    const there = names.filter((name) => metricNames.includes(name));
    if (there.length > 0) return there;
  }
  return metricNames.slice(0, 1);
}

/**
 * Fills in the comparisons of every two of the documents, and of each with each of `others`. Holm's correction is over all of these pairs, figure by figure.
 */
export function withComparisons(
  documents: readonly EvaluationDocument[],
  others: readonly ComparedSystem[],
  metrics: readonly string[],
  seed: number,
): readonly EvaluationDocument[] {
  const own = documents.map(systemOf);
  const all = compareSystems(own, others, metrics, seed);
  return documents.map((document) => ({
    ...document,
    comparisons: all
      .filter(({ a, b }) => a === document.rewriter || b === document.rewriter)
      .map((each) =>
        each.a === document.rewriter
          ? each
          : {
              ...each,
              a: each.b,
              b: each.a,
              difference: -each.difference,
              interval: each.interval === null ? null : ([-each.interval[1], -each.interval[0]] as const),
              wins: each.losses,
              losses: each.wins,
            },
      ),
  }));
}

/**
 * Reads systems to compare with: a run folder, or a result that `evaluate --json` printed.
 * @throws CliError when it is neither, or of another task
 */
export async function readSystems(path: string, task: string): Promise<readonly ComparedSystem[]> {
  const file = (await stat(path)).isDirectory() ? join(path, 'summary.json') : path;
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && file !== path)
      throw badInput(`${path} has no summary.json: its run has not ended. Run its command again to end it.`);
    if (error instanceof SyntaxError)
      throw badInput(`${file} is no result of an evaluation: it is not JSON.`);
    throw error;
  }
  const documents = (Array.isArray(value) ? value : [value]) as readonly unknown[];
  return documents.map((document) => {
    if (
      !isObject(document) ||
      !Array.isArray(document['perTopic']) ||
      typeof document['rewriter'] !== 'string'
    )
      throw badInput(
        `${file} is no result of an evaluation. Name a run folder, or what evaluate --json printed.`,
      );
    if (document['task'] !== task)
      throw badInput(`${file} is about the task ${String(document['task'])}, not ${task}.`);
    return systemOf({
      ...(document as unknown as EvaluationDocument),
      rewriter: `${document['rewriter']} (${path})`,
    });
  });
}

function systemOf({ rewriter, perTopic }: EvaluationDocument): ComparedSystem {
  return {
    name: rewriter,
    topics: perTopic.map((row) => ({
      id: row.id,
      group: typeof row['group'] === 'string' ? row['group'] : row.id,
      figures: Object.fromEntries(
        Object.entries(row).flatMap(([name, value]) => (typeof value === 'number' ? [[name, value]] : [])),
      ),
    })),
  };
}
