import { parseQuery } from '../../pubmed/index.ts';
import type { ParsedQuery, ResolvedQuery } from '../../pubmed/index.ts';
import { isUnresolvable, resolveText } from '../../strategy/index.ts';
import { formatCount } from '../../text/index.ts';
import type { Problem } from '../../text/index.ts';
import { injectionIn, loopholesOf } from '../loopholes.ts';
import type { Draft } from '../proposal.ts';

/** Judges a parsed query; the lint rules of the house, or the part of them that fits. */
export type Linter = (parsed: ParsedQuery) => readonly Problem[];

/** A draft that may be asked. */
export interface ValidDraft {
  readonly draft: Draft;
  readonly resolved: ResolvedQuery;
  /** Problems that do not forbid asking it. */
  readonly problems: readonly Problem[];
}

const longest = 20_000;

/**
 * Checks a draft before it is asked: text that is no query, syntax errors and lint errors reject it; a model's draft is also
 * rejected for naming records instead of their topic.
 * @returns the draft with what was found out, or the reason, in one sentence for people
 */
export function validateDraft(draft: Draft, lint?: Linter): ValidDraft | { readonly reason: string } {
  const { query } = draft;
  if (query.trim() === '') return { reason: 'The query is empty.' };
  if (query.length > longest)
    return { reason: `The query is longer than ${formatCount(longest)} characters.` };
  const injection = injectionIn(query);
  if (injection !== undefined) return { reason: injection.reason };
  const parsed = parseQuery(query);
  const problems = [...parsed.problems, ...(lint?.(parsed) ?? [])];
  const error = problems.find(({ severity }) => severity === 'error');
  if (error !== undefined) return { reason: `The query cannot be searched as it is: ${error.message}` };
  const resolved = resolveText(query);
  if (isUnresolvable(resolved)) return { reason: resolved.problem };
  // The method knows the records that it was given, and still never names one.
  const loophole = loopholesOf(resolved.root).find(
    ({ kind }) => kind !== 'knowledge' || draft.origin === 'model',
  );
  if (loophole !== undefined) return { reason: loophole.reason };
  return { draft, resolved, problems };
}
