import { deterministicRewriter } from '@querent/core/rewriting';
import type { ProposalForm, RewriteRequest } from '@querent/core/rewriting';
import type { SearchEngine } from '@querent/core/search';
import type { Question } from '../items/item.ts';
import type { EvaluatedRewriter } from './rewriter.ts';
import { queryOr } from './rewriter.ts';

/** How the method is asked. */
export interface MethodSettings {
  readonly form: ProposalForm;
  /** Most records that a query may find, >= 1. */
  readonly budget: number;
  /** Whether the PICO is kept from it. */
  readonly titleOnly: boolean;
}

/** The deterministic rewriter of the house, one form, over the records of `engine`. */
export function methodRewriter(
  name: string,
  engine: SearchEngine,
  settings: MethodSettings,
): EvaluatedRewriter {
  const method = deterministicRewriter();
  return {
    name,
    samples: 1,
    identity: { rewriter: 'deterministic', ...settings },
    async attempt(question, _sample, signal) {
      const { drafts, rejected } = await method.draft(requestOf(question, settings), engine, signal);
      return queryOr(drafts[0]?.query, rejected[0]?.reason ?? 'The method has no draft.');
    },
  };
}

/** What the house's rewriters are asked for a question. */
export function requestOf({ text, pico, seeds, until }: Question, settings: MethodSettings): RewriteRequest {
  return {
    seeds,
    budget: settings.budget,
    forms: [settings.form],
    ...(text === undefined ? {} : { title: text }),
    ...(pico === undefined || settings.titleOnly ? {} : { pico }),
    ...(until === undefined ? {} : { until }),
  };
}
