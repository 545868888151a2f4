import type { BlockEvidence, Measurement } from '../../search/index.ts';

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
  readonly blocks: readonly BlockEvidence[];
  readonly missed: readonly { readonly id: string; readonly title?: string; readonly why: string }[];
  readonly findings: readonly Finding[];
  /** What the person should know of the numbers, a sentence each. */
  readonly notes: readonly string[];
}
