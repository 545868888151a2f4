import type { Plan } from '../schema.ts';

/** Which training the embedded engine is told to do. */
export type StageKind = 'sft' | 'ppo';

/** Where a stage reads and writes; all absolute. */
export interface StagePaths {
  /** The `sft/` or `ppo/` folder of the run. */
  readonly out: string;
  /** The model that the stage starts from: the plan's, or what the stage before has written. Null: random weights, as the plan says. */
  readonly start: string | null;
  /** Rows of prompts or pairs. */
  readonly train: string;
  readonly validation: string | null;
  /** Address of the reward service; of ppo. */
  readonly rewardUrl?: string;
}

/** What verl is told besides, absolute. */
export interface VerlPaths extends StagePaths {
  readonly rewardUrl: string;
  /** `verl_reward.py` of our Python package. */
  readonly rewardModule: string;
  /** What completions begin with, since prompts end with it: one tag or nothing. */
  readonly opened: '' | '<think>' | '<answer>';
  /** A text is continued as it is: no chat template is applied. */
  readonly isRaw: boolean;
}

/** What an override may hold: YAML's scalars, and lists and maps of them. */
export type VerlValue =
  string | number | boolean | null | readonly VerlValue[] | { readonly [key: string]: VerlValue };

/** How a knob stands in the embedded engine's configuration. */
export type Embedded =
  /** At this place, with the plan's value or one made from the plan. */
  | {
      readonly place: Readonly<Partial<Record<StageKind, string>>>;
      readonly value?: (plan: Plan, paths: StagePaths) => unknown;
    }
  /** Not in it: who reads it, or why nobody does. */
  | { readonly says: string };

/** How a knob stands among verl's overrides. */
export type Verl =
  | {
      readonly keys: readonly string[];
      /** Undefined: it is not written, and verl's default has the same meaning. */
      readonly value: (plan: Plan, paths: VerlPaths) => VerlValue | undefined;
      /** Where the values differ from the plan's: how. */
      readonly note?: string;
    }[]
  | { readonly says: string };

/** One knob of a plan: what it means, and how each engine is told. */
export interface Knob {
  /** Its place, `ppo.kl.target`. */
  readonly key: string;
  /** One or two sentences for people. */
  readonly meaning: string;
  /** `tokens`, `sequences`, `nats`; empty where it has none. */
  readonly unit: string;
  /** Where the meaning or the value comes from. */
  readonly source?: string;
  readonly embedded: Embedded;
  readonly verl: Verl;
}

/** At one place of one stage, or of both. */
export function at(sft: string | undefined, ppo: string | undefined): Embedded {
  return { place: { ...(sft === undefined ? {} : { sft }), ...(ppo === undefined ? {} : { ppo }) } };
}

/** Overrides that all take one value; nothing is written where the plan has no ppo. */
export function verl(
  keys: readonly string[],
  value: (ppo: NonNullable<Plan['ppo']>, plan: Plan, paths: VerlPaths) => VerlValue | undefined,
  note?: string,
): Extract<Verl, readonly unknown[]>[number] {
  return {
    keys,
    value: (plan, paths) => (plan.ppo === null ? undefined : value(plan.ppo, plan, paths)),
    ...(note === undefined ? {} : { note }),
  };
}

/** What is read before or after an engine runs. */
export const read = {
  run: { says: 'read by the run' },
  data: { says: 'read when the dataset is built' },
  pairs: { says: 'read when pairs are made' },
  evaluation: { says: 'read by the evaluation' },
  export: { says: 'read by the export' },
  publish: { says: 'read by the publication' },
  sftOnly: { says: 'the cold start is always trained by the embedded engine' },
} as const;
