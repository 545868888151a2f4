import type { StepName } from '../run/stepNames.ts';

/**
 * What `querent-trainer watch --json` prints, one document a line whenever something changed (docs/training-run.md). The same keys always; null where
 * there is nothing to say yet. New keys may be added; a document of another `schema` is of another version.
 */
export interface WatchDocument {
  readonly schema: 1;
  readonly run: WatchedRun;
  readonly steps: readonly WatchedStep[];
  /** Of each training that has written metrics. */
  readonly sft: WatchedTraining | null;
  readonly ppo: WatchedTraining | null;
  readonly evaluation: WatchedEvaluation | null;
  readonly release: WatchedRelease | null;
  readonly machine: MachineUse | null;
  /** What the run said last, oldest first, at most 20 lines. */
  readonly messages: readonly { readonly time: string; readonly text: string }[];
}

interface WatchedRun {
  /** Absolute. */
  readonly folder: string;
  /** `name` of the plan. */
  readonly name: string;
  readonly task: string;
  readonly engine: string;
  /** What it starts from, for people. */
  readonly model: string;
  /**
   * `running`: a process is at work; `stopped`: none is, and the same command goes on; `failed`: a step failed, see `problem`; `done`: every step is done or not wanted.
   */
  readonly state: 'running' | 'stopped' | 'failed' | 'done';
  /** Cause and way out; null unless failed. */
  readonly problem: string | null;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly updatedAt: string;
  /** Seconds of work, pauses left out. */
  readonly seconds: number;
  /** The process at work; null when there is none. */
  readonly pid: number | null;
  /** The command that goes on, with the plan's file. */
  readonly command: string;
}

export interface WatchedStep {
  readonly name: StepName;
  readonly title: string;
  readonly state: 'pending' | 'running' | 'done' | 'failed' | 'skipped';
  /** Seconds of all attempts, the one that is under way included. */
  readonly seconds: number;
  readonly attempts: number;
  /** How far it is; only while it runs. */
  readonly progress: { readonly done: number; readonly total: number; readonly unit: string } | null;
  /** Seconds until it is done, by the pace so far; only while it runs, and only where there is a pace. */
  readonly etaSeconds: number | null;
  readonly message: string | null;
}

/** A figure over training steps. */
export interface Curve {
  /** `reward`, `recall`, `kl` */
  readonly name: string;
  /** For people. */
  readonly label: string;
  /** `[step, value]`, thinned to at most 400 points: the mean of each stretch, at its last step. */
  readonly points: readonly (readonly [step: number, value: number])[];
}

export interface WatchedTraining {
  readonly kind: 'sft' | 'ppo';
  /** Steps done, and those that are wanted; null where that is not known yet. */
  readonly step: number;
  readonly steps: number | null;
  readonly curves: readonly Curve[];
  /** The last line of its metrics, as the engine wrote it. */
  readonly last: Readonly<Record<string, unknown>>;
  /** Seconds by phase over all steps: rollout, rewardWait, update ... */
  readonly secondsByPhase: Readonly<Record<string, number>>;
  readonly tokensPerSecond: number | null;
  /** The last samples, newest first, at most 5. */
  readonly samples: readonly WatchedSample[];
}

export interface WatchedSample {
  readonly step: number;
  readonly id: string;
  readonly prompt: string;
  readonly completion: string;
  readonly query: string | null;
  readonly reward: number | null;
  readonly recall: number | null;
  readonly records: number | null;
  readonly problem: string | null;
}

export interface WatchedEvaluation {
  readonly topics: number;
  /** What it was measured on, one line. */
  readonly on: string;
  readonly systems: readonly {
    readonly name: string;
    readonly metrics: Readonly<Record<string, number | null>>;
    readonly intervals: Readonly<Record<string, readonly [number, number]>>;
  }[];
  readonly comparisons: readonly {
    readonly a: string;
    readonly b: string;
    readonly metric: string;
    readonly n: number;
    readonly difference: number;
    readonly interval: readonly [number, number] | null;
    readonly wins: number;
    readonly losses: number;
    readonly ties: number;
    /** Two-sided paired randomisation test, and after Holm. */
    readonly p: number;
    readonly pHolm: number;
  }[];
}

export interface WatchedRelease {
  readonly version: string;
  readonly channel: string;
  /** Where it was published, without secrets. */
  readonly to: string;
  /** `passed`, `forced`, `first` or `refused`, and why, in a sentence. */
  readonly decision: string;
  readonly reason: string;
}

/** What the machine does for the run, measured every few seconds. Shares are 0..1. */
export interface MachineUse {
  readonly time: string;
  /** Share of all cores that is busy, by whoever. */
  readonly cpu: number;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly memoryTotalBytes: number;
  /** Of the run's own processes, in memory. */
  readonly processes: readonly { readonly name: string; readonly pid: number; readonly bytes: number }[];
  readonly gpus: readonly {
    readonly name: string;
    readonly use: number;
    readonly memoryBytes: number;
    readonly memoryTotalBytes: number;
  }[];
}

/** `progress.json` of a run folder: what the run itself tells whoever watches. */
export interface RunProgress {
  readonly pid: number;
  readonly host: string;
  readonly time: string;
  readonly step: StepName | null;
  /** When the step that is under way was begun in this process. */
  readonly stepStartedAt: string | null;
  readonly progress: { readonly done: number; readonly total: number; readonly unit: string } | null;
  /** What was done of it already when this process began with it: the pace is of the rest. */
  readonly doneBefore: number;
  readonly message: string | null;
  readonly machine: MachineUse | null;
  readonly command: string;
}
