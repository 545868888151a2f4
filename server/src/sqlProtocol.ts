/** Messages about documents of SQL; see `protocol.ts`. All of them fail with a ResponseError whose message is fit for people. */
import type { WirePosition, WireRange, WireTextEdit } from './protocol.ts';

/** VS Code's own id of SQL, whose grammar stays VS Code's; Querent only adds what it knows. */
export const SQL_LANGUAGE_ID = 'sql';

/** A value as it crosses the wire. JSON has neither integers beyond 2^53 nor bytes, and a text may be longer than anybody reads. */
export type WireCell =
  | string
  | number
  | null
  /** A number that JSON does not hold: an integer beyond 2^53, or `Infinity`, `-Infinity`. */
  | { readonly kind: 'integer'; readonly text: string }
  /** A text of more than 10,000 characters: how it begins, and how many there are. Exports have all of it. */
  | { readonly kind: 'text'; readonly start: string; readonly characters: number }
  /** `start`: the first bytes in hexadecimal digits, as many as are shown. */
  | { readonly kind: 'blob'; readonly bytes: number; readonly start: string };

/** The database that a document asks, and how old what is known of it is. */
export interface WireDatabase {
  /** Name for people: the file's. */
  readonly label: string;
  readonly path: string;
  /** When the file was last changed, and when it was read; milliseconds since 1970. */
  readonly changed: number;
  readonly read: number;
}

/** How it stands with the database of an open document; part of `querent/status`. */
export interface SqlDatabaseStatus {
  readonly uri: string;
  readonly dialect: 'sqlite' | 'postgresql';
  readonly state: 'none' | 'loading' | 'ready' | 'error';
  /** One line: `chinook.sqlite, 11 tables`. */
  readonly detail: string;
  /** Longer text for the tooltip: what is wrong and the way out, or what a person should know. */
  readonly explanation?: string;
  /** Where it is ready; `rows` tells whether it has any, which a file of `CREATE` statements has not, so that nothing is run. */
  readonly database?: WireDatabase & { readonly tables: number; readonly rows: boolean };
}

/** Why a statement gave no rows. `range`: the place, where one is known. */
export interface WireSqlFailure {
  readonly kind: 'failure';
  readonly code: 'syntax' | 'refused' | 'failed' | 'timeout';
  readonly message: string;
  readonly range?: WireRange;
}

export interface WireSqlRows {
  readonly kind: 'rows';
  readonly columns: readonly string[];
  /** The first rows. */
  readonly rows: readonly (readonly WireCell[])[];
  /** Rows counted: all where `isCounted`, else at least so many. */
  readonly total: number;
  readonly isCounted: boolean;
  /** Milliseconds until the first rows were there, and until the count ended. */
  readonly ms: number;
  readonly countMs: number;
  /** The plan in sentences, in the order of work. */
  readonly plan: readonly { readonly depth: number; readonly text: string; readonly isCostly: boolean }[];
}

/** What a statement gives held against what the document expects of it (`-- expect:`). See docs/guide/sql.md for how rows are compared. */
export type WireExpectation =
  | {
      readonly kind: 'compared';
      /** Execution match: the same rows, as multisets, in the same order where the trusted query orders them. */
      readonly isMatch: boolean;
      /** Shares of rows, 0 to 1. */
      readonly recall: number;
      readonly precision: number;
      readonly expectedRows: number;
      readonly isOrdered: boolean;
      /** A sentence on what differs, where something does. */
      readonly difference?: string;
    }
  /** It could not be compared, and why. */
  | { readonly kind: 'problem'; readonly message: string };

/** `querent/sql/preview`: runs the statement at a position, read-only, on a copy in memory, or on a large file in place. Work-done progress and cancellation. */
export const sqlPreviewMethod = 'querent/sql/preview';
export interface SqlPreviewParams {
  readonly uri: string;
  readonly position: WirePosition;
  /** Rows shown, 1 to 10,000; the setting's by default. */
  readonly rows?: number;
  readonly workDoneToken?: string | number;
}
export interface SqlPreviewResult {
  readonly sql: string;
  readonly range: WireRange;
  readonly version: number;
  readonly database: WireDatabase;
  readonly result: WireSqlRows | WireSqlFailure;
  readonly expectation?: WireExpectation;
  /** When it was run; milliseconds since 1970. */
  readonly at: number;
}

