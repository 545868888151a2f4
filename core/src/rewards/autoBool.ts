import { precision, recall } from '../metrics/index.ts';
import type { BooleanFacts } from './facts.ts';
import type { Reward } from './reward.ts';
import { rewardOf } from './reward.ts';

/** What AutoBool pays beside what is retrieved (`train_autobool/reward.py`). */
const pay = { good: 10, bad: -10, nothing: -20, noneRelevant: -5, share: 10, steps: 100 } as const;

/**
 * AutoBool's reward (EACL 2026, arXiv 2602.00005; `ielab/AutoBool` 40c984c): form, validity, and recall with the logarithm of
 * precision. -40..40.
 *
 *     ±10 form  ±10 validity  + (no query, an invalid one, or nothing found: -20 | nothing relevant found: -5
 *                                | else 10·R + 10·R^α·ln(1 + 100·P) / ln(101))
 *
 * It differs from theirs: validity is judged by the real parser, where theirs checks brackets and operators alone and lets unknown tags,
 * unbalanced quotes and adjacent words pass; text after the answer is allowed; the query stands in JSON. Records are counted exactly,
 * where theirs gives up at 200,000. What the engine could not answer never gets here; theirs calls it empty and pays -20.
 * @param options.alpha weight of recall in the part for precision, >= 0; 1 unless told otherwise. More of it pays for precision only where recall is high.
 */
export function autoBool(facts: BooleanFacts, options: { readonly alpha?: number } = {}): Reward {
  const hasQuery = facts.answer === 'read';
  return rewardOf({
    format: facts.isWellFormed && hasQuery ? pay.good : pay.bad,
    validity: hasQuery && facts.isValid ? pay.good : pay.bad,
    outcome: hasQuery && facts.isValid ? retrieved(facts, options.alpha ?? 1) : pay.nothing,
  });
}

function retrieved(facts: BooleanFacts, alpha: number): number {
  const p = precision(facts.found, facts.records);
  if (p === undefined) return pay.nothing;
  if (facts.found === 0) return pay.noneRelevant;
  const r = recall(facts.found, facts.relevant) ?? 0;
  return pay.share * r + pay.share * r ** alpha * (Math.log(1 + pay.steps * p) / Math.log(1 + pay.steps));
}
