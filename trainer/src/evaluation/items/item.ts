import type { Pico } from '@querent/core/strategy';

/** What a rewriter may know of an item. Nothing in it says which records are relevant, but for the seeds. */
export interface Question {
  readonly id: string;
  /** Title of a review, or the question. */
  readonly text: string | undefined;
  readonly pico: Pico | undefined;
  /** Search date, `yyyy-mm-dd`. */
  readonly until: string | undefined;
  /** Relevant records that are given away; they no longer count in the figures. */
  readonly seeds: readonly string[];
  /** Database of a question for SQL. */
  readonly database: string | undefined;
  /** What the task's prompt is built from. */
  readonly input: unknown;
  /** Place in its file, from 0: others' result files name topics by it. */
  readonly position: number;
}

/** A question with what is known to be right. */
export interface EvaluationItem {
  readonly question: Question;
  /** What answers are judged by; never shown to a rewriter. */
  readonly target: unknown;
  /** Collection it comes from: what stands before the first slash of its id; empty where there is none. */
  readonly source: string;
  /** Near-duplicates share a group, and are resampled together. */
  readonly group: string;
  /** Relevant records in `target`, for pooled figures; undefined where it is no set of records. */
  readonly relevant: number | undefined;
}

/** Items of a file, and what was left out of it. */
export interface ReadItems {
  readonly items: readonly EvaluationItem[];
  /** Why items were left out, or what a reader of the figures should know, with numbers; one sentence each. */
  readonly notes: readonly string[];
}

/** The collection in an id such as `cohen2006/Statins`. */
export function sourceOf(id: string): string {
  const slash = id.indexOf('/');
  return slash < 0 ? '' : id.slice(0, slash);
}
