import { mean } from '@querent/core/metrics';
import type { EvaluationItem } from '../items/item.ts';
import type { SampleResult, TopicResult } from '../result.ts';

/** The samples of an item as one result: its figures are means over them, so what a single attempt may be expected to do. */
export function topicResult(
  { question, source, group, relevant }: EvaluationItem,
  samples: readonly SampleResult[],
): TopicResult {
  const names = Object.keys(samples[0]?.figures ?? {});
  return {
    id: question.id,
    source,
    group,
    ...(question.database === undefined ? {} : { database: question.database }),
    relevant,
    samples,
    figures: Object.fromEntries(
      names.map((name) => [name, mean(samples.flatMap(({ figures }) => figures[name] ?? []))]),
    ),
    valid: mean(samples.map(({ failure }) => (failure === null ? 1 : 0))) ?? 0,
    reward: mean(samples.flatMap(({ reward }) => reward ?? [])),
  };
}
