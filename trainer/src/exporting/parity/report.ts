/** How far log-probabilities may be from those of transformers, in nats. */
export interface ParityLimits {
  /** Mean of the absolute differences. */
  readonly mean: number;
  /** Largest absolute difference of a single token. */
  readonly largest: number;
}

/** A text that the two sides make different tokens of. */
export interface TokenMismatch {
  readonly id: string;
  /** Place of the first token that differs, from 0. */
  readonly at: number;
  /** Ids there, a few. */
  readonly expected: readonly number[];
  readonly actual: readonly number[];
}

/** What the gate found of one file. */
export interface ParityReport {
  readonly file: string;
  readonly quantisation: string;
  /** Texts whose tokens were compared, and those that differ. */
  readonly texts: number;
  readonly mismatches: readonly TokenMismatch[];
  /** Answers that do not come back as the text that they were. */
  readonly changedAnswers: readonly string[];
  /** Tokens whose log-probabilities were compared, over how many texts. */
  readonly tokens: number;
  readonly scoredTexts: number;
  /** Nats; null where nothing was compared. */
  readonly meanDifference: number | null;
  readonly largestDifference: number | null;
  /** Mean of (file - transformers): a quantisation that makes the model less sure of its answers is below 0. */
  readonly bias: number | null;
  /** Share of places where both find the same token the likeliest, 0..1. */
  readonly sameLikeliest: number | null;
  readonly limits: ParityLimits;
  readonly ok: boolean;
  /** Why it is not ok, a sentence each. */
  readonly problems: readonly string[];
  /** What differs and does not matter for the gate. */
  readonly notes: readonly string[];
}
