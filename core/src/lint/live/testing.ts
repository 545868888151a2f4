import type { AnsweredLine, LiveAnswer } from './answers.ts';

/** What the examples and tests say of an answer; the rest is as PubMed says when there is nothing to say. */
export interface Answer extends Partial<Omit<LiveAnswer, 'warnings' | 'provenance'>> {
  readonly warnings?: readonly { readonly code: string; readonly subject?: string }[];
  /** ISO 8601; November 2026 by default. */
  readonly at?: string;
  readonly previous?: AnsweredLine['previous'];
  readonly engine?: string;
}

/** A line with an answer of PubMed; for tests. */
export function answered(label: string, answer: Answer): AnsweredLine {
  const { at = '2026-11-30T08:00:00Z', engine = 'pubmed', previous, warnings = [], ...rest } = answer;
  return {
    label,
    measurement: {
      count: 1,
      found: [],
      missed: [],
      ...rest,
      warnings: warnings.map((warning) => ({ message: warning.code, ...warning })),
      provenance: { engine, at },
    },
    ...(previous === undefined ? {} : { previous }),
  };
}
