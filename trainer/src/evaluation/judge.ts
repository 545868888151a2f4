import { parseAnswer } from '@querent/core/prompting';
import type { Variant } from '@querent/core/prompting';
import { SearchError } from '@querent/core/search';
import { RowError } from '@querent/core/tasks';
import type { Scored, Task, World } from '@querent/core/tasks';
import { ModelError } from '@querent/server/models';
import type { EvaluationItem } from './items/item.ts';
import type { SampleResult } from './result.ts';
import type { Attempt, EvaluatedRewriter, Failure } from './rewriters/rewriter.ts';

/** How queries are run and judged; the same for every rewriter of a run. */
export interface JudgingSettings {
  readonly budget: number;
  readonly variant: Variant;
  /** What ranks, for tasks that do. */
  readonly retriever?: 'sparse' | 'dense';
  /** Milliseconds before the first repetition after a fault; doubled each time. */
  readonly patienceMs?: number;
}

/** Of a completion so many characters are kept. */
const mostKept = 20_000;
/** A passing fault is met again so often before it ends the run. */
const repetitions = 3;

/**
 * Lets `rewriter` attempt an item and judges what comes of it. What is wrong with the attempt is its failure; what is wrong with the world
 * or the model is tried again where it may pass, and then thrown.
 * @throws SearchError, ModelError
 */
export async function attemptItem(
  rewriter: EvaluatedRewriter,
  item: EvaluationItem,
  sample: number,
  task: Task,
  world: World,
  settings: JudgingSettings,
  signal: AbortSignal,
): Promise<SampleResult> {
  const started = performance.now();
  const attempt = await withPatience(() => rewriter.attempt(item.question, sample, signal), settings, signal);
  const written = performance.now();
  const judged = await withPatience(
    () => judgeOrRefuse(attempt, item, task, world, settings, signal),
    settings,
    signal,
  );
  const ended = performance.now();
  return {
    rewriter: rewriter.name,
    id: item.question.id,
    sample,
    ...judged,
    completion: attempt.kind === 'completion' ? attempt.completion.slice(0, mostKept) : null,
    seconds: rounded((written - started) / 1000),
    judgingSeconds: rounded((ended - written) / 1000),
    tokens: attempt.kind === 'completion' ? (attempt.tokens ?? null) : null,
  };
}

type Judged = Pick<SampleResult, 'query' | 'figures' | 'reward' | 'components' | 'failure'>;

/** A query that this world cannot answer, though another might, has failed here; it is counted as a kind of its own. */
async function judgeOrRefuse(...args: Parameters<typeof judge>): Promise<Judged> {
  const [attempt, item, task, world, settings, signal] = args;
  try {
    return await judge(...args);
  } catch (error) {
    if (!(error instanceof SearchError) || error.code !== 'unsupported' || attempt.kind === 'failure')
      throw error;
    const answer = attempt.kind === 'query' ? attempt : parseAnswer(attempt.completion, task.answerKey);
    const failure = { kind: 'unsupported', message: error.message } as const;
    const judged = await judge({ kind: 'failure', failure }, item, task, world, settings, signal);
    return { ...judged, query: 'query' in answer ? answer.query : null };
  }
}

async function judge(
  attempt: Attempt,
  { question, target }: EvaluationItem,
  task: Task,
  world: World,
  { budget, variant, retriever }: JudgingSettings,
  signal: AbortSignal,
): Promise<Judged> {
  const options = {
    signal,
    budget,
    ...(retriever === undefined ? {} : { retriever }),
    ...(question.until === undefined ? {} : { until: question.until }),
    ...(question.text === undefined ? {} : { original: question.text }),
  };
  if (attempt.kind === 'completion') {
    const scored = await scoreOrMeasure(task, attempt.completion, target, world, { ...options, variant });
    return {
      query: scored.query ?? null,
      figures: figuresOf(task, scored.figures),
      reward: scored.reward?.reward ?? null,
      components: scored.reward?.components ?? null,
      failure: failureOf(scored.query, scored.problem, attempt.isCut),
    };
  }
  const query = attempt.kind === 'query' ? attempt.query : undefined;
  const place = attempt.kind === 'query' ? (attempt.world ?? world) : world;
  const { figures, problem } = await task.measure(query, target, place, options);
  return {
    query: query ?? null,
    figures: figuresOf(task, figures),
    reward: null,
    components: null,
    failure:
      attempt.kind === 'failure'
        ? attempt.failure
        : problem === undefined
          ? null
          : { kind: 'not-run', message: problem },
  };
}

/** A topic of which no relevant record is held has no reward; its figures count as for any other rewriter. */
async function scoreOrMeasure(
  task: Task,
  completion: string,
  target: unknown,
  world: World,
  options: Parameters<Task['score']>[3],
): Promise<Omit<Scored, 'reward'> & { readonly reward?: Scored['reward'] }> {
  try {
    return await task.score(completion, target, world, options);
  } catch (error) {
    if (!(error instanceof RowError) || error.code !== 'no-relevant') throw error;
    const answer = parseAnswer(completion, task.answerKey);
    const query = 'problem' in answer ? undefined : answer.query;
    const { figures, problem } = await task.measure(query, target, world, options);
    return { query, figures, problem: 'problem' in answer ? answer.problem : problem };
  }
}

function figuresOf(
  { metricNames }: Task,
  figures: Readonly<Record<string, number | undefined>>,
): Readonly<Record<string, number | null>> {
  return Object.fromEntries(metricNames.map((name) => [name, figures[name] ?? null]));
}

function failureOf(query: string | undefined, problem: string | undefined, isCut: boolean): Failure | null {
  if (problem === undefined) return null;
  if (query !== undefined) return { kind: 'not-run', message: problem };
  return isCut
    ? { kind: 'cut-off', message: `The answer was cut off at the limit of tokens. ${problem}` }
    : { kind: 'unreadable', message: problem };
}

async function withPatience<T>(
  act: () => Promise<T>,
  { patienceMs = 1_000 }: JudgingSettings,
  signal: AbortSignal,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    signal.throwIfAborted();
    try {
      return await act();
    } catch (error) {
      if (attempt >= repetitions || !mayPass(error)) throw error;
      await pause(patienceMs * 2 ** attempt, signal);
    }
  }
}

/** Whether the same again may go well. */
function mayPass(error: unknown): boolean {
  if (error instanceof SearchError) return error.retryable;
  return error instanceof ModelError && (error.code === 'crashed' || error.code === 'unreachable');
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, milliseconds);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

function rounded(seconds: number): number {
  return Number(seconds.toFixed(4));
}
