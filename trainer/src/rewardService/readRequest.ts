import { isDay } from '@querent/core/strategy';
import type { ScoreContext, ScoreItem } from '@querent/core/tasks';
import type { Limits } from './protocol.ts';
import { RequestFault } from './protocol.ts';

/** An item of a request: what is to be scored, or why that cannot be. */
export type ReadItem =
  { readonly id: string; readonly item: ScoreItem } | { readonly id: string | null; readonly error: string };

/** Targets and contexts are a few levels deep; what is deeper is an attack on whoever walks it, or a mistake. */
const deepest = 32;
const longestId = 512;

/**
 * Reads the body of `POST /v1/score`. What is wrong with one item is that item's error; the others are scored.
 * @throws RequestFault for a body without a list of items, or with too many
 */
export function readRequest(body: Uint8Array, limits: Limits): readonly ReadItem[] {
  const value = parse(body);
  const items = isObject(value) ? value['items'] : undefined;
  if (!Array.isArray(items))
    throw bad(
      items === undefined
        ? 'The body has no "items". Send {"items": [{"id", "task", "completion", "target", "context"}]}.'
        : '"items" is not a list. Send {"items": [{"id", "task", "completion", "target", "context"}]}.',
    );
  if (items.length > limits.items)
    throw new RequestFault(
      413,
      'too-many-items',
      `The request has ${items.length} items; at most ${limits.items} are taken at once. Send several requests.`,
    );
  const seen = new Set<string>();
  return items.map((item: unknown) => {
    const read = readItem(item, limits);
    if (read.id === null) return read;
    if (seen.has(read.id))
      return {
        id: read.id,
        error: `An item before this one has the id ${quoted(read.id)} as well. Give each item of a request an id of its own.`,
      };
    seen.add(read.id);
    return read;
  });
}

function parse(body: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw bad('The body is not UTF-8. Send JSON in UTF-8.');
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const hint = /\b(?:NaN|-?Infinity)\b/.test(reason)
      ? ' JSON has no NaN and no Infinity: leave the value out.'
      : '';
    throw bad(`The body is not JSON: ${reason}.${hint}`);
  }
}

function readItem(value: unknown, limits: Limits): ReadItem {
  if (!isObject(value))
    return { id: null, error: 'The item is no object. It needs id, task, completion and target.' };
  const { id, task, completion, target, context } = value;
  if (typeof id !== 'string' || id === '')
    return {
      id: null,
      error: id === undefined ? 'The item has no "id".' : 'The "id" of the item is no text, or empty.',
    };
  const name = id.slice(0, longestId);
  if (id.length > longestId)
    return { id: name, error: `The "id" of the item is longer than ${longestId} characters.` };
  const fault = (error: string): ReadItem => ({ id, error });
  if (typeof task !== 'string') return fault(wrong('task', task, 'the name of a task'));
  if (typeof completion !== 'string') return fault(wrong('completion', completion, 'the text of a model'));
  if (completion.length > limits.completion)
    return fault(
      `The "completion" has ${completion.length} characters; at most ${limits.completion} are scored. ` +
        'Limit how much the model may write.',
    );
  if (target === undefined || target === null) return fault('The item has no "target".');
  if (!isShallow(target))
    return fault(`The "target" is nested more than ${deepest} levels deep. No task has such a target.`);
  if (context === undefined) return { id, item: { id, task, completion, target } };
  const problem = contextProblem(context);
  if (problem !== undefined) return fault(problem);
  return { id, item: { id, task, completion, target, context: context as ScoreContext } };
}

function wrong(field: string, value: unknown, wanted: string): string {
  return value === undefined ? `The item has no "${field}".` : `The "${field}" of the item is not ${wanted}.`;
}

const isText = (value: unknown): boolean => typeof value === 'string';
/** What a context may hold, and how each part is said to be wrong. */
const contextFields: Readonly<
  Record<keyof ScoreContext, { readonly isRight: (value: unknown) => boolean; readonly wanted: string }>
> = {
  until: {
    isRight: (value) => typeof value === 'string' && isDay(value),
    wanted: 'a day like 2016-09-30',
  },
  budget: {
    isRight: (value) => Number.isFinite(value) && (value as number) >= 1,
    wanted: 'a number of records, 1 or more',
  },
  k: {
    isRight: (value) => Number.isSafeInteger(value) && (value as number) >= 1,
    wanted: 'a whole number of ranks, 1 or more',
  },
  original: { isRight: isText, wanted: 'a text' },
  retriever: {
    isRight: (value) => value === 'sparse' || value === 'dense',
    wanted: '"sparse" or "dense"',
  },
  reward: { isRight: isText, wanted: 'the name of a reward' },
  variant: {
    isRight: (value) => value === 'reasoning' || value === 'direct',
    wanted: '"reasoning" or "direct"',
  },
};

function contextProblem(context: unknown): string | undefined {
  if (!isObject(context)) return 'The "context" of the item is no object. Leave it out, or send {}.';
  for (const [key, value] of Object.entries(context)) {
    if (!Object.hasOwn(contextFields, key))
      return `The "context" has no part ${quoted(key)}. It may have ${Object.keys(contextFields).join(', ')}.`;
    const { isRight, wanted } = contextFields[key as keyof ScoreContext];
    if (!isRight(value)) return `"context.${key}" is not ${wanted}. Leave it out where there is none.`;
  }
  return undefined;
}

/** Whether `value` is nested at most {@link deepest} levels deep. Walks level by level: what is too deep must not be recursed into. */
function isShallow(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) return false;
    const next: unknown[] = [];
    for (const one of level) {
      if (typeof one !== 'object' || one === null) continue;
      for (const inner of Array.isArray(one) ? (one as unknown[]) : Object.values(one))
        if (typeof inner === 'object' && inner !== null) next.push(inner);
    }
    level = next;
  }
  return true;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function bad(message: string): RequestFault {
  return new RequestFault(400, 'bad-request', message);
}

function quoted(text: string): string {
  return `“${text.length > 60 ? `${text.slice(0, 60)}…` : text}”`;
}
