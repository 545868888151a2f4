import { rarestWordsQuery } from '@querent/core/rewriting';
import type { CitationSource } from '@querent/core/rewriting';
import type { EvaluatedRewriter } from './rewriter.ts';
import { queryOr } from './rewriter.ts';

/** The three rarest words of the title (without one, of the PICO) that the library has, joined by OR. */
export function rarestRewriter(name: string, { index }: CitationSource): EvaluatedRewriter {
  return {
    name,
    samples: 1,
    identity: { rewriter: 'rarest' },
    async attempt({ text, pico }) {
      const words = text ?? [pico?.population, pico?.intervention, pico?.outcome].filter(Boolean).join(' ');
      return queryOr(rarestWordsQuery(words, index), 'No word of the title is in the library.');
    },
  };
}
