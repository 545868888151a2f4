import { titleWordsQuery } from '@querent/core/rewriting';
import type { Pico } from '@querent/core/strategy';
import type { EvaluatedRewriter } from './rewriter.ts';
import { failed, queryOr } from './rewriter.ts';

/**
 * What people type first. Boolean tasks: the words of the title, all of them wanted; without a title the parts of the PICO joined by OR, which is
 * the "original query" of DeepRetrieval (`eval_pubmed_base.py`). Ranked tasks: the question as it is. SQL: a question is no statement, so
 * there is none, and each counts as a failure. Other tasks: the question as it is.
 */
export function originalRewriter(
  name: string,
  kind: 'boolean' | 'ranked' | 'sql' | 'other',
): EvaluatedRewriter {
  return {
    name,
    samples: 1,
    identity: { rewriter: 'original' },
    async attempt({ text, pico }) {
      if (kind === 'sql') return failed('no-query', 'A question is no SQL.');
      const words = text === undefined ? picoParts(pico) : kind === 'boolean' ? titleWordsQuery(text) : text;
      return queryOr(words, 'There are no words to search for in the question.');
    },
  };
}

function picoParts({ population, intervention, comparison, outcome }: Pico = {}): string | undefined {
  const parts = [population, intervention, comparison, outcome]
    .map((part) => part?.replace(/[^\p{L}\p{N}\p{M}'’-]+/gu, ' ').trim())
    .filter((part): part is string => part !== undefined && part !== '');
  return parts.length === 0 ? undefined : parts.map((part) => `(${part.toLowerCase()})`).join(' OR ');
}
