import type { Variant } from '../prompting/index.ts';
import { componentNames } from '../rewards/index.ts';
import type { ComponentName } from '../rewards/index.ts';
import { SearchError } from '../search/index.ts';
import type { RunOptions, Task } from './task.ts';
import { RowError } from './task.ts';
import type { World } from './world.ts';

/** A completion to be scored, as it travels. */
export interface ScoreItem {
  readonly id: string;
  readonly task: string;
  readonly completion: string;
  readonly target: unknown;
  readonly context?: ScoreContext;
}

/** What an item may say beside its target; every part has a default. */
export interface ScoreContext extends Omit<RunOptions, 'signal'> {
  readonly variant?: Variant;
}

/** The answer to an item: the same keys on every one, whatever became of it. */
export interface ScoredItem {
  readonly id: string;
  /** Null exactly when `error` is set: what could not be measured earns nothing and loses nothing. */
  readonly reward: number | null;
  readonly components: Readonly<Record<ComponentName, number | null>>;
  /** Figures of all tasks by name; null where a task has no such figure or it cannot be said. */
  readonly measured: Readonly<Record<string, number | null>>;
  /** The query that was read in the completion. */
  readonly query: string | null;
  /** What is wrong with the completion; a reward is paid, and it is low. */
  readonly problem: string | null;
  /** Why there is no reward: the world had no answer, or the item cannot be used. */
  readonly error: string | null;
}

/** Names of the figures of all `tasks`, each once. */
export function figureNames(tasks: Iterable<Task>): readonly string[] {
  return [...new Set([...tasks].flatMap(({ metricNames }) => metricNames))];
}

/**
 * Scores one item: **the one way from a completion to a reward**, in process, in worker threads, over HTTP and in evaluation. Never
 * rejects but for cancellation: a fault becomes the item's `error`.
 * @throws SearchError `aborted`
 */
export async function scoreItem(
  item: ScoreItem,
  tasks: ReadonlyMap<string, Task>,
  world: World,
  signal?: AbortSignal,
): Promise<ScoredItem> {
  const names = figureNames(tasks.values());
  const task = tasks.get(item.task);
  if (task === undefined)
    return failed(
      item.id,
      names,
      `There is no task ${item.task}. There are ${[...tasks.keys()].join(', ')}.`,
    );
  try {
    const options = { ...item.context, ...(signal === undefined ? {} : { signal }) };
    const { query, problem, figures, reward } = await task.score(
      item.completion,
      item.target,
      world,
      options,
    );
    const parts = Object.entries(reward.components).map(([name, value]) => [name, asJson(value)]);
    if ([reward.reward, ...Object.values(reward.components)].some((value) => !Number.isFinite(value)))
      return failed(
        item.id,
        names,
        `The reward of the task ${task.id} is no number. This is a fault of the task.`,
      );
    return {
      id: item.id,
      reward: asJson(reward.reward),
      components: Object.fromEntries(parts) as ScoredItem['components'],
      measured: Object.fromEntries(names.map((name) => [name, asJson(figures[name])])),
      query: query ?? null,
      problem: problem ?? null,
      error: null,
    };
  } catch (error) {
    if (error instanceof SearchError && error.code === 'aborted') throw error;
    if (error instanceof SearchError || error instanceof RowError)
      return failed(item.id, names, error.message);
    const message = error instanceof Error ? error.message : String(error);
    return failed(item.id, names, `The item could not be scored: ${message}`);
  }
}

/** A number as JSON has it, so that it is the same before and behind a border: no -0, and null for what is no number. */
function asJson(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value + 0 : null;
}

/** The answer to an item that could not be scored. @param names see {@link figureNames} */
export function failed(id: string, names: readonly string[], error: string): ScoredItem {
  return {
    id,
    reward: null,
    components: Object.fromEntries(componentNames.map((name) => [name, null])) as ScoredItem['components'],
    measured: Object.fromEntries(names.map((name) => [name, null])),
    query: null,
    problem: null,
    error,
  };
}
