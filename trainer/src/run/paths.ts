import { join } from 'node:path';

/** Where the parts of a run lie. */
export interface RunPaths {
  readonly folder: string;
  /** The plan as it was given, and as it was understood. */
  readonly planText: string;
  readonly plan: string;
  readonly dataset: string;
  readonly promptsTrain: string;
  readonly promptsValidation: string;
  readonly pairs: string;
  readonly pairsValidation: string;
  /** Topics that were tried for pairs: not tried again by a run that was killed. */
  readonly pairsDone: string;
  readonly sft: string;
  readonly ppo: string;
  readonly export: string;
  readonly evaluation: string;
  readonly summary: string;
  readonly publish: string;
  readonly report: string;
  /** What goes on now: for whoever watches. */
  readonly progress: string;
  /** Every message of the run with its time. */
  readonly log: string;
  readonly rewardsLog: string;
}

/** The layout of a run folder (docs/training-run.md). */
export function runPaths(folder: string): RunPaths {
  const at = (...parts: string[]): string => join(folder, ...parts);
  return {
    folder,
    planText: at('plan.yaml'),
    plan: at('plan.json'),
    dataset: at('data', 'dataset'),
    promptsTrain: at('data', 'prompts-train.jsonl'),
    promptsValidation: at('data', 'prompts-validation.jsonl'),
    pairs: at('data', 'pairs.jsonl'),
    pairsValidation: at('data', 'pairs-validation.jsonl'),
    pairsDone: at('data', 'pairs-done.jsonl'),
    sft: at('sft'),
    ppo: at('ppo'),
    export: at('export'),
    evaluation: at('evaluation'),
    summary: at('evaluation', 'summary.json'),
    publish: at('publish'),
    report: at('report.html'),
    progress: at('progress.json'),
    log: at('run.log'),
    rewardsLog: at('rewards.log'),
  };
}
