import { recall } from '../../metrics/index.ts';
import type { BooleanFacts } from '../facts.ts';
import type { Reward } from '../reward.ts';
import { rewardOf } from '../reward.ts';
import { ladderForm, recallLadder } from './ladders.ts';

/**
 * DeepRetrieval's reward of publication and of trial search: +1 for the form and a ladder of recall, or -4 alone for a bad form
 * (`code/verl/utils/reward_score/pubmed.py`, `ctgov.py`; `pat-jj/DeepRetrieval` 001a563).
 * One of 6, 5, 4, 2, 1.5, 1.1, -2.5, -3, -4.
 *
 *     form bad: -4    form good: 1 + (>=0.7: 5 | >=0.5: 4 | >=0.4: 3 | >=0.3: 1 | >=0.1: 0.5 | >=0.05: 0.1 | else -3.5 | no query: -4)
 *
 * It differs from theirs in what the ladder is given, not in what it pays:
 * - Recall is that of all records found, not of the first 3,000 in an unknown order.
 * - -4 is for queries that cannot be asked. Theirs also charges the model with time-outs, rate limits, lost keys and rows without
 *   relevant records; here those are errors of the item and never get here. Broken syntax that PubMed's mapping happens to rescue
 *   is paid there and is a query that cannot be asked here.
 * - An answer is read as the editor reads it, which forgives what has one meaning only (a fence around the JSON).
 */
export function deepRetrievalRecall(facts: BooleanFacts): Reward {
  if (!facts.isWellFormed) return rewardOf({ format: ladderForm.bad });
  if (facts.answer !== 'read' || !facts.isValid)
    return rewardOf({ format: ladderForm.good, validity: recallLadder.fault });
  const reached = recall(facts.found, facts.relevant) ?? 0;
  const step = recallLadder.steps.find(([bound]) => reached >= bound);
  return rewardOf({ format: ladderForm.good, outcome: step?.[1] ?? recallLadder.otherwise });
}
