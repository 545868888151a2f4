/** What a term contributes. A number that is absent is not known; `problem` says why where that is not plain from the query. */
export interface TermEvidence {
  /** Canonical text. */
  readonly text: string;
  /** Records that it finds by itself. */
  readonly count?: number;
  /** Records that its block finds by it alone; absent of what is not one of several alternatives. */
  readonly adds?: number;
  /** Seeds that it finds by itself. */
  readonly seeds?: number;
  /** Seeds that its block finds by it alone. */
  readonly seedsAdded?: number;
  readonly problem?: string;
}

/** What a block contributes, and its terms. */
export interface BlockEvidence {
  /** For people: its first heading or term. */
  readonly name: string;
  readonly query: string;
  /** Label of the line that it is, where it is one. */
  readonly label?: string;
  /** NOT takes away what it finds. */
  readonly isExcluded?: true;
  readonly count?: number;
  readonly seeds?: number;
  /** Seeds that all other blocks find and this one lets fall. */
  readonly seedsLost?: readonly string[];
  readonly terms: readonly TermEvidence[];
}
