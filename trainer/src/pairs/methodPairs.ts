import type { LocalEngine } from '@querent/core/connectors';
import type { Template, Variant } from '@querent/core/prompting';
import { deterministicRewriter } from '@querent/core/rewriting';
import type { Draft, ProposalForm, RewriteRequest } from '@querent/core/rewriting';
import type { SearchEngine } from '@querent/core/search';
import { SearchError } from '@querent/core/search';
import type { Pico } from '@querent/core/strategy';
import { RowError } from '@querent/core/tasks';
import type { Task, World } from '@querent/core/tasks';
import { drawSeeds } from '../evaluation/items/seeds.ts';
import { asTrialExpression } from '../evaluation/rewriters/trialExpression.ts';
import { completionOf } from './completion.ts';
import { promptRow } from './promptRow.ts';
import { titleQuery } from './titleForms.ts';
import type { AskedTopic, PairRow } from './promptRow.ts';
import { shorterQueries } from './shorterQueries.ts';

/** What pairs are made with and held to. */
export interface MethodOptions {
  readonly task: Task;
  readonly template: Template;
  readonly variant: Variant;
  readonly world: World;
  /** Where the method looks words up. */
  readonly engine: SearchEngine;
  /** Of the deterministic rewriter; or `title`: a short query of the title's words (`titleForms.ts`). */
  readonly form: ProposalForm | 'title';
  readonly budget: number;
  /** Relevant records of each topic that the method is given; the answer is measured on all of them. */
  readonly seeds: number;
  /** Decides which. */
  readonly seed: number;
  /** Name of the reward that answers are measured by; undefined: the task's first. */
  readonly reward?: string;
  /** What an answer must earn; null: anything that is valid and finds something relevant. */
  readonly minimumReward: number | null;
  /** Longest answer in characters: what does not fit into the tokens of a completion would be cut off. */
  readonly longest: number;
}

/** A pair, or why a topic has none. */
export type MadePair =
  | {
      readonly row: PairRow;
      readonly reward: number;
      readonly recall: number | null;
      readonly records: number | null;
    }
  | { readonly leftOut: 'no-draft' | 'invalid' | 'finds-nothing' | 'below-bar' | 'too-long' };

/**
 * The deterministic rewriter's answer to a topic, as a pair to learn from: measured by the same function that will pay for the model's own answers, and
 * kept only when it is short, valid, finds something relevant and earns enough. Of the drafts, and of the same with fewer alternatives, the one that earns most
 * is kept.
 * @throws SearchError when the library has no answer
 */
export async function methodPair(
  topic: AskedTopic,
  options: MethodOptions,
  signal: AbortSignal,
): Promise<MadePair> {
  const { task, world, form, budget, variant, template, minimumReward, longest } = options;
  const { title, pico, until, relevant } = partsOf(topic);
  const drawn = drawSeeds(relevant, options.seeds, topic.id, options.seed);
  const { drafts } = await draftsOf(
    form,
    {
      ...(title === undefined ? {} : { title }),
      ...(pico === undefined ? {} : { pico }),
      ...(until === undefined ? {} : { until }),
      // Where all of them would be given away none is: the answer could only be learnt by heart.
      ...{ seeds: drawn?.seeds ?? [], budget },
    },
    topic.id,
    options,
    signal,
  );
  let best: Exclude<MadePair, { leftOut: unknown }> | undefined;
  let why: Extract<MadePair, { leftOut: unknown }>['leftOut'] = 'no-draft';
  for (const draft of drafts)
    for (const query of task.id === 'publication' ? shorterQueries(draft.query) : [queryOf(draft, task)]) {
      const completion = completionOf(query, draft.reasoning, { task, template, variant });
      if (completion.length > longest) {
        if (why === 'no-draft') why = 'too-long';
        continue;
      }
      const row = { ...promptRow(topic, task, variant, template), completion, from: 'deterministic' };
      const scored = await scoreOf(`${row.opened}${completion}`, topic, options, world, signal);
      if (scored === undefined || scored.problem !== undefined) why = 'invalid';
      else if ((scored.recall ?? 1) <= 0) why = 'finds-nothing';
      else if (minimumReward !== null && scored.reward < minimumReward) why = 'below-bar';
      // Of two that earn the same the later one is shorter.
      else if (best === undefined || scored.reward >= best.reward)
        best = { row, reward: scored.reward, recall: scored.recall, records: scored.records };
    }
  return best ?? { leftOut: why };
}

async function draftsOf(
  form: MethodOptions['form'],
  request: RewriteRequest,
  id: string,
  { engine, seed, budget }: MethodOptions,
  signal: AbortSignal,
): Promise<{ readonly drafts: readonly Draft[] }> {
  if (form !== 'title') return deterministicRewriter().draft({ ...request, forms: [form] }, engine, signal);
  if (request.title === undefined || !('index' in engine)) return { drafts: [] };
  const found = await titleQuery(request.title, engine as LocalEngine, { id, seed, budget });
  if (found === undefined) return { drafts: [] };
  return { drafts: [{ query: found.query, origin: 'method', source: 'title', reasoning: '' }] };
}

function queryOf({ query }: Draft, task: Task): string {
  return task.id === 'trials' ? asTrialExpression(query) : query;
}

/** Undefined for a topic of which nothing relevant is held. */
async function scoreOf(
  completion: string,
  { target, context }: AskedTopic,
  { task, variant, reward }: MethodOptions,
  world: World,
  signal: AbortSignal,
): Promise<
  | {
      readonly problem: string | undefined;
      readonly reward: number;
      readonly recall: number | null;
      readonly records: number | null;
    }
  | undefined
> {
  try {
    const scored = await task.score(completion, target, world, {
      ...context,
      ...{ variant, signal },
      ...(reward === undefined ? {} : { reward }),
    });
    const { recall = null, records = null } = scored.figures;
    return { problem: scored.problem, reward: scored.reward.reward, recall, records };
  } catch (error) {
    if (error instanceof RowError) return undefined;
    if (error instanceof SearchError && error.code === 'rejected') return undefined;
    throw error;
  }
}

interface TopicParts {
  readonly title: string | undefined;
  readonly pico: Pico | undefined;
  readonly until: string | undefined;
  readonly relevant: readonly string[];
}

/** A topic of a Boolean task, whose input the task has read before. */
function partsOf({ input, target, context }: AskedTopic): TopicParts {
  const { title, pico } = input as { readonly title?: string; readonly pico?: Pico };
  const { relevant } = target as { readonly relevant?: readonly unknown[] };
  const until = context['until'];
  return {
    title,
    pico,
    until: typeof until === 'string' ? until : undefined,
    relevant: (relevant ?? []).map(String),
  };
}
