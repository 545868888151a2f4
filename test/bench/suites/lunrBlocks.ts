import type { CitationRecord } from '@querent/core/corpus';
import lunr from 'lunr';
import type { BlockQuery } from './booleanQueries.ts';

/**
 * Block queries in lunr: the union of each block's terms by lunr, the intersection of the blocks in a set. lunr has no phrases, so the
 * words of a phrase are asked one by one and its counts are larger: it is here for its time.
 */
export class LunrBlocks {
  readonly #index: lunr.Index;

  constructor(records: readonly CitationRecord[]) {
    const builder = new lunr.Builder();
    builder.ref('number');
    builder.field('text');
    // Words as they are, as the other engines have them: no stemming, no stop words.
    builder.pipeline.reset();
    builder.searchPipeline.reset();
    records.forEach(({ title, abstract, keywords }, number) =>
      builder.add({ number: String(number), text: `${title} ${abstract} ${keywords.join(' ')}` }),
    );
    this.#index = builder.build();
  }

  count(query: BlockQuery): number {
    let found: Set<string> | undefined;
    for (const terms of query) {
      const hits = this.#index.query((clauses) => {
        for (const { words, truncated } of terms)
          words.forEach((word, i) =>
            clauses.term(word, {
              usePipeline: false,
              wildcard:
                truncated && i === words.length - 1 ? lunr.Query.wildcard.TRAILING : lunr.Query.wildcard.NONE,
            }),
          );
      });
      const refs = new Set(hits.map(({ ref }) => ref));
      found = found === undefined ? refs : new Set([...found].filter((ref) => refs.has(ref)));
    }
    return found?.size ?? 0;
  }
}
