import { fBeta } from '../../metrics/index.ts';
import type { BooleanOutcome } from './outcome.ts';

/**
 * Figures of a Boolean query: `recall`, `precision`, `f1`, `f3` (0..1), `nnr` (records to read for a relevant one), `records` (found),
 * `valid` (1 when parser and engine took it), `success` (1 when it found anything besides), `unknown` (relevant ids that the engine does not hold).
 */
export const booleanMetricNames = [
  ...['recall', 'precision', 'f1', 'f3', 'nnr', 'records', 'valid', 'success', 'unknown'],
] as const;

/**
 * The figures of an outcome. A query that failed, or finds nothing, has recall and precision 0 and counts so in every mean; what it
 * would have found is not known, so `records` and `nnr` cannot be said.
 */
export function booleanMetrics(
  outcome: BooleanOutcome | undefined,
): Readonly<Record<string, number | undefined>> {
  if (outcome?.kind !== 'ran')
    return {
      ...{ recall: 0, precision: 0, f1: 0, f3: 0, nnr: undefined, records: undefined },
      ...{ valid: 0, success: 0, unknown: outcome?.unknown },
    };
  const { count, recall = 0, precision = 0, nnr } = outcome.measurement;
  return {
    ...{ recall, precision, f1: fBeta(precision, recall, 1), f3: fBeta(precision, recall, 3), nnr },
    ...{ records: count, valid: 1, success: count > 0 ? 1 : 0, unknown: outcome.unknown },
  };
}
