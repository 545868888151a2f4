import { judgeSql } from '@querent/core/lint';
import { dialectOf, isUnreadable, otherDialect, type SqlDialect, type SqlDocument } from '@querent/core/sql';
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

  /** What finds errors of SQLite, with the schemas that it has ready. */
  get sqlite(): SchemaErrors {
    return this.#sqlite;
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
    const foreign = dialect === 'sqlite' ? foreignProblem(document.parsed, state) : undefined;
    const refused =
      foreign !== undefined ? [] : dialect === 'sqlite' ? this.#ofSqlite(document, state) : errors;
    const problems = judgeSql(document.parsed, {
      schema,
      dialect: foreign === undefined ? dialect : 'other',
      errors: refused,
      outside: [...ofDialect, ...databaseProblems(document.parsed, state), ...(foreign ?? [])],
      levels,
    });
    // Until the engine is loaded it would say something else in a moment.
    if (refused !== undefined)
      this.#known.set(document, { schema, levels, dialect, errors, database, problems });
    return problems;
  }

  #ofSqlite(document: OpenSqlDocument, state: SqlDatabaseState): readonly Problem[] | undefined {
    if (state.kind === 'ready') return this.#sqlite.of(document, state.schema);
    const found = this.#sqlite.of(document, undefined);
    // A database has names, which are not known, or not yet; without one the document's own are all there are.
    return state.kind === 'none' ? found : found?.filter(isUnreadable);
  }

  dispose(): void {
    this.#sqlite.dispose();
  }

  #dialectOf(document: OpenSqlDocument): ReturnType<typeof dialectOf> {
    return dialectOf(document.parsed, this.#parts.settings().sql.dialect);
  }
}

/** That a document, which names neither dialect nor database, holds statements of another system; undefined where it does not. */
function foreignProblem(document: SqlDocument, state: SqlDatabaseState): readonly Problem[] | undefined {
  const isNamed = document.directives.some(({ kind }) => kind === 'dialect' || kind === 'database');
  if (isNamed || state.kind === 'ready') return undefined;
  const range = otherDialect(document);
  if (range === undefined) return undefined;
  // In a moment a database may be there, whose document it is then.
  if (state.kind === 'opening') return [];
  const sign = document.text.slice(range.start, range.end).replace(/\s+/gu, ' ').slice(0, 40);
  const message = `\`${sign}\` is not of SQLite, so that the document is not held to SQLite's grammar. Write -- dialect: postgresql, or -- dialect: sqlite, to have it checked all the same.`;
  return [{ rule: 'sql-other-dialect', severity: 'hint', message, range }];
}

/** What of a state may become a problem. */
function wordsOf(state: SqlDatabaseState): string {
  return 'message' in state ? `${state.kind}: ${state.message}` : '';
}