/** `querent/sql/export`: all rows of the statement at a position into a file, written beside its place and moved there when complete. */
export const sqlExportMethod = 'querent/sql/export';
export interface SqlExportParams {
  readonly uri: string;
  readonly position: WirePosition;
  readonly format: 'csv' | 'json';
  /** Absolute path. */
  readonly path: string;
  /** Whether a file that is there is replaced; when not, that is an error. */
  readonly replace: boolean;
  readonly workDoneToken?: string | number;
}
export interface SqlExportResult {
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  /** What the person should know: rows beyond the limit that are not in the file, values that the format cannot hold. */
  readonly notes: readonly string[];
}

/**
 * `querent/sql/propose`: statements that answer the question (`write`), or that mend the statement (`fix`) at a position: of the
 * deterministic method, and of the model where there is one; prepared, run as a preview is, grouped by what they give. Best first.
 */
export const sqlProposeMethod = 'querent/sql/propose';
export interface SqlProposeParams {
  readonly uri: string;
  readonly position: WirePosition;
  readonly kind: 'write' | 'fix';
  readonly workDoneToken?: string | number;
  /** What the method has is sent to it as a whole {@link SqlProposeResult} while a model is still writing. */
  readonly partialResultToken?: string | number;
}
export interface SqlProposeResult {
  /** The question as it was read; for `fix` it may be absent. */
  readonly question?: string;
  readonly database: WireDatabase;
  readonly proposals: readonly SqlProposal[];
  /** Sentences: the model and its samples, or why it had no say; what was refused and why. */
  readonly notes: readonly string[];
}
export interface SqlProposal {
  readonly sql: string;
  readonly source: 'deterministic' | 'model';
  /** How many of the answers, of how many, gave the same rows: self-consistency. */
  readonly votes: number;
  readonly answers: number;
  /** One or two sentences: what it does, in words. */
  readonly explanation: string;
  readonly result: WireSqlRows | WireSqlFailure;
  readonly expectation?: WireExpectation;
  /** Puts it into the document; of the version that was asked. */
  readonly edit: { readonly version: number; readonly edits: readonly WireTextEdit[] };
}

/** `querent/sql/explain`: what the statement at a position does, in words, as a report in Markdown. */
export const sqlExplainMethod = 'querent/sql/explain';
export interface SqlExplainParams {
  readonly uri: string;
  readonly position: WirePosition;
}

/** `querent/sql/refreshSchema`: reads the database of a document again, now. The answer is a {@link SqlDatabaseStatus}. */
export const sqlRefreshMethod = 'querent/sql/refreshSchema';
export interface SqlRefreshParams {
  readonly uri: string;
}

/** `querent/sql/databases`: the databases that a document could ask, to choose from; the chosen one is written by `edit` as a comment. */
export const sqlDatabasesMethod = 'querent/sql/databases';
export interface SqlDatabasesParams {
  readonly uri: string;
  /** Absolute path of a file that the person picked in a dialog: it is in the answer, wherever it lies. */
  readonly chosen?: string;
}
export interface SqlDatabasesResult {
  readonly databases: readonly {
    /** As it is written into the document. */
    readonly name: string;
    readonly path: string;
    readonly bytes: number;
    readonly isCurrent: boolean;
    readonly edit: { readonly version: number; readonly edits: readonly WireTextEdit[] };
  }[];
}

/** Commands of the client that lenses, actions and hovers of SQL refer to. Arguments: uri, position ({line, character}). */
export const sqlCommands = {
  run: 'querent.sql.run',
  exportRows: 'querent.sql.exportRows',
  write: 'querent.sql.write',
  fix: 'querent.sql.fix',
  explain: 'querent.sql.explain',
  /** Argument: uri. */
  chooseDatabase: 'querent.sql.chooseDatabase',
  /** Argument: uri. */
  refreshSchema: 'querent.sql.refreshSchema',
} as const;
