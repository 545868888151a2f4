import { judgeSql } from '@querent/core/lint';
import type { Problem } from '@querent/core/text';
import type { OpenSqlDocument } from './openSqlDocument.ts';
import type { SqlDatabases } from './sqlDatabases.ts';
import type { SqlParts } from './sqlServices.ts';

/** What is wrong or doubtful in documents of SQL. */
export class SqlProblems {
  readonly #parts: SqlParts;
  readonly #databases: SqlDatabases;

  constructor(parts: SqlParts, databases: SqlDatabases) {
    this.#parts = parts;
    this.#databases = databases;
  }

  /** By place. Never waits: what is not known yet is not told. */
  of(document: OpenSqlDocument): readonly Problem[] {
    return judgeSql(document.parsed, {
      schema: this.#databases.schema(document),
      levels: this.#parts.settings().lint,
    });
  }
}
