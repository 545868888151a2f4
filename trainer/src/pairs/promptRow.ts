import type { Template, Variant } from '@querent/core/prompting';
import type { Task } from '@querent/core/tasks';

/** A prompt as the engines read it: a line of `prompts-train.jsonl` (docs/training-run.md). */
export interface PromptRow {
  readonly id: string;
  readonly task: string;
  /** Turns, which go through the model's own chat template; or the whole prompt as it is. */
  readonly messages?: readonly { readonly role: 'system' | 'user'; readonly content: string }[];
  readonly text?: string;
  /** What the prompt leaves opened of the answer: it stands before what is generated when that is scored. */
  readonly opened: '' | '<think>' | '<answer>';
  /** What a completion is scored against. */
  readonly target: unknown;
  /** `context` of the reward service's items. */
  readonly context: Readonly<Record<string, unknown>>;
  /** Rows of one group say nearly the same. */
  readonly group: string;
}

/** A prompt with the answer that is to be imitated, which follows on `opened`. */
export interface PairRow extends PromptRow {
  readonly completion: string;
  /** Who wrote the answer: `deterministic`, or the file. */
  readonly from: string;
}

/** What a row is made of beside the prompt. */
export interface AskedTopic {
  readonly id: string;
  readonly input: unknown;
  readonly target: unknown;
  readonly context: Readonly<Record<string, unknown>>;
  readonly group: string;
}

/** The row of a topic: the prompt that the editor would ask with, by the task's one builder. @throws RowError */
export function promptRow(topic: AskedTopic, task: Task, variant: Variant, template: Template): PromptRow {
  const { system, user, text, opened = '' } = task.prompt(topic.input, variant, template);
  const { id, target, context, group } = topic;
  const rest = { opened, target, context, group };
  if (text !== undefined) return { id, task: task.id, text, ...rest };
  const messages = [
    { role: 'system', content: system },
    { role: 'user', content: user },
  ] as const;
  // Some chat templates know no system turn; an empty one is none.
  return { id, task: task.id, messages: messages.filter(({ content }) => content !== ''), ...rest };
}
