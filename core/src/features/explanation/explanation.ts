import type { Measurement } from '../../search/index.ts';

/** What a term contributes; a number that is absent is not known. */
export interface ExplainedTerm {
  readonly text: string;
  readonly count?: number;
  /** Records that its block finds by it alone. */
  readonly adds?: number;
  readonly seeds?: number;
  readonly seedsAdded?: number;
  readonly problem?: string;
}

/** What a block contributes. */
export interface ExplainedBlock {
  /** For people. */
  readonly name: string;
  readonly query: string;
  /** Label of its line, where it is one. */
  readonly label?: string;
  /** NOT takes away what it finds. */
  readonly isExcluded?: true;
  readonly count?: number;
  readonly seeds?: number;
  /** Seeds that all other blocks find and this one lets fall. */
  readonly seedsLost?: readonly string[];
  readonly terms: readonly ExplainedTerm[];
}

/** What a lint rule says of a query. */
export interface Finding {
  readonly rule: string;
  readonly message: string;
  readonly severity: 'error' | 'warning' | 'information' | 'hint';
  /** `line #2` */
  readonly place?: string;
  /** The element of the PRESS 2015 checklist. */
  readonly press?: string;
}

/** All that is told of a query. */
export interface Explanation {
  /** Plain text. */
  readonly title: string;
  /** As it is written. */
  readonly query: string;
  readonly measurement: Measurement;
  /** What was measured to be wrong, a sentence each, the gravest first. */
  readonly faults: readonly string[];
  readonly blocks: readonly ExplainedBlock[];
  readonly missed: readonly { readonly id: string; readonly title?: string; readonly why: string }[];
  readonly findings: readonly Finding[];
  /** What the person should know of the numbers, a sentence each. */
  readonly notes: readonly string[];
}
