import { booleanMetricNames, booleanMetrics } from './metrics.ts';
import { booleanFailure } from './outcome.ts';
import { booleanRewards } from './rewards.ts';
import { booleanTarget } from './target.ts';
import { readTopic } from './topic.ts';

/** What all tasks of Boolean search have in common: from a topic to a query that is measured against what is relevant. */
export const booleanTask = {
  ability: 'literature_mining',
  answerKey: 'query',
  readInput: readTopic,
  readTarget: booleanTarget,
  rewards: booleanRewards,
  metricNames: booleanMetricNames,
  metrics: booleanMetrics,
  failure: booleanFailure,
} as const;
