import { answerRank } from '../../metrics/index.ts';
import type { RankedOutcome } from '../ranked/index.ts';
import { judgeQuestion, mostRanks, runRanked } from '../ranked/index.ts';
import { wholeNumber } from '../rows.ts';
import type { RunOptions } from '../task.ts';
import { need } from '../task.ts';
import type { Passages, World } from '../world.ts';
import { answersIn } from './answersIn.ts';
import type { AnswerTarget } from './target.ts';

/** Passages that are looked at unless told otherwise. */
const defaultDepth = 100;
/** Passages that are read at once: where the first ones have the answer, the others are not read. */
const batch = 50;

/** A query for evidence, run. */
export interface EvidenceOutcome extends RankedOutcome {
  /** Rank (from 1) of the first passage with an answer; undefined when none of the first `depth` has one. */
  readonly rank: number | undefined;
}

/**
 * Ranks passages and looks for the first with an answer. A query that holds an answer which the question does not is told with the loophole
 * `knowledge`; where the question is not known (`original`, or `question` of the target), any answer in the query is.
 * @throws SearchError when there is no ranking, no passages, or no answer of either; RowError for a `k` that is none
 */
export async function runEvidence(
  query: string,
  { answers, question }: AnswerTarget,
  world: World,
  options: RunOptions,
): Promise<EvidenceOutcome> {
  const depth = wholeNumber(options.k, 'k', defaultDepth, mostRanks);
  const original = options.original ?? question;
  const passages = need(world.passages, 'texts of passages', 'Name a library with --corpus.');
  const known = new Set(original === undefined ? [] : answersIn(original, answers));
  const isLeaked = answersIn(query, answers).some((answer) => !known.has(answer));
  const judged = judgeQuestion(query, original, isLeaked);
  const outcome = await runRanked(query, judged, world, depth, options);
  return { ...outcome, rank: await rankOf(outcome.ids, answers, passages, options.signal) };
}

async function rankOf(
  ids: readonly string[],
  answers: readonly string[],
  passages: Passages,
  signal?: AbortSignal,
): Promise<number | undefined> {
  for (let from = 0; from < ids.length; from += batch) {
    const texts = await passages.texts(ids.slice(from, from + batch), signal);
    const rank = answerRank(
      texts.map((text) => text ?? ''),
      answers,
    );
    if (rank !== undefined) return from + rank;
  }
  return undefined;
}
