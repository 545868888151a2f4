import { judgeSql } from '@querent/core/lint';
import type { SqlSchema } from '@querent/core/sqlSchema';
import type { Problem } from '@querent/core/text';
import type { Settings } from '../../protocol.ts';
import type { OpenSqlDocument } from './openSqlDocument.ts';
import { SchemaErrors } from './schemaErrors.ts';
import type { SqlDatabases } from './sqlDatabases.ts';
import type { SqlParts } from './sqlServices.ts';

interface Judged {
  readonly schema: SqlSchema | undefined;
  readonly levels: Settings['lint'];
  readonly problems: readonly Problem[];
}

/** What is wrong or doubtful in documents of SQL. */
export class SqlProblems {
  readonly #parts: SqlParts;
  readonly #databases: SqlDatabases;
  readonly #errors = new SchemaErrors();
  readonly #known = new WeakMap<OpenSqlDocument, Judged>();

  constructor(parts: SqlParts, databases: SqlDatabases) {
    this.#parts = parts;
    this.#databases = databases;
  }

  /** Loads what finds errors; some 30 ms, once. */
  async ready(): Promise<void> {
    await this.#errors.load();
  }

  /** By place. Never waits: what is not known yet is not told. */
  of(document: OpenSqlDocument): readonly Problem[] {
    const schema = this.#databases.schema(document);
    const levels = this.#parts.settings().lint;
    const known = this.#known.get(document);
    if (known?.schema === schema && known?.levels === levels) return known.problems;
    const errors = this.#errors.of(document, schema);
    const problems = judgeSql(document.parsed, { schema, errors, levels });
    if (errors !== undefined) this.#known.set(document, { schema, levels, problems });
    return problems;
  }

  dispose(): void {
    this.#errors.dispose();
  }
}
