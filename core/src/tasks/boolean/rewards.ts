import { autoBool, deepRetrievalRecall, querentBoolean } from '../../rewards/index.ts';
import type { RewardFunction } from '../task.ts';
import { booleanFacts } from './facts.ts';
import type { BooleanOutcome } from './outcome.ts';

/** Rewards of Boolean search by name; the first is the default. */
export const booleanRewards: Readonly<Record<string, RewardFunction<BooleanOutcome>>> = {
  querent: (judged, options) => querentBoolean(booleanFacts(judged, options)),
  deepretrieval: (judged, options) => deepRetrievalRecall(booleanFacts(judged, options)),
  autobool: (judged, options) => autoBool(booleanFacts(judged, options)),
};
