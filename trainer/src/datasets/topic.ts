/** The parts of a dataset, in the order in which the strict rule favours the last: what is in `test` is never given up for `train`. */
export const splitNames = ['train', 'validation', 'test'] as const;
export type SplitName = (typeof splitNames)[number];

/** Something to be asked, with what is known to be right: what every source of a dataset yields. */
export interface Topic {
  /** As its source names it; unique within a dataset. */
  readonly id: string;
  /** Id of the task that it is for: `publication`. */
  readonly task: string;
  /** What the task's prompt is built from. */
  readonly input: Readonly<Record<string, unknown>>;
  /** What the task's reward is computed from. */
  readonly target: Readonly<Record<string, unknown>>;
  /** Search date, `yyyy-mm-dd`. */
  readonly until?: string;
  /** Name of the source that it comes from. */
  readonly source: string;
  /** The part to which its source has given it. */
  readonly split?: SplitName;
  /** Ids of topics that say the same, as its source tells: they stay in one part. */
  readonly nearDuplicateOf?: readonly string[];
  /** What is doubtful about it: `january-1` (see `readDay`). */
  readonly flags?: readonly string[];
}

/** Why a row did not become part of a dataset. */
export type ExclusionReason =
  | 'bad-row'
  | 'no-relevant'
  | 'duplicate-id'
  | 'few-known-ids'
  | 'overlaps-held-out'
  | 'outside-difficulty'
  | 'shares-with-test';

/** One row of a source: a topic, or why it is none. */
export type SourceItem =
  | { readonly kind: 'topic'; readonly topic: Topic; readonly place: string }
  | { readonly kind: 'excluded'; readonly reason: ExclusionReason; readonly message: string };
