import { cosineSimilarity } from '../metrics/index.ts';
import type { Reward } from './reward.ts';
import { rewardOf } from './reward.ts';

/** Embeddings of one model: of the question as it was, of what it was rewritten to, and of the documents that answer it. */
export interface SemanticFacts {
  /** Undefined when no query could be read in the completion. */
  readonly rewritten: ArrayLike<number> | undefined;
  readonly original: ArrayLike<number>;
  /** At least one. */
  readonly documents: readonly ArrayLike<number>[];
}

/** What TongSearch-QR pays for one unit of similarity, and for an answer that cannot be read. */
const pay = { unit: 10, unreadable: -1 } as const;

/**
 * TongSearch-QR's semantic gain: how much nearer the rewritten question is to its answers than the original was (arXiv 2506.11603;
 * `bigai-nlco/TongSearch-QR` 1cdf6a4). -20..20; 0 for a question that was left as it is.
 *
 *     10 · mean over d of (cos(q', d) - cos(q, d))    answer unreadable: -1
 *
 * Theirs embeds with `BAAI/bge-base-en-v1.5`; here the world says with what. It needs neither an engine nor judgements, only texts.
 * Nothing in it keeps a model from writing the answer into the question: a signal to begin with, not to end with.
 * @throws RangeError for no documents and for vectors that have no similarity: a fault of the world, so no reward.
 */
export function semanticGain(facts: SemanticFacts): Reward {
  const { rewritten, original, documents } = facts;
  if (rewritten === undefined) return rewardOf({ format: pay.unreadable });
  if (documents.length === 0)
    throw new RangeError('Semantic gain needs at least one document that answers the question.');
  const gains = documents.map((document) => similarity(rewritten, document) - similarity(original, document));
  return rewardOf({ outcome: (pay.unit * gains.reduce((sum, gain) => sum + gain, 0)) / documents.length });
}

function similarity(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const value = cosineSimilarity(a, b);
  if (value === undefined)
    throw new RangeError(
      `Embeddings of ${a.length} and ${b.length} numbers have no similarity: they differ in length, are empty or zero, or hold what is no number. Embed all texts with one model.`,
    );
  return value;
}
