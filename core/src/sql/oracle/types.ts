/**
 * What an engine says of a text with one statement: its message where it does not prepare it, undefined where it does. Nothing is run.
 * PRAGMA never reaches it: some act when they are merely prepared.
 */
export type Prepare = (text: string) => string | undefined;

/** An engine with a copy of a database's schema, in which a document's own tables can be made known and forgotten again. */
export interface SqlEngine {
  readonly prepare: Prepare;
  /**
   * Makes the table, view, index or trigger of a statement known, or takes it away; runs no query. For `CREATE TABLE`, `CREATE VIEW`,
   * `CREATE INDEX`, `CREATE TRIGGER`, `ALTER TABLE` and `DROP`.
   * @returns the engine's message where it cannot
   */
  define(text: string): string | undefined;
  /** Takes back everything that was defined. */
  forget(): void;
}

/** Names that corrections are taken from; each is tried with the engine before it is offered. */
export interface KnownNames {
  readonly tables: readonly {
    readonly name: string;
    readonly columns: readonly { readonly name: string }[];
  }[];
  readonly functions: readonly string[];
}
