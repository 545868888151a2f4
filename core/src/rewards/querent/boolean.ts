import type { BooleanFacts } from '../facts.ts';
import type { Reward } from '../reward.ts';
import { paid, pay } from './payment.ts';
import type { LengthLimits } from './payment.ts';

/**
 * Shape of the price on records. `smoothing`: the part of a relevant record that every query is credited with, so that records have a
 * price where nothing relevant is found too. `atBudget`: the share of its worth that a query keeps at exactly the budget. `least`: what it
 * keeps however many records it finds; more than smoothing / (1 + smoothing), or finding one in many would earn less than finding none.
 */
const shape = { smoothing: 0.1, atBudget: 0.9, least: 0.1 } as const;

/**
 * Of 277 strategies that people wrote for PubMed, 19 of 20 have at most 123 operands, and none has more than 280 (Ovid MEDLINE: 165 and 414
 * of 109). Below `free` length is no matter; nobody's strategy comes near `endless`.
 */
export const termLimits = { free: 120, endless: 480 } as const satisfies LengthLimits;

/**
 * Querent's reward of Boolean search: recall first, with a price on the records to screen. -1..1.
 *
 *     outcome = (found + 0.1) / (relevant + 0.1)        cost = outcome·(keep(records / budget) - 1)
 *     keep(x) = 1 - 0.1·x for x <= 1,  0.1 + 0.8/√x beyond
 *     no query: -1    invalid: -0.5    form bad: -0.15 more    games the measure, or 480 terms: what was found is forfeited, -0.75
 *
 * Why so:
 * - **Every record counts.** A ladder pays recall of 0.7 and of 1 alike, and topics with one relevant record know two values only. This one
 *   grows with each relevant record found, and falls with each record to screen, so that two queries of a group seldom earn the same.
 * - **Recall first.** Within the budget a further relevant record is never outweighed by up to 9·budget/relevant further records (with nine
 *   relevant records or fewer: by any number), and a ninth more of the recall never by any number: (f + 1.1)·keep(x') > (f + 0.1)·keep(x)
 *   follows from 0.9 > 0.1·f·(x' - x). The price within the budget is per record, as reading is; it decides between queries of like recall.
 * - **A budget is a budget.** Beyond it, twice the records take at most 30 % of the worth, and all of PubMed for perfect recall is worth as
 *   much as a tenth of the recall within the budget. So returning everything does not pay, and yet there is always something to gain by
 *   returning less.
 * - **Finding one beats finding none,** in however many records, since `least` is more than `smoothing` / (1 + `smoothing`).
 * - **No cliff.** Reward is continuous in recall, records and terms; only having no query, an invalid one or a gamed one are steps.
 */
export function querentBoolean(facts: BooleanFacts): Reward {
  if (!facts.isValid) return paid(facts, { validity: pay.invalid }, facts.terms, termLimits);
  const outcome = (facts.found + shape.smoothing) / (facts.relevant + shape.smoothing);
  const cost = outcome * (keptAt(facts.records / facts.budget) - 1);
  return paid(facts, { outcome, cost }, facts.terms, termLimits);
}

/** Share of its worth that a query keeps. @param load records over budget, >= 0 */
function keptAt(load: number): number {
  return load <= 1
    ? 1 - (1 - shape.atBudget) * load
    : shape.least + (shape.atBudget - shape.least) / Math.sqrt(load);
}
