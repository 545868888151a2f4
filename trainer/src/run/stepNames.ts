/**
 * The steps of a run in their order. What is evaluated is the GGUF file that would be served, so checkpoints are exported just before they are
 * evaluated; the gate is part of `publish`.
 */
export const stepNames = [
  'data',
  'prompts',
  'pairs',
  'sft',
  'ppo',
  'export',
  'evaluation',
  'publish',
] as const;
export type StepName = (typeof stepNames)[number];

/** Titles of the steps for people. */
export const stepTitles: Readonly<Record<StepName, string>> = {
  data: 'Data',
  prompts: 'Prompts',
  pairs: 'Pairs',
  sft: 'Supervised start (SFT)',
  ppo: 'Reinforcement learning (PPO)',
  export: 'Export',
  evaluation: 'Evaluation',
  publish: 'Gate and publication',
};

/** Whether a text names a step. */
export function isStepName(text: string): text is StepName {
  return (stepNames as readonly string[]).includes(text);
}
