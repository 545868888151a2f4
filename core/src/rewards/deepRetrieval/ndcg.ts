import type { RankedFacts } from '../facts.ts';
import type { Reward } from '../reward.ts';
import { rewardOf } from '../reward.ts';
import { shareForm } from './ladders.ts';

/**
 * DeepRetrieval's reward of classic retrieval, sparse and dense: 0.1 + NDCG@k where NDCG is more than 0; else 0 for a good form and -2
 * for a bad one, or for an answer that cannot be read (`scifact.py`, `nfcorpus.py`, `fever.py`, `hotpotqa.py`, `fiqa.py`, `msmarco*.py`).
 * In {-2, 0} or 0.1..1.1. The task says k; theirs is 10 in validation and up to 3,000 in training.
 *
 * It differs from theirs in that the ideal order is by grade (theirs takes the order of the file, wrong for graded judgements), and in
 * that a ranking which failed is no 0 but an error of the item.
 */
export function deepRetrievalNdcg(facts: RankedFacts): Reward {
  if (!facts.isWellFormed || facts.answer === 'unreadable') return rewardOf({ format: shareForm.bad });
  const ndcg = facts.answer === 'read' && facts.isValid ? (facts.ndcg ?? 0) : 0;
  return ndcg > 0 ? rewardOf({ format: shareForm.good, outcome: ndcg }) : rewardOf({});
}
