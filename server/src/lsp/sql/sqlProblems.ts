import { judgeSql } from '@querent/core/lint';
import { dialectOf, type SqlDialect } from '@querent/core/sql';
import type { SqlSchema } from '@querent/core/sqlSchema';
import type { Problem } from '@querent/core/text';
import type { Settings } from '../../protocol.ts';
import { postgresProblems } from '../../dialects/postgres.ts';
import { databaseProblems } from './databases/databaseProblems.ts';
import type { OpenSqlDocument } from './openSqlDocument.ts';
import { SchemaErrors } from '../../sqlAssistant/index.ts';
import type { SqlDatabases, SqlDatabaseState } from './sqlDatabases.ts';
import type { SqlParts } from './sqlServices.ts';

interface Judged {
  readonly schema: SqlSchema | undefined;
  readonly levels: Settings['lint'];
  readonly dialect: SqlDialect;
  readonly errors: readonly Problem[] | undefined;
  readonly database: string;
  readonly problems: readonly Problem[];
}

/** What is wrong or doubtful in documents of SQL. */
export class SqlProblems {
  readonly #parts: SqlParts;
  readonly #databases: SqlDatabases;
  readonly #sqlite = new SchemaErrors();
  /** What PostgreSQL's parser cannot read, as far as it was asked. */
  readonly #postgres = new WeakMap<OpenSqlDocument, readonly Problem[]>();
  readonly #known = new WeakMap<OpenSqlDocument, Judged>();

  constructor(parts: SqlParts, databases: SqlDatabases) {
    this.#parts = parts;
    this.#databases = databases;
  }

  /** Loads what finds errors of SQLite; some 30 ms, once. */
  async load(): Promise<void> {
    await this.#sqlite.load();
  }

  /**
   * Waits for what {@link of} needs besides the database: the engine of the document's dialect, which is loaded once, and in PostgreSQL's its answer.
   * @throws Error when the engine is not installed as it should be
   */
  async prepare(document: OpenSqlDocument, signal?: AbortSignal): Promise<void> {
    if (this.#dialectOf(document).dialect === 'sqlite') return this.load();
    if (!this.#postgres.has(document))
      this.#postgres.set(document, await postgresProblems(document.text, signal));
  }

  /** By place. Never waits: what is not known yet is not told. */
  of(document: OpenSqlDocument): readonly Problem[] {
    const { dialect, problems: ofDialect } = this.#dialectOf(document);
    const state = this.#databases.state(document);
    const schema = state.kind === 'ready' ? state.schema : undefined;
    const { lint: levels } = this.#parts.settings();
    const errors = dialect === 'sqlite' ? undefined : this.#postgres.get(document);
    const database = wordsOf(state);
    const known = this.#known.get(document);
    if (
      known?.schema === schema &&
      known?.levels === levels &&
      known.dialect === dialect &&
      known.errors === errors &&
      known.database === database
    )
      return known.problems;
    const refused = dialect === 'sqlite' ? this.#sqlite.of(document, schema) : errors;
    const problems = judgeSql(document.parsed, {
      schema,
      dialect,
      errors: refused,
      outside: [...ofDialect, ...databaseProblems(document.parsed, state)],
      levels,
    });
    // Until the engine is loaded it would say something else in a moment.
    if (refused !== undefined)
      this.#known.set(document, { schema, levels, dialect, errors, database, problems });
    return problems;
  }

  dispose(): void {
    this.#sqlite.dispose();
  }

  #dialectOf(document: OpenSqlDocument): ReturnType<typeof dialectOf> {
    return dialectOf(document.parsed, this.#parts.settings().sql.dialect);
  }
}

/** What of a state may become a problem. */
function wordsOf(state: SqlDatabaseState): string {
  return 'message' in state ? `${state.kind}: ${state.message}` : '';
}
