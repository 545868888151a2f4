import type { Plan } from '../../plan/index.ts';
import { compareEvaluations } from '../../exporting/index.ts';
import type { EvaluationComparison } from '../../exporting/index.ts';
import type { EvaluationDocument } from '../../evaluation/document.ts';
import { gateFigureTitles, gateOf, heldOutOf } from '../../publishing/index.ts';
import { servedQuantisation } from './exported.ts';

/** Files of these quantisations are the weights themselves, the most exact first; every other is smaller and says something else than they do. */
const exact = ['F32', 'F16', 'BF16'] as const;

/** The weights of a release as they are, measured as what is published was. */
export interface ExactEvaluation {
  readonly quantisation: string;
  readonly document: EvaluationDocument;
}

/** What became of the comparison of what is published with the weights that it was made of. */
interface MarginResult {
  /** What was compared; null where nothing was. */
  readonly comparison: EvaluationComparison | null;
  /** Whether the release may be published as far as this goes. */
  readonly isWithin: boolean;
  /** For people: the numbers, or why there are none. */
  readonly reason: string;
}

/**
 * The quantisation that what is published is held against (`export.parity.margin`); undefined where what is published is exact itself, where nothing is published, and
 * where the plan exports no exact file.
 */
export function exactQuantisation(plan: Pick<Plan, 'publish' | 'export'>): string | undefined {
  if (plan.publish === null || plan.export === null || isExact(plan.publish.file)) return undefined;
  const { quantisations } = plan.export;
  return exact.find((each) => quantisations.includes(each));
}

/**
 * Holds the evaluation of the published file against that of the exact one: the mean of the gate's figure may be lower by at most the margin of the plan.
 * @param published undefined where it was not evaluated, which the gate refuses by itself
 */
export function judgeMargin(
  plan: Plan,
  published: EvaluationDocument | undefined,
  original: ExactEvaluation | undefined,
): MarginResult {
  const served = servedQuantisation(plan);
  const untold = (reason: string): MarginResult => ({ comparison: null, isWithin: true, reason });
  if (plan.publish === null || plan.export === null || plan.evaluation === null || published === undefined)
    return untold('Nothing was evaluated that is published.');
  if (isExact(served)) return untold(`${served} is published, which is the weights as they are.`);
  if (original === undefined)
    return untold(
      `What ${served} loses against the weights was not measured: the plan exports none of ${exact.join(', ')} (export.quantisations).`,
    );
  const { margin } = plan.export.parity;
  const { figure } = gateOf(plan.publish);
  const { budget, seeds } = plan.evaluation;
  const rows = (document: EvaluationDocument): EvaluationDocument => ({
    ...document,
    // The gate's figures, such as recall within the budget, are not all among those of an evaluation.
    perTopic: heldOutOf(document, {
      ...{ topics: { name: '', sha256: null }, budget, seeds, model: null },
    }).rows.map(({ figures }, i) => ({ ...rowOf(document, i), ...figures })),
  });
  const [before, after] = [rows(original.document), rows(published)];
  if ([before, after].some(({ perTopic }) => perTopic.some((row) => row[figure] === null)))
    return untold(`The figure ${gateFigureTitles[figure]} is not known for every topic.`);
  const comparison = compareEvaluations(before, after, { margin, figures: [figure], seed: plan.seed });
  const numbers = `${served} against ${original.quantisation}: ${comparison.summary.join(' ')}`;
  return {
    comparison,
    isWithin: comparison.isWithin,
    reason: comparison.isWithin
      ? numbers
      : `${numbers} What is published would do worse than what was trained. Publish a larger quantisation (publish.file), or allow more (export.parity.margin).`,
  };
}

function rowOf({ perTopic }: EvaluationDocument, i: number): EvaluationDocument['perTopic'][number] {
  const row = perTopic[i];
  if (row === undefined) throw new RangeError(`There is no topic ${i} in the evaluation.`);
  return row;
}

function isExact(quantisation: string): boolean {
  return (exact as readonly string[]).includes(quantisation);
}
