import type { Prompt, PromptTemplate, Structure, Template, Variant } from '../prompting/index.ts';
import { parseAnswer, readStructure } from '../prompting/index.ts';
import type { Answer, AnswerKey, Unreadable } from '../prompting/index.ts';
import type { AnswerState, Reward } from '../rewards/index.ts';
import { SearchError } from '../search/index.ts';
import type { World } from './world.ts';

/** How a completion is judged, beside its target. */
export interface RunOptions {
  readonly signal?: AbortSignal;
  /** Only records published on or before this day, `yyyy-mm-dd`. */
  readonly until?: string;
  /** Records that a team is ready to screen, >= 1: what the price of records is measured against. */
  readonly budget?: number;
  /** Ranks that count, >= 1, for rankings; each task has its own default. */
  readonly k?: number;
  /** The question before it was rewritten, for rewards that pay for what a rewrite gains, and to tell knowledge from wording. */
  readonly original?: string;
  /** Which of the world's rankings: by words (`sparse`, the default) or by similarity of embeddings (`dense`). */
  readonly retriever?: 'sparse' | 'dense';
  /** Name of the reward that will be paid: what only one of them needs is found out for it alone. */
  readonly reward?: string;
}

/** A completion, read and run: what a reward is paid on. */
export interface Judged<Outcome> {
  readonly completion: string;
  /** What was asked for: reasoning, or the answer alone. */
  readonly variant: Variant;
  readonly structure: Structure;
  /** How far the answer could be read; `read` exactly when there is a query. */
  readonly answer: AnswerState;
  /** The query of the answer; undefined when none could be read, and `problem` says why. */
  readonly query: string | undefined;
  readonly problem: string | undefined;
  /** What became of the query; undefined when there is none. */
  readonly outcome: Outcome | undefined;
}

/** Pays for a completion. Pure: the same facts give the same bits. */
export type RewardFunction<Outcome> = (judged: Judged<Outcome>, options: RunOptions) => Reward;

/**
 * One thing that models learn, defined in one folder: what they are asked, how their answers are read and run, what is paid, what is
 * measured. `docs/adding-a-task.md` walks through one.
 */
export interface TaskDefinition<Input, Target, Outcome> {
  /** Name in items, rows and on the command line: `publication`. */
  readonly id: string;
  /** For reports: `Publication search`. */
  readonly title: string;
  /** `ability` of the rows of a dataset, the kind of work by which trainers group rows: `literature_mining`. */
  readonly ability: string;
  /** Key of the answer's JSON. With `sql`, line breaks of the answer are kept. */
  readonly answerKey: AnswerKey;
  /** The wording with reasoning before the answer, and of the answer alone; see `queryTemplates`. */
  readonly templates: Readonly<Record<Variant, PromptTemplate>>;
  /** Reads what a row asks: the `input` of a row, which nobody has looked at yet. @throws RowError */
  readInput(value: unknown): Input;
  /** Reads what is known to be right: the `target` of a row or an item, which nobody has looked at yet. @throws RowError, with code `no-relevant` where nothing is: such a row is left out and counted. */
  readTarget(value: unknown): Target;
  /** @param template another wording, such as a published one, where the task can be told in it */
  prompt(input: Input, variant: Variant, template?: Template): Prompt;
  /**
   * Runs a query that was read in an answer; without one it is not called. What is wrong with the query is an outcome; what is wrong with the
   * row or the world is thrown. What rewards and figures need of the target goes into the outcome.
   * @throws SearchError where the world has no answer, RowError for a row that cannot be used, such as one of records that are not there
   */
  run(query: string, target: Target, world: World, options: RunOptions): Promise<Outcome>;
  /** By name; the first is the default. */
  readonly rewards: Readonly<Record<string, RewardFunction<Outcome>>>;
  /** Names of the figures. Those that other tasks have (`recall`, `precision`, `records`, `valid`) mean the same here. */
  readonly metricNames: readonly string[];
  /** Figures by {@link metricNames}; without an outcome, or with one that is a failure, what a failure counts as. Undefined where it cannot be said. */
  metrics(
    outcome: Outcome | undefined,
    target: Target,
    options: RunOptions,
  ): Readonly<Record<string, number | undefined>>;
  /** Why the query of this outcome failed, in one sentence; undefined when it was run. */
  failure(outcome: Outcome): string | undefined;
}

