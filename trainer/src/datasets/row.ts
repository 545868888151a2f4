import type { Variant } from '@querent/core/prompting';
import type { Task } from '@querent/core/tasks';
import type { SplitName, Topic } from './topic.ts';

/**
 * A row of a dataset: the schema that verl's loader reads (`data_source`, `prompt`, `ability`, `reward_model`, `extra_info`) and, as JSON in
 * `input`, what the prompt was made from. Every row has the same keys with the same types, empty texts where there is nothing, since
 * loaders take the types of the first rows for those of all.
 */
export interface DatasetRow {
  /** Id of the task: who scores a completion. */
  readonly data_source: string;
  readonly prompt: readonly { readonly role: 'system' | 'user'; readonly content: string }[];
  readonly ability: string;
  readonly reward_model: {
    readonly style: 'rule';
    /** JSON of the task's target. */
    readonly ground_truth: string;
  };
  readonly extra_info: {
    readonly split: SplitName;
    /** Place in its split, from 0. */
    readonly index: number;
    readonly id: string;
    readonly source: string;
    /** Rows of one group say nearly the same, or share records; they are in one split. */
    readonly group: string;
    /** Search date, `yyyy-mm-dd`; empty where there is none. */
    readonly until: string;
    /** What is doubtful, comma-separated: `january-1`. */
    readonly flags: string;
    readonly template: { readonly id: string; readonly hash: string };
    /** JSON of the `context` of a reward service's item: `variant`, and `until` where there is one. */
    readonly context: string;
  };
  /** JSON of the task's input. */
  readonly input: string;
}

/** Where a row stands in its dataset. */
export interface RowPlace {
  readonly split: SplitName;
  readonly index: number;
  readonly group: string;
}

/** The row of a topic, with the prompt that the task's one builder makes. @throws RowError */
export function rowOf(topic: Topic, task: Task, variant: Variant, place: RowPlace): DatasetRow {
  const { system, user, template } = task.prompt(topic.input, variant);
  const { id, source, until = '', flags = [] } = topic;
  return {
    data_source: task.id,
    prompt: [
      { role: 'system', content: system },
      { role: 'user', content: user },
    ],
    ability: task.ability,
    reward_model: { style: 'rule', ground_truth: JSON.stringify(topic.target) },
    extra_info: {
      split: place.split,
      index: place.index,
      id,
      source,
      group: place.group,
      until,
      flags: flags.join(','),
      template,
      context: JSON.stringify({ variant, ...(until === '' ? {} : { until }) }),
    },
    input: JSON.stringify(topic.input),
  };
}
