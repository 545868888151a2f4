/** What the training view shows and what its page asks for: plain data, which travels to the page whole. */

/** Numbers of a metrics file: one column a figure, one entry a step. Figures of nested objects are named with dots: `reward.mean`, `seconds.rollout`. */
export interface Series {
  /** Training steps, rising. */
  readonly steps: readonly number[];
  /** Seconds since 1970 when the step ended, null where it was not told. */
  readonly times: readonly (number | null)[];
  /** Null where a figure was not measured at that step. */
  readonly columns: Readonly<Record<string, readonly (number | null)[]>>;
  /** Steps in the file; more than `steps` has where some were left out of the drawing. */
  readonly total: number;
}

export type StepStatus = 'pending' | 'running' | 'done' | 'failed' | 'skipped';

/** A step of the run, of `state.json`. */
export interface StepView {
  readonly name: string;
  readonly title: string;
  readonly status: StepStatus;
  /** Of all attempts together. */
  readonly seconds: number;
  readonly attempts: number;
  /** Why it failed or was skipped. */
  readonly message?: string;
}

/** One line of `ppo/samples.jsonl`. */
export interface Sample {
  readonly step: number;
  readonly id: string;
  readonly prompt: string;
  readonly completion: string;
  readonly reward: number | null;
  /** What the reward is made of. */
  readonly components: Readonly<Record<string, number>>;
  /** What was measured of its query: recall, records and the like. */
  readonly measured: Readonly<Record<string, number>>;
  /** Why it has no query, or a bad one. */
  readonly problem?: string;
  readonly query?: string;
}

/** One system of `evaluation/summary.json`. */
export interface Evaluated {
  readonly name: string;
  /** Topics. */
  readonly n: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** 95 %. */
  readonly intervals: Readonly<Record<string, readonly [number, number]>>;
}

/** What the plan says, of what the view shows. */
export interface PlanView {
  readonly name?: string;
  readonly engine?: string;
  readonly model?: string;
  readonly algorithm?: string;
  /** Steps that PPO is to take. */
  readonly ppoSteps?: number;
  /** KL that an adaptive coefficient steers to. */
  readonly klTarget?: number;
  readonly clip?: number;
}

/**
 * How the run stands. `silent`: a step was begun and nothing was written for a while, so it was killed or hangs. `empty`: the folder is not, or not
 * yet, one of a run.
 */
export type Phase = 'running' | 'silent' | 'done' | 'failed' | 'paused' | 'empty';

/** Everything that the training view shows. */
export interface RunView {
  /** As people see it. */
  readonly folder: string;
  readonly phase: Phase;
  /** A sentence that says why, where it is not going on. */
  readonly problem?: string;
  readonly plan: PlanView;
  readonly steps: readonly StepView[];
  readonly sft?: Series;
  readonly ppo?: Series;
  /** Newest first. */
  readonly samples: readonly Sample[];
  readonly evaluation: readonly Evaluated[];
  /** When the newest file was written, milliseconds since 1970. */
  readonly written?: number;
  /** Lines that could not be read, by file; the last one of a file that is being written does not count. */
  readonly unreadable: Readonly<Record<string, number>>;
}

export interface ToPage {
  readonly type: 'run';
  readonly run: RunView;
  /** Address of the folder, which the page keeps. */
  readonly uri: string;
  /** Whether it is read again when something is written. */
  readonly isWatched: boolean;
}

export type FromPage = { readonly type: 'ready' | 'reveal' | 'report' | 'log' };

/** Whether the page asks for something that there is; a window may hold a page of an older version. */
export function isFromPage(message: unknown): message is FromPage {
  const { type } = (message ?? {}) as Readonly<Record<string, unknown>>;
  return type === 'ready' || type === 'reveal' || type === 'report' || type === 'log';
}

/** Raised when what is kept changes so that another version cannot read it. */
export const savedFormat = 1;

/** What the page keeps by itself: which run it shows; its numbers are read again. */
export interface SavedPage {
  readonly format: number;
  readonly uri: string;
}

/** What was kept by a page, unless another version did that. */
export function savedPage(kept: unknown): SavedPage | undefined {
  const { format, uri } = (kept ?? {}) as Partial<SavedPage>;
  return format === savedFormat && typeof uri === 'string' ? { format, uri } : undefined;
}
