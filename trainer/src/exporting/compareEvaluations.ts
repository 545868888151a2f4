import { comparedMetrics } from '../evaluation/comparisons.ts';
import type { EvaluationDocument } from '../evaluation/document.ts';
import { compareSystems } from '../evaluation/figures/compare.ts';
import type { ComparedSystem, Comparison } from '../evaluation/figures/compare.ts';

/** What is asked of the evaluation of a quantised file. */
export interface EvaluationMargin {
  /** Most that the mean of each figure may be below that of the original, in units of the figure (recall: 0..1), >= 0. */
  readonly margin: number;
  /** Figures; default: those by which evaluations compare systems of the task, such as recall, precision and f3. */
  readonly figures?: readonly string[];
  /** Seed of intervals and of the randomisation test. Default 1. */
  readonly seed?: number;
}

/** Whether a quantised file does as well as what it was made of. */
export interface EvaluationComparison {
  /** Quantised - original, over the topics that both have, figure by figure. */
  readonly comparisons: readonly Comparison[];
  readonly margin: number;
  /** No mean is more than the margin below. */
  readonly isWithin: boolean;
  /**
   * What the intervals say: `shown` when even their low ends are within the margin, `likely` when the means are and the intervals reach
   * beyond, as with few topics; `worse` when a mean is beyond.
   */
  readonly verdict: 'shown' | 'likely' | 'worse';
  /** One sentence a figure, for people. */
  readonly summary: readonly string[];
}

/**
 * Compares the evaluation of a quantised file with that of the original on the same topics, in pairs. A topic that one of them lacks is an error: a
 * difference over fewer topics than were evaluated says less than it seems to.
 * @throws RangeError for evaluations of different tasks or topics, and for figures that they do not have
 */
export function compareEvaluations(
  original: EvaluationDocument,
  quantised: EvaluationDocument,
  { margin, figures, seed = 1 }: EvaluationMargin,
): EvaluationComparison {
  if (!(margin >= 0)) throw new RangeError(`The margin must be 0 or more, not ${margin}.`);
  if (original.task !== quantised.task)
    throw new RangeError(`The evaluations are of different tasks: ${original.task} and ${quantised.task}.`);
  const ids = (document: EvaluationDocument): ReadonlySet<string> =>
    new Set(document.perTopic.map(({ id }) => id));
  const [before, after] = [ids(original), ids(quantised)];
  const lost = [...before].filter((id) => !after.has(id));
  const added = [...after].filter((id) => !before.has(id));
  if (lost.length > 0 || added.length > 0 || before.size === 0)
    throw new RangeError(
      before.size === 0
        ? 'The evaluation of the original has no topic.'
        : `The evaluations are of different topics: ${[...lost, ...added].slice(0, 3).join(', ')} ${lost.length + added.length === 1 ? 'is' : 'are'} in one of them only. Evaluate both on the same topics.`,
    );
  const names = figures ?? comparedMetrics(Object.keys(original.metrics));
  const comparisons = compareSystems(
    [systemOf(quantised, 'quantised')],
    [systemOf(original, 'original')],
    names,
    seed,
  );
  const missing = names.filter((name) => !comparisons.some(({ metric }) => metric === name));
  if (missing.length > 0)
    throw new RangeError(`The evaluations have no figure ${missing.join(', ')} that could be compared.`);
  const isWithin = comparisons.every(({ difference }) => difference >= -margin);
  const isShown = comparisons.every(({ difference, interval }) => (interval?.[0] ?? difference) >= -margin);
  return {
    ...{ comparisons, margin, isWithin },
    verdict: !isWithin ? 'worse' : isShown ? 'shown' : 'likely',
    summary: comparisons.map((comparison) => sentence(comparison, margin)),
  };
}

function systemOf({ perTopic }: EvaluationDocument, name: string): ComparedSystem {
  return {
    name,
    topics: perTopic.map((row) => ({
      id: row.id,
      group: typeof row['group'] === 'string' ? row['group'] : row.id,
      figures: Object.fromEntries(
        Object.entries(row).flatMap(([figure, value]) =>
          typeof value === 'number' ? [[figure, value]] : [],
        ),
      ),
    })),
  };
}

function sentence({ metric, n, difference, interval, losses, wins }: Comparison, margin: number): string {
  const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
  const range = interval === null ? '' : ` (95 % interval ${signed(interval[0])} to ${signed(interval[1])})`;
  const verdict = difference >= -margin ? 'within' : 'beyond';
  return `${metric}: ${signed(difference)}${range} on ${n} topics, ${losses} worse and ${wins} better; ${verdict} the margin of ${margin}.`;
}
