import { resolveExpression } from '@querent/core/ctgov';
import type { ResolvedExpression, UnresolvableExpression } from '@querent/core/ctgov';
import type { ResolvedQuery } from '@querent/core/pubmed';
import { resolveLine } from '@querent/core/strategy';
import type { StrategyDocument } from '@querent/core/strategy';

/** The query of a line, in the search language of its document. */
export type DocumentQuery = ResolvedQuery | ResolvedExpression;

/** The query of line `label` with its references resolved, or why there is none, in a sentence for people. */
export function documentQuery(
  { strategy, language }: { readonly strategy: StrategyDocument; readonly language?: 'pubmed' | 'ctgov' },
  label: string,
): DocumentQuery | UnresolvableExpression {
  return language === 'ctgov' ? resolveExpression(strategy, label) : resolveLine(strategy, label);
}
