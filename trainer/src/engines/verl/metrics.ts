/** What verl logs of a step (`FileLogger` of verl/utils/tracking.py): figures by names such as `critic/score/mean`. */
export interface VerlLine {
  readonly step: number;
  readonly data: Readonly<Record<string, number | null>>;
}

/** A line of our `metrics.jsonl` of PPO: always the same keys, null where verl does not say. */
export type PpoMetrics = Readonly<Record<string, unknown>> & { readonly step: number; readonly time: number };

/** Phases of a step by verl's names of them. */
const phases: Readonly<Record<string, readonly string[]>> = {
  rollout: ['gen'],
  rewardWait: ['reward'],
  logProbs: ['old_log_prob'],
  reference: ['ref'],
  values: ['values'],
  update: ['update_actor', 'update_critic', 'update_weights'],
  validate: ['testing'],
  save: ['save_checkpoint'],
  total: ['step'],
};

/** The line of verl's log at the end of `text`, or undefined for what is none. */
export function verlLineIn(text: string): VerlLine | undefined {
  try {
    const value = JSON.parse(text) as Partial<VerlLine> | null;
    return typeof value?.step === 'number' && typeof value.data === 'object' && value.data !== null
      ? (value as VerlLine)
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * verl's figures under our names. `score` is the reward without the KL penalty, as ours. Components and recall of training samples are not among
 * what verl logs (its reward's other numbers are logged for validation alone), nor is the number of samples without a reward.
 * @param sequences completions of a step
 * @param time seconds since 1970
 */
export function ppoMetrics({ step, data }: VerlLine, sequences: number, time: number): PpoMetrics {
  const figure = (name: string): number | null => {
    const value = data[name];
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  };
  const tokens = figure('response_length/mean');
  const generated = tokens === null ? null : Math.round(tokens * sequences);
  return {
    ...{ kind: 'ppo', step, time },
    reward: {
      mean: figure('critic/score/mean'),
      std: null,
      min: figure('critic/score/min'),
      max: figure('critic/score/max'),
    },
    components: { format: null, validity: null, outcome: null, cost: null, penalty: null },
    recall: { mean: null, atLeast70: null, atLeast50: null, atLeast30: null, zero: null },
    ...{ records: { median: null }, validRate: null, formatErrorRate: null, rewardErrors: null },
    kl: figure('actor/reward_kl_penalty'),
    klCoefficient: figure('actor/reward_kl_penalty_coeff'),
    policyLoss: figure('actor/pg_loss'),
    valueLoss: figure('critic/vf_loss'),
    entropy: figure('actor/entropy') ?? figure('actor/entropy_loss'),
    clipFraction: figure('actor/pg_clipfrac'),
    valueClipFraction: figure('critic/vf_clipfrac'),
    ratioMax: null,
    explainedVariance: figure('critic/vf_explained_var'),
    advantageMean: figure('critic/advantages/mean'),
    returnMean: figure('critic/returns/mean'),
    valueMean: figure('critic/values/mean'),
    gradNorm: figure('actor/grad_norm'),
    criticGradNorm: figure('critic/grad_norm'),
    learningRate: figure('actor/lr'),
    completionTokens: { mean: tokens, max: figure('response_length/max') },
    promptTokens: { mean: figure('prompt_length/mean') },
    truncatedRate: figure('response_length/clip_ratio'),
    ...{ skippedUpdates: null, microBatch: null },
    tokens: { generated, trained: generated },
    seconds: Object.fromEntries(
      Object.entries(phases).map(([name, theirs]) => {
        const values = theirs.flatMap((each) => figure(`timing_s/${each}`) ?? []);
        return [name, values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0)];
      }),
    ),
    validation: validationOf(data),
  };
}

/** Means over the validation prompts: `val-core/TASK/reward/mean@N`, `val-aux/TASK/recall/mean@N`. */
function validationOf(data: VerlLine['data']): Readonly<Record<string, number | null>> | null {
  const found = new Map<string, number | null>();
  for (const [name, value] of Object.entries(data)) {
    const [, figure] = /^val-(?:core|aux)\/[^/]+\/([^/]+)\/mean@\d+$/u.exec(name) ?? [];
    if (figure !== undefined)
      found.set(figure, typeof value === 'number' && Number.isFinite(value) ? value : null);
  }
  if (found.size === 0) return null;
  const mean = (name: string): number | null => found.get(name) ?? null;
  return {
    ...{ reward: mean('score') ?? mean('reward'), recall: mean('recall'), f3: mean('f3') },
    // A median is wanted, and verl has means.
    ...{ records: null, validRate: mean('valid'), n: null },
  };
}
