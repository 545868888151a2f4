import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { badInput } from '@querent/server/terminal';
import { parsePlan } from './parsePlan.ts';
import type { ParseOptions } from './parsePlan.ts';
import { formatProblem } from './problem.ts';
import type { PlanProblem } from './problem.ts';
import type { Plan } from './schema.ts';

/** Bytes of a plan: one that is longer is something else. */
const mostBytes = 4 * 1024 * 1024;

/** A plan that can be used, and what is doubtful about it. */
export interface ReadPlan {
  readonly plan: Plan;
  /** As it was given. */
  readonly text: string;
  /** Absolute. */
  readonly path: string;
  readonly warnings: readonly PlanProblem[];
}

/**
 * Reads a plan's YAML file.
 * @throws CliError with every error, each with file, line and column; the error of the file system when it cannot be read
 */
export async function readPlan(
  path: string,
  options: Partial<Omit<ParseOptions, 'folder'>> = {},
): Promise<ReadPlan> {
  const bytes = await readFile(path);
  if (bytes.length > mostBytes)
    throw badInput(
      `${path}: ${bytes.length} bytes are no plan. Name the YAML file of a plan; trainer/configs has examples.`,
    );
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw badInput(`${path}: it is not UTF-8. Save it in UTF-8.`);
  }
  const full = resolve(path);
  const { plan, problems } = parsePlan(text, {
    environment: process.env,
    ...options,
    folder: dirname(full),
  });
  if (plan === undefined) throw badInput(problemList(problems, path));
  return { plan, text, path: full, warnings: problems };
}

/** All problems for people, one a line, errors first, and how many there are when there are several. */
function problemList(problems: readonly PlanProblem[], path: string): string {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const rest = problems.filter(({ severity }) => severity !== 'error');
  const lines = [...errors, ...rest].map((problem) => formatProblem(problem, path));
  return errors.length > 1
    ? [...lines, `${basename(path)} has ${errors.length} errors.`].join('\n')
    : lines.join('\n');
}
