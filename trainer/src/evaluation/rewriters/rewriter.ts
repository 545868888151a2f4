import type { World } from '@querent/core/tasks';
import type { Question } from '../items/item.ts';

/**
 * Why there is no figure but what a failure counts as. `no-query`: the rewriter gave none; `missing`: the file has nothing on the item;
 * `too-long`: the prompt does not fit the model; `cut-off`: the answer ended before it was complete; `unreadable`: no query can be read in
 * it; `not-run`: the query was refused; `unsupported`: it may be right, but cannot be answered where it was run.
 */
export const failureKinds = [
  'no-query',
  'missing',
  'too-long',
  'cut-off',
  'unreadable',
  'not-run',
  'unsupported',
] as const;
export type FailureKind = (typeof failureKinds)[number];

export interface Failure {
  readonly kind: FailureKind;
  /** One sentence for people. */
  readonly message: string;
}

/** What a rewriter made of a question. */
export type Attempt =
  | {
      readonly kind: 'query';
      readonly query: string;
      /** Where it is run, if not in the world. */ readonly world?: World;
    }
  /** An answer still to be read, as a model wrote it. */
  | {
      readonly kind: 'completion';
      readonly completion: string;
      readonly tokens?: number;
      readonly isCut: boolean;
    }
  | { readonly kind: 'failure'; readonly failure: Failure };

/** Something that turns questions into queries, as an evaluation sees it. */
export interface EvaluatedRewriter {
  /** As it was named on the command line. */
  readonly name: string;
  /** Attempts at each question, >= 1. */
  readonly samples: number;
  /** What a plan must hold so that the run can be repeated: versions, hashes, settings. No secrets. */
  readonly identity: Readonly<Record<string, unknown>>;
  /** Sentences for the notes of a report, once the run is over. */
  notes?(): readonly string[];
  /**
   * @param sample from 0; the same sample of the same question is the same attempt wherever it can be.
   * @throws SearchError or ModelError when the world or the model has no answer: that is no failure of the rewriter.
   */
  attempt(question: Question, sample: number, signal: AbortSignal): Promise<Attempt>;
  close?(): Promise<void>;
}

/** An attempt that gave no query. */
export function failed(kind: FailureKind, message: string): Attempt {
  return { kind: 'failure', failure: { kind, message } };
}

/** An attempt from a query that may be missing. */
export function queryOr(query: string | undefined, why: string): Attempt {
  return query === undefined || query.trim() === '' ? failed('no-query', why) : { kind: 'query', query };
}
