import { fBeta } from '../../metrics/index.ts';
import type { SqlFacts } from '../facts.ts';
import type { Reward } from '../reward.ts';
import { paid, pay } from './payment.ts';

/** The most that a result earns which is not right; right is 1. */
const partly = 0.4;

const byExecution = {
  none: pay.invalid,
  syntax: pay.invalid,
  refused: pay.invalid,
  failed: pay.failed,
  timeout: pay.failed,
} as const;

/**
 * Querent's reward of SQL. -1..1.
 *
 *     right: 1    ran: 0.4·F1 of the rows, 0..0.4    failed or took too long: -0.3    wrong syntax or refused: -0.5
 *     no query: -1    form bad: -0.15 more    games the measure (`SELECT 1`, a constant for the answer): -0.75, also when it is right
 *
 * F1 = 2·P·R / (P + R) of the rows as multisets: all of a table has recall and no precision, one lucky row the reverse; neither pays. A
 * result with all rows right that is not what was asked for (another order, where order was asked for) stops at 0.4. The reference pays
 * 0.4 to whatever runs and nothing for coming near.
 */
export function querentSql(facts: SqlFacts): Reward {
  if (facts.execution !== 'ran') return paid(facts, { validity: byExecution[facts.execution] });
  return paid(facts, {
    outcome: facts.isCorrect ? 1 : partly * fBeta(facts.rowPrecision, facts.rowRecall, 1),
  });
}
