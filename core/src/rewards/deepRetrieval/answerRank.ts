import type { RankedFacts } from '../facts.ts';
import type { Reward } from '../reward.ts';
import { rewardOf } from '../reward.ts';
import { ladderForm, rankLadders } from './ladders.ts';

/**
 * DeepRetrieval's reward of evidence seeking: +1 for the form and a ladder of the rank of the first passage with an answer, or -4 alone
 * for a bad form (`nq_serini.py`, `triviaqa.py`, `squad.py`). NQ and TriviaQA: one of 6, 5, 3, 2, 1.5, 1.1, -2.5, -3, -4; SQuAD pays -1.5 and
 * -2 in place of -2.5 and -3.
 *
 *     form bad: -4    form good: 1 + (rank <=5: 5 | <=20: 4 | <=50: 2 | <=100: 1 | <=1000: 0.5 | <=3000: 0.1 | none: -3.5 | no query: -4)
 *
 * It differs from theirs as {@link deepRetrievalRecall} does: an engine's fault is no reward, and a passage contains an answer only if
 * the answer has a word in it. Like theirs it pays for queries that hold the answer, which `querentRanked` does not.
 * @param options.ladder whose values are paid; `nq` unless told otherwise.
 */
export function deepRetrievalAnswerRank(
  facts: RankedFacts,
  options: { readonly ladder?: keyof typeof rankLadders } = {},
): Reward {
  const ladder = rankLadders[options.ladder ?? 'nq'];
  if (!facts.isWellFormed) return rewardOf({ format: ladderForm.bad });
  if (facts.answer !== 'read' || !facts.isValid)
    return rewardOf({ format: ladderForm.good, validity: ladder.fault });
  const { rank } = facts;
  const step = rank === undefined ? undefined : ladder.steps.find(([bound]) => rank <= bound);
  return rewardOf({ format: ladderForm.good, outcome: step?.[1] ?? ladder.otherwise });
}
