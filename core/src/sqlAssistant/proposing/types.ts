import type { SqlPreview, SqlSchema } from '../../sqlSchema/index.ts';
import type { Problem } from '../../text/index.ts';

/** What is asked of the assistant. */
export interface SqlAsked {
  /** Absent where a statement is mended that answers nothing in words. */
  readonly question?: string | undefined;
  /** What one has to know besides, such as what a code means. */
  readonly evidence?: string | undefined;
  /** With samples of values where they are known: `describe` of the server's databases finds them. */
  readonly schema: SqlSchema;
}

/** Who wrote a statement. */
export type SqlSource = 'deterministic' | 'model';

/** What a writer made of a question. */
export interface SqlWritten {
  /** One entry an answer; an answer that was given twice is there twice. */
  readonly statements: readonly string[];
  /** Whether the best is first: then each counts less than the one before. Else they are alike, as samples of a model are. */
  readonly isRanked?: boolean;
  /** Sentences for people: who wrote, and which answers cannot be used and why. */
  readonly notes: readonly string[];
}

/** Writes statements: the method of the house, a model. */
export interface SqlWriter {
  readonly source: SqlSource;
  /**
   * What one answer counts for when answers are counted, > 0. An answer of the method counts 1.
   * A model that was trained for SQL has 1 as well; another one has less, so that it cannot outvote the method by repeating itself.
   */
  readonly weight: number;
  /** @throws Error with a line fit for people when it cannot write; the others' statements survive it */
  write: (asked: SqlAsked, signal: AbortSignal | undefined) => Promise<SqlWritten>;
  /** Writes once more, told what is wrong with a statement. Absent where it could only give the same again. */
  mend?: (asked: SqlAsked, failed: SqlFailed, signal: AbortSignal | undefined) => Promise<SqlWritten>;
}

/** A statement that does not work, and why, in one sentence. */
export interface SqlFailed {
  readonly sql: string;
  readonly message: string;
}

/** Where statements are tried, without anything being changed. */
export interface SqlTrial {
  /** What is wrong with one statement by the engine's own parser, with fixes; nothing for one that can be prepared. Nothing is run. */
  check(sql: string): readonly Problem[];
  /** Runs one statement that reads, on a copy, within limits. @throws Error when the database cannot be asked at all, or the signal fires */
  preview(sql: string, signal: AbortSignal | undefined): Promise<SqlPreview>;
}

/** A statement that can be taken. */
export interface SqlCandidate {
  /** One statement, without `;`. */
  readonly sql: string;
  readonly source: SqlSource;
  /** Answers that gave the same rows, of how many in all: self-consistency. */
  readonly votes: number;
  readonly answers: number;
  /** What it gave; up to as many rows as were compared. */
  readonly result: SqlPreview;
  /** Changes that were made to what was written, so that it can be prepared; in words, empty without any. */
  readonly mended: readonly string[];
}

export interface SqlProposals {
  /** Best first. */
  readonly candidates: readonly SqlCandidate[];
  /** Sentences for people: who had a say and why not, what was refused. */
  readonly notes: readonly string[];
}

export interface ProposingOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told what is being done, for a progress. */
  readonly onStage?: ((stage: string) => void) | undefined;
}
