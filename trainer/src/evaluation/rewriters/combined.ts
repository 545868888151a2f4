import type { LocalEngine } from '@querent/core/connectors';
import { lintQuery } from '@querent/core/lint';
import { parseAnswer } from '@querent/core/prompting';
import { deterministicRewriter, proposeRewrites } from '@querent/core/rewriting';
import type { Draft, Rewriter } from '@querent/core/rewriting';
import { SearchError } from '@querent/core/search';
import type { SearchEngine } from '@querent/core/search';
import type { Task } from '@querent/core/tasks';
import { requestOf } from './deterministic.ts';
import type { MethodSettings } from './deterministic.ts';
import { askModel } from './model.ts';
import type { SamplingSettings } from './model.ts';
import type { EvaluatedRewriter } from './rewriter.ts';
import { queryOr } from './rewriter.ts';
import type { OpenedModel } from './textModels.ts';

/**
 * What the editor would show first of the method's drafts, the model's and what is put together of them: mended, linted, measured and ranked by
 * `proposeRewrites`. With seeds the query within the budget that finds most of them wins. Without seeds nothing is known of recall: the model's query
 * joined with the method's within the budget wins where the library's own ranking finds the model on the topic, else the method's draft, unless the
 * model's is worth more by that ranking. What is relevant has no part in it but for the seeds.
 */
export function combinedRewriter(
  name: string,
  opened: OpenedModel,
  task: Task,
  engine: SearchEngine,
  method: MethodSettings,
  sampling: SamplingSettings,
): EvaluatedRewriter {
  const { id, hash } = opened.template ?? task.templates[sampling.variant];
  const chosen = { method: 0, model: 0, combined: 0 };
  return {
    name,
    samples: 1,
    identity: {
      rewriter: 'combined',
      model: opened.identity,
      template: { id, hash },
      ...method,
      ...sampling,
    },
    notes: () => [
      `${name}: chosen were ${chosen.method} drafts of the method, ${chosen.model} of the model and ${chosen.combined} of both (in this session of the run).`,
    ],
    async attempt(question, _sample, signal) {
      const drafts: Draft[] = [];
      for (let sample = 0; sample < sampling.samples; sample++) {
        // Asked here and not within proposeRewrites, which makes a rejection of a model that cannot be asked.
        const attempt = await askModel(opened, task, sampling, question, sample, signal);
        const answer =
          attempt.kind === 'completion' ? parseAnswer(attempt.completion, task.answerKey) : undefined;
        if (answer !== undefined && !('problem' in answer))
          drafts.push({ origin: 'model', source: name, query: answer.query, reasoning: answer.reasoning });
      }
      const written: Rewriter = { name, origin: 'model', draft: async () => ({ drafts, rejected: [] }) };
      const watched = watch(engine);
      const { proposals, rejected } = await proposeRewrites(
        requestOf(question, method),
        watched.engine,
        [deterministicRewriter(), written],
        // Recall on seeds held back is for people to read: it changes no order.
        { signal, holdBack: false, limit: 1, lint: (parsed) => lintQuery(parsed, contextOf(engine)) },
      );
      const fault = watched.fault();
      if (fault !== undefined) throw fault;
      const [best] = proposals;
      if (best !== undefined) chosen[best.origin]++;
      return queryOr(best?.query, rejected[0]?.reason ?? 'Neither the method nor the model has a draft.');
    },
    close: () => opened.close(),
  };
}

function contextOf(engine: SearchEngine): Parameters<typeof lintQuery>[1] {
  const { thesaurus } = engine as Partial<LocalEngine>;
  return thesaurus === undefined ? {} : { thesaurus };
}

/** `proposeRewrites` makes a rejection of an engine's fault; here it must end the attempt, or the choice would depend on it. */
function watch(engine: SearchEngine): { readonly engine: SearchEngine; fault(): SearchError | undefined } {
  let fault: SearchError | undefined;
  const guarded = <T>(answer: Promise<T>): Promise<T> =>
    answer.catch((error: unknown) => {
      if (error instanceof SearchError && error.code !== 'rejected') fault ??= error;
      throw error;
    });
  const proxy = new Proxy(engine, {
    get(target, key) {
      if (key === 'count')
        return (...args: Parameters<SearchEngine['count']>) => guarded(target.count(...args));
      if (key === 'matching')
        return (...args: Parameters<SearchEngine['matching']>) => guarded(target.matching(...args));
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  return { engine: proxy, fault: () => fault };
}
