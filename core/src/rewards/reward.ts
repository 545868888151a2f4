/** The parts of a reward, in the order in which they are added up. */
export const componentNames = ['format', 'validity', 'outcome', 'cost', 'penalty'] as const;

export type ComponentName = (typeof componentNames)[number];

/**
 * What a reward is made of. `format`: the answer's form; `validity`: whether the query can be asked at all; `outcome`: what it finds, or
 * whether it is right; `cost`: the price of what it finds besides, <= 0; `penalty`: for what games the measure, <= 0. Parts that a reward
 * does not have are 0.
 */
export type RewardComponents = Readonly<Record<ComponentName, number>>;

/** A reward with its parts, whose sum it is, exactly. */
export interface Reward {
  readonly reward: number;
  readonly components: RewardComponents;
}

/** Adds up `parts`, in the order of {@link componentNames}, so that the same parts always give the same bits. */
export function rewardOf(parts: Partial<RewardComponents>): Reward {
  const components = { format: 0, validity: 0, outcome: 0, cost: 0, penalty: 0, ...parts };
  return { reward: componentNames.reduce((sum, name) => sum + components[name], 0), components };
}
