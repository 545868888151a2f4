export { componentNames, rewardOf } from './reward.ts';
export type { ComponentName, Reward, RewardComponents } from './reward.ts';
export type { AnswerState, BooleanFacts, Loophole, RankedFacts, SqlFacts } from './facts.ts';
