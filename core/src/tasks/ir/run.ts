import { ndcg } from '../../metrics/index.ts';
import type { SemanticFacts } from '../../rewards/index.ts';
import type { RankedOutcome } from '../ranked/index.ts';
import { judgeQuestion, mostRanks, runRanked, wordsOf } from '../ranked/index.ts';
import { wholeNumber } from '../rows.ts';
import type { RunOptions } from '../task.ts';
import type { World } from '../world.ts';
import { embedForGain } from './semantic.ts';
import type { JudgedTarget } from './target.ts';

/** Rank at which NDCG is cut unless told otherwise, as in BEIR. */
const defaultCut = 10;
/** Ranks that are looked at for recall, and more where `k` says so. */
const leastDepth = 1000;

/** A query for documents, run. */
export interface RetrievalOutcome extends RankedOutcome {
  /** Rank (from 1) of the first relevant document; undefined when none of the first `depth` is. */
  readonly rank: number | undefined;
  /** NDCG@k, linear gain, 0..1; undefined when nothing was ranked. */
  readonly ndcg: number | undefined;
  /** For the reward `semantic-gain` only. */
  readonly vectors?: SemanticFacts;
}

/**
 * Ranks documents and judges the ranking. A query that names relevant documents by their ids is told with the loophole `knowledge`.
 * @throws SearchError when there is no ranking, or what the reward needs beside it; RowError for a `k` that is none
 */
export async function runRetrieval(
  query: string,
  target: JudgedTarget,
  world: World,
  options: RunOptions,
): Promise<RetrievalOutcome> {
  const k = wholeNumber(options.k, 'k', defaultCut, mostRanks);
  const original = options.original ?? target.question;
  const judged = judgeQuestion(query, original, namesDocuments(query, original, target));
  const outcome = await runRanked(query, judged, world, Math.max(k, leastDepth), options);
  const at = outcome.ids.findIndex((id) => target.relevant.has(id));
  const isRanked = outcome.problem === undefined;
  const wantsVectors = isRanked && options.reward === 'semantic-gain';
  return {
    ...outcome,
    rank: at < 0 ? undefined : at + 1,
    ndcg: isRanked ? ndcg(outcome.ids, target.grades, k) : undefined,
    ...(wantsVectors ? { vectors: await embedForGain(query, original, target, world, options.signal) } : {}),
  };
}

/** Shorter ids may be numbers of the topic. */
const shortestId = 5;

function namesDocuments(query: string, original: string | undefined, { relevant }: JudgedTarget): boolean {
  const own = new Set(wordsOf(original ?? ''));
  const ids = new Set([...relevant].map((id) => id.toLowerCase()));
  return wordsOf(query).some((word) => word.length >= shortestId && ids.has(word) && !own.has(word));
}
