import type { Cursor } from './cursor.ts';
import type { SqlClause, SqlClauseKind } from './tree.ts';

/** The clauses of a query or statement while it is read: each reaches up to the next one. */
export class ClauseList {
  readonly #cursor: Cursor;
  readonly #clauses: SqlClause[] = [];
  #open: Omit<SqlClause, 'range'> | undefined;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  /** Begins a clause at the cursor and passes over its keyword. @param words how many words the keyword has */
  begin(kind: SqlClauseKind, words = 1): void {
    this.end();
    const start = this.#cursor.at;
    for (let i = 0; i < words; i++) this.#cursor.next();
    this.#open = { kind, keyword: this.#cursor.since(start) };
  }

  /** Ends the open clause before the cursor. */
  end(): void {
    if (this.#open === undefined) return;
    const { kind, keyword } = this.#open;
    this.#clauses.push({
      kind,
      keyword,
      range: { start: keyword.start, end: Math.max(keyword.end, this.#cursor.at) },
    });
    this.#open = undefined;
  }

  get all(): readonly SqlClause[] {
    return this.#clauses;
  }
}
