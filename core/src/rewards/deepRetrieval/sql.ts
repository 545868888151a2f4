import type { SqlFacts } from '../facts.ts';
import type { Reward } from '../reward.ts';
import { rewardOf } from '../reward.ts';
import { shareForm, sqlPay } from './ladders.ts';

/**
 * DeepRetrieval's reward of SQL on BIRD: 1.1 when the result is right, 0.4 when the statement ran, 0 when it did not, -2 for a bad form
 * or an answer that cannot be read (`bird.py`). Without reasoning (`no_reason`) a statement that failed other than by its syntax earns 0.2.
 *
 * It differs from theirs where theirs pays for what is no answer:
 * - `SELECT 1` and the like (loophole `nonsense`) ran, and earn 0 instead of 0.4.
 * - A statement that took too long earns 0. Theirs gives it an empty result, which earns 0.4, or 1.1 where the right one is empty too.
 * - A statement that may not be run (not reading only) earns 0; theirs runs it.
 * - Results are what the task calls equal; theirs compares sets of rows.
 * @param options.isDirect the model was asked without reasoning.
 */
export function deepRetrievalBird(facts: SqlFacts, options: { readonly isDirect?: boolean } = {}): Reward {
  if (isUnreadable(facts)) return rewardOf({ format: shareForm.bad });
  if (isRight(facts)) return paid(sqlPay.correct);
  if (facts.execution === 'ran' && !facts.loopholes.includes('nonsense')) return paid(sqlPay.ran);
  if (facts.execution === 'failed' && options.isDirect === true) return paid(sqlPay.failedDirect);
  return rewardOf({});
}

/**
 * DeepRetrieval's reward of SQL on Spider: 1.1 when the result is right, 0 when it is not, -2 for a bad form (`spider.py`). Differs from
 * theirs as {@link deepRetrievalBird} does.
 */
export function deepRetrievalSpider(facts: SqlFacts): Reward {
  if (isUnreadable(facts)) return rewardOf({ format: shareForm.bad });
  return isRight(facts) ? paid(sqlPay.correct) : rewardOf({});
}

function isUnreadable(facts: SqlFacts): boolean {
  return !facts.isWellFormed || facts.answer === 'unreadable';
}

function isRight(facts: SqlFacts): boolean {
  return facts.answer === 'read' && facts.execution === 'ran' && facts.isCorrect;
}

function paid(outcome: number): Reward {
  return rewardOf({ format: shareForm.good, outcome });
}
