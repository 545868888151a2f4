import type { CitationRecord } from '../../../corpus/index.ts';
import type { Thesaurus } from '../../../mesh/index.ts';
import type { ResolvedQuery } from '../../../pubmed/index.ts';
import type { SearchError, SearchOptions } from '../../../search/index.ts';
import { printResolved } from '../../../strategy/index.ts';
import { dateLimit, rowQuestion } from './question.ts';

/** Who asks PubMed for {@link seedMatrix}. */
export interface SeedAsker {
  /**
   * The ids that PubMed finds for `term`, at most `most` of them, without any date parameter. A term is at most some 14,000 characters long,
   * but for single lines that are longer. What PubMed says about the term beside (warnings, translation) is of no use: the term is nobody's.
   * @throws SearchError; `rejected` where PubMed takes offence at the term
   */
  ask(term: string, most: number, options: SearchOptions): Promise<readonly string[]>;
  /** Whole records of `ids` to predict with; ids that are not held, or cannot be had now, may be left out. Asked for at most once. */
  records(ids: readonly string[], options: SearchOptions): Promise<readonly CitationRecord[]>;
}

/** How {@link seedMatrix} predicts. Without MeSH it predicts worse and asks more; the answer is the same. */
export interface SeedMatrixOptions extends SearchOptions {
  readonly thesaurus?: Thesaurus | undefined;
  /** The day that `"last 5 years"[dp]` counts from, `yyyy-mm-dd`. */
  readonly today?: string | undefined;
}

/**
 * Which of `ids` each query finds, in the order of `ids`: PubMed's own truth, in as few requests as can be. Ids that are no PMIDs are in no answer.
 * What PubMed rejects of single queries stands in their place.
 * @throws SearchError when PubMed cannot be asked
 */
export async function seedMatrix(
  asker: SeedAsker,
  queries: readonly ResolvedQuery[],
  ids: readonly string[],
  options: SeedMatrixOptions = {},
): Promise<readonly (readonly string[] | SearchError)[]> {
  const seeds = [...new Set(ids)].filter((id) => /^[1-9]\d{0,8}$/.test(id));
  const limit = dateLimit(options);
  const answers: (readonly string[])[] = [];
  for (const query of queries) {
    const text = printResolved(query);
    const found = new Set(
      seeds.length === 0
        ? []
        : await asker.ask(
            rowQuestion(limit === undefined ? text : `(${text}) AND ${limit}`, seeds),
            seeds.length,
            options,
          ),
    );
    answers.push(ids.filter((id) => found.has(id)));
  }
  return answers;
}