/** A query that was run: its figures, and why it failed where it did. */
export interface Measured {
  readonly figures: Readonly<Record<string, number | undefined>>;
  readonly problem: string | undefined;
}

/** A completion that was scored. */
export interface Scored extends Measured {
  readonly query: string | undefined;
  readonly reward: Reward;
}

/** A task whose types nobody needs to know. */
export interface Task {
  readonly id: string;
  readonly title: string;
  readonly ability: string;
  readonly answerKey: AnswerKey;
  readonly templates: Readonly<Record<Variant, PromptTemplate>>;
  readonly rewardNames: readonly string[];
  readonly metricNames: readonly string[];
  /** @throws RowError */
  prompt(input: unknown, variant: Variant, template?: Template): Prompt;
  /** Checks what a row knows to be right. @throws RowError */
  checkTarget(target: unknown): void;
  /**
   * Reads, runs and pays for a completion.
   * @param options.reward name of the reward; the task's first unless told otherwise.
   * @throws RowError for a target that cannot be used, SearchError when the world has no answer. Never a reward then.
   */
  score(
    completion: string,
    target: unknown,
    world: World,
    options?: RunOptions & { readonly variant?: Variant },
  ): Promise<Scored>;
  /** Runs a bare query, for rewriters that are no models. Undefined: there is no query, which counts as a failure. @throws as `score` */
  measure(query: string | undefined, target: unknown, world: World, options?: RunOptions): Promise<Measured>;
}

/** What is wrong with a row of a dataset, or with the target of an item. */
export class RowError extends Error {
  override readonly name = 'RowError';
  readonly code: 'bad-row' | 'no-relevant';
  constructor(message: string, code: RowError['code'] = 'bad-row') {
    super(message);
    this.code = code;
  }
}

/** Closes a definition over its types. */
export function defineTask<Input, Target, Outcome>(definition: TaskDefinition<Input, Target, Outcome>): Task {
  const { id, title, ability, answerKey, templates, metricNames } = definition;
  const rewardNames = Object.keys(definition.rewards);
  const rewardOf = (name = rewardNames[0] ?? ''): RewardFunction<Outcome> => {
    const reward = Object.hasOwn(definition.rewards, name) ? definition.rewards[name] : undefined;
    if (reward === undefined)
      throw new RowError(`The task ${id} has no reward ${name}. It has ${rewardNames.join(', ')}.`);
    return reward;
  };
  return {
    id,
    title,
    ability,
    answerKey,
    templates,
    rewardNames,
    metricNames,
    prompt: (input, variant, template) => definition.prompt(definition.readInput(input), variant, template),
    checkTarget: (target) => void definition.readTarget(target),
    async score(completion, value, world, { variant = 'reasoning', ...options } = {}) {
      const reward = rewardOf(options.reward);
      const target = definition.readTarget(value);
      const structure = readStructure(completion, variant);
      const answer = parseAnswer(completion, answerKey);
      const query = 'problem' in answer ? undefined : answer.query;
      const outcome = query === undefined ? undefined : await definition.run(query, target, world, options);
      const problem =
        'problem' in answer
          ? answer.problem
          : outcome === undefined
            ? undefined
            : definition.failure(outcome);
      const judged = { completion, variant, structure, answer: stateOf(answer), query, problem, outcome };
      return {
        query,
        problem,
        figures: definition.metrics(outcome, target, options),
        reward: reward(judged, options),
      };
    },
    async measure(query, value, world, options = {}) {
      const target = definition.readTarget(value);
      const outcome = query === undefined ? undefined : await definition.run(query, target, world, options);
      return {
        figures: definition.metrics(outcome, target, options),
        problem: outcome === undefined ? 'There is no query.' : definition.failure(outcome),
      };
    },
  };
}

function stateOf(answer: Answer | Unreadable): AnswerState {
  if (!('problem' in answer)) return 'read';
  return answer.isEmpty === true ? 'empty' : 'unreadable';
}

/** A part of the world that a task cannot do without. @throws SearchError `unsupported` with the way out */
export function need<T>(part: T | undefined, what: string, wayOut: string): T {
  if (part !== undefined) return part;
  throw new SearchError('unsupported', `There is no ${what} here. ${wayOut}`);
}
