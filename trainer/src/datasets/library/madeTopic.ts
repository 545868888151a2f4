/** A topic that was made without labels, before it is chosen. */
export interface MadeTopic {
  /** `headings` or `neighbours`: how it was made. */
  readonly method: 'headings' | 'neighbours';
  /** Unique among made topics: what it was made from. */
  readonly key: string;
  readonly title: string;
  /** Documents of the library's index, ascending. */
  readonly docs: readonly number[];
}

/** How topics are made. */
export interface MakingOptions {
  /** Topics wanted; fewer come when the library does not yield more. */
  readonly count: number;
  /** Fewest and most relevant records of a topic. */
  readonly relevant: readonly [number, number];
  /** The same seed gives the same topics. */
  readonly seed: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (message: string) => void;
}
