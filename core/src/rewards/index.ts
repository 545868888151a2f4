export { componentNames, rewardOf } from './reward.ts';
export type { ComponentName, Reward, RewardComponents } from './reward.ts';
