import type { ResolvedQuery } from '../../pubmed/index.ts';
import { isUnresolvable, resolveText } from '../../strategy/index.ts';
import { formatCount } from '../../text/index.ts';
import type { Problem } from '../../text/index.ts';
import { injectionIn, loopholesOf } from '../loopholes.ts';
import type { Draft } from '../proposal.ts';
import { repairQuery } from './repair.ts';
import type { KnownErrors, Linter, Repair } from './repair.ts';

/** A draft that may be asked. */
export interface ValidDraft {
  /** With its query as it was mended. */
  readonly draft: Draft;
  readonly resolved: ResolvedQuery;
  /** Problems that do not forbid asking it. */
  readonly problems: readonly Problem[];
  readonly repairs: readonly Repair[];
}

/** What is asked of drafts. */
export interface ValidOptions {
  readonly lint?: Linter | undefined;
  /**
   * Characters of the query that is there: drafts of a method, or put together, may be as long as it and more, and as rich in terms.
   */
  readonly presentLength?: number;
  /** Errors of the query that is there, such as a heading that MeSH has no more: an edit that keeps them is none the worse. */
  readonly known?: KnownErrors;
}

const longest = 20_000;

/**
 * Checks a draft before it is asked. What cannot be searched is mended where the fix is beyond doubt, else the draft is rejected; so is text that
 * is no query, and a model's draft that names records instead of their topic.
 * @returns the draft with what was found out, or the reason, in one sentence for people
 */
export function validateDraft(
  draft: Draft,
  { lint, presentLength = 0, known }: ValidOptions = {},
): ValidDraft | { readonly reason: string } {
  const isModel = draft.origin === 'model';
  if (draft.query.trim() === '') return { reason: 'The query is empty.' };
  const most = isModel ? longest : longest + 2 * presentLength;
  if (draft.query.length > most)
    return { reason: `The query is longer than ${formatCount(most)} characters.` };
  const injection = injectionIn(draft.query);
  if (injection !== undefined) return { reason: injection.reason };
  const { query, problems, repairs, error } = repairQuery(draft.query, lint, known);
  if (error !== undefined) return { reason: `The query cannot be searched as it is: ${error.message}` };
  const resolved = resolveText(query);
  if (isUnresolvable(resolved))
    return {
      reason:
        repairs.length === 0
          ? resolved.problem
          : `The query cannot be searched as it is, and nothing is left when it is mended: ${repairs[0]?.done ?? ''}.`,
    };
  const loophole = loopholesOf(resolved.root).find(({ kind }) => {
    if (kind === 'knowledge') return isModel; // The method knows the records that it was given, and still never names one.
    // A person's long strategy stays one when a term is added.
    return kind !== 'endless' || isModel || presentLength < longest / 2;
  });
  if (loophole !== undefined) return { reason: loophole.reason };
  return { draft: query === draft.query ? draft : { ...draft, query }, resolved, problems, repairs };
}
