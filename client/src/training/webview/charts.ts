/** Which curves are shown, in which order, and what each means. */
import type { PlanView } from '../messages.ts';
import type { ChartPlan } from './chart.ts';

const ppo = 'ppo/metrics.jsonl';
const sft = 'sft/metrics.jsonl';

/** What tells whether a run learns. */
export function mainCharts({ klTarget }: PlanView): readonly ChartPlan[] {
  return [
    {
      title: 'Reward',
      file: ppo,
      about:
        'Mean reward of the sampled completions, its spread, and that of prompts that are not trained on. Should rise.',
      curves: [
        { column: 'reward.mean', name: 'training', colour: 'blue', band: 'reward.std' },
        { column: 'validation.reward', name: 'validation', colour: 'orange', isSparse: true },
      ],
    },
    {
      title: 'Recall',
      file: ppo,
      about: 'Share of the relevant records that the queries find, on average. Should rise.',
      curves: [
        { column: 'recall.mean', name: 'training', colour: 'green' },
        { column: 'recall.atLeast50', name: 'queries with 50 % or more', colour: 'purple' },
        { column: 'validation.recall', name: 'validation', colour: 'orange', isSparse: true },
      ],
      least: 0,
      most: 1,
    },
    {
      title: 'KL from the reference',
      file: ppo,
      about:
        'How far the policy is from the model that it started from, in nats a token. A steep rise means that it forgets how to write.',
      curves: [{ column: 'kl', name: 'KL', colour: 'purple' }],
      ...(klTarget === undefined ? {} : { line: { value: klTarget, name: 'target' } }),
    },
    {
      title: 'Clip fraction',
      file: ppo,
      about:
        'Share of tokens whose update was cut off by the clip. Around 0.1 to 0.3 is usual; near 0 little is learnt, more is unstable.',
      curves: [
        { column: 'clipFraction', name: 'policy', colour: 'red' },
        { column: 'valueClipFraction', name: 'critic', colour: 'orange' },
      ],
      least: 0,
    },
  ];
}

/** What tells why it does not. */
export const moreCharts: readonly ChartPlan[] = [
  {
    title: 'Form',
    file: ppo,
    about:
      'Share of queries that could be run, of answers without the asked form, and of answers that did not end within their limit.',
    curves: [
      { column: 'validRate', name: 'valid queries', colour: 'green' },
      { column: 'formatErrorRate', name: 'form errors', colour: 'red' },
      { column: 'truncatedRate', name: 'cut off', colour: 'orange' },
    ],
    least: 0,
    most: 1,
  },
  {
    title: 'Records found',
    file: ppo,
    about: 'Median of the records that the queries find.',
    curves: [{ column: 'records.median', name: 'median', colour: 'blue' }],
    least: 0,
  },
  {
    title: 'Entropy',
    file: ppo,
    about: 'How undecided the policy is, in nats a token. A fall to 0 means that it writes one answer only.',
    curves: [{ column: 'entropy', name: 'entropy', colour: 'green' }],
  },
  {
    title: 'Explained variance',
    file: ppo,
    about:
      'Share of the variance of returns that the critic foresees: 1 is perfect, 0 or less is no better than a constant.',
    curves: [{ column: 'explainedVariance', name: 'critic', colour: 'blue' }],
    most: 1,
  },
  {
    title: 'Losses',
    file: ppo,
    about: 'Policy and value loss; their level means little, jumps mean trouble.',
    curves: [
      { column: 'policyLoss', name: 'policy', colour: 'red' },
      { column: 'valueLoss', name: 'value', colour: 'orange' },
    ],
  },
  {
    title: 'Gradient norm',
    file: ppo,
    about: 'Norm of the gradients before they are clipped.',
    curves: [
      { column: 'gradNorm', name: 'policy', colour: 'purple' },
      { column: 'criticGradNorm', name: 'critic', colour: 'orange' },
    ],
    least: 0,
  },
  {
    title: 'Length of answers',
    file: ppo,
    about: 'Tokens of the completions.',
    curves: [
      { column: 'completionTokens.mean', name: 'mean', colour: 'blue' },
      { column: 'completionTokens.max', name: 'longest', colour: 'orange' },
    ],
    least: 0,
  },
  {
    title: 'KL coefficient',
    file: ppo,
    about: 'Weight of the KL in the reward; changes where it is adaptive.',
    curves: [{ column: 'klCoefficient', name: 'coefficient', colour: 'purple' }],
    least: 0,
  },
];

export const sftCharts: readonly ChartPlan[] = [
  {
    title: 'Loss of the supervised start',
    file: sft,
    about:
      'Cross-entropy of the pairs, in nats a token. Should fall; a validation loss that rises again means that it learns by heart.',
    curves: [
      { column: 'loss', name: 'training', colour: 'blue' },
      { column: 'validationLoss', name: 'validation', colour: 'orange', isSparse: true },
    ],
    least: 0,
  },
  {
    title: 'Tokens per second of the supervised start',
    file: sft,
    about: 'Trained tokens a second.',
    curves: [{ column: 'tokensPerSecond', name: 'tokens/s', colour: 'green' }],
    least: 0,
  },
];
