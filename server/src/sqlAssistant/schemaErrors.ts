import {
  isUnreadable,
  makeSchema,
  scanSql,
  scratchEngine,
  SqlDocumentErrors,
  unquoted,
  type SqlDocument,
} from '@querent/core/sql';
import { foldedName, type SqlSchema, type SqlTable } from '@querent/core/sqlSchema';
import type { Problem } from '@querent/core/text';
import { loadSqlJs } from '../library/sqlJs.ts';

type SqlJs = Awaited<ReturnType<typeof loadSqlJs>>;
type SqlJsDatabase = InstanceType<SqlJs['Database']>;

/** Schemas that are kept ready, each an empty database in memory of some 100 kB and more; the one used longest ago goes first. */
const mostSchemas = 6;

/** What was read of a database does not hold its triggers, so that their names are not known. */
const neverKnown: ReadonlySet<string> = new Set(['sql-unknown-trigger']);
/** What an index that could not be made again would change. */
const ofIndexes: ReadonlySet<string> = new Set(['sql-unknown-index', 'sql-conflict-target']);

interface Ready {
  readonly database: SqlJsDatabase;
  readonly errors: SqlDocumentErrors;
  /** Whether every index of the schema is in the empty database, too. */
  readonly hasIndexes: boolean;
}

/**
 * What SQLite refuses in documents, found with an empty database in memory that has the schema of theirs: the engine itself is asked, nothing is
 * run, and no file is touched.
 */
export class SchemaErrors {
  readonly #ready = new Map<string, Ready>();
  readonly #keys = new WeakMap<SqlSchema, string>();
  #sqlJs: SqlJs | undefined;
  #loading: Promise<void> | undefined;

  /** Loads the engine, some 30 ms once; until then nothing is told. @throws Error when it is not installed as it should be */
  async load(): Promise<void> {
    this.#loading ??= loadSqlJs().then((sqlJs) => {
      this.#sqlJs = sqlJs;
    });
    await this.#loading;
  }

  /**
   * By place. Without a schema only what cannot be read in any, and names that the document's own statements make doubtful.
   * @returns undefined as long as the engine is not loaded
   */
  of(
    document: { readonly parsed: SqlDocument },
    schema: SqlSchema | undefined,
  ): readonly Problem[] | undefined {
    if (this.#sqlJs === undefined) return undefined;
    const { errors, hasIndexes } = this.#for(this.#sqlJs, schema ?? noSchema);
    const found = errors.check(document.parsed.statements);
    if (schema === undefined) {
      const makes = document.parsed.statements.some(({ tree }) => tree.kind === 'create');
      return found.filter((problem) => isCertain(problem, makes));
    }
    return found.filter(({ rule }) => !neverKnown.has(rule) && (hasIndexes || !ofIndexes.has(rule)));
  }

  dispose(): void {
    for (const { database } of this.#ready.values()) database.close();
    this.#ready.clear();
  }

  #for(sqlJs: SqlJs, schema: SqlSchema): Ready {
    const key = this.#keyOf(schema);
    const known = this.#ready.get(key);
    const ready = known ?? made(sqlJs, schema);
    this.#ready.delete(key);
    this.#ready.set(key, ready);
    for (const [other, { database }] of this.#ready) {
      if (this.#ready.size <= mostSchemas) break;
      database.close();
      this.#ready.delete(other);
    }
    return ready;
  }

  /** What the engine depends on: the schema without the figures, which come later. */
  #keyOf(schema: SqlSchema): string {
    let key = this.#keys.get(schema);
    if (key === undefined) {
      key = JSON.stringify([schema.statements, schema.tables.map(({ name, indexes }) => [name, indexes])]);
      this.#keys.set(schema, key);
    }
    return key;
  }
}

const noSchema: SqlSchema = { statements: [], tables: [] };

/**
 * Whether an error would be one in every database: what cannot be read, and names that are near to others of the document, or columns of tables that
 * it makes itself.
 */
function isCertain(problem: Problem, makes: boolean): boolean {
  if (isUnreadable(problem)) return true;
  const isNear = (problem.fixes?.length ?? 0) > 0;
  if (problem.rule === 'sql-unknown-column') return isNear || makes;
  return problem.rule === 'sql-unknown-table' && isNear;
}

function made(sqlJs: SqlJs, schema: SqlSchema): Ready {
  const database = new sqlJs.Database();
  // In one transaction 2,000 tables take a third of the time.
  database.run('BEGIN');
  const failed = makeSchema(database, schema.statements);
  const unsure = namesNotMade(schema, new Set(failed.map(({ statement }) => statement)));
  const indexes = schema.tables.flatMap((table) => indexStatements(table));
  const hasIndexes =
    makeSchema(
      database,
      indexes.filter((statement) => statement !== undefined),
    ).length === 0 && !indexes.includes(undefined);
  // Where the database has statistics, the tables of them can be read.
  makeSchema(database, ['ANALYZE']);
  database.run('COMMIT');
  const functions = database.exec('SELECT DISTINCT name FROM pragma_function_list')[0]?.values ?? [];
  const known = { tables: schema.tables, functions: functions.map(([name]) => String(name)) };
  return {
    database,
    errors: new SqlDocumentErrors(scratchEngine(database), known, unsure),
    hasIndexes,
  };
}

/** Tables in which virtual tables keep what they hold, by what follows their names: of full text (FTS3 to FTS5) and of R*Trees. */
const innerTables = [
  'content',
  'segments',
  'segdir',
  'docsize',
  'stat',
  'data',
  'idx',
  'config',
  'node',
  'rowid',
  'parent',
];

/** Names of which the engine cannot tell anything: what could not be made, the tables within it, and views that read any of them. */
function namesNotMade({ statements, tables }: SqlSchema, lost: ReadonlySet<string>): readonly string[] {
  if (lost.size === 0) return [];
  const found = new Set<string>();
  tables.forEach(({ name, kind }, i) => {
    if (!lost.has(statements[i] ?? '')) return;
    found.add(name.toLowerCase());
    if (kind === 'virtual') for (const inner of innerTables) found.add(`${name}_${inner}`.toLowerCase());
  });
  const views = tables.flatMap(({ name, kind }, i) =>
    kind === 'view' ? [{ name: name.toLowerCase(), reads: wordsIn(statements[i] ?? '') }] : [],
  );
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const { name, reads } of views) if (reads.some((word) => found.has(word))) found.add(name);
  }
  return [...found];
}

function wordsIn(statement: string): readonly string[] {
  return scanSql(statement).map((token) => unquoted(token).toLowerCase());
}

/** The statements that make the indexes of a table; undefined for one of which too little is known. Those of keys are made with the table. */
function indexStatements({ name, indexes = [] }: SqlTable): readonly (string | undefined)[] {
  return indexes.flatMap((index) => {
    if (index.name === '' || foldedName(index.name).startsWith('sqlite_autoindex_')) return [];
    const columns = index.columns.map((column) => (column === undefined ? undefined : quoted(column)));
    if (index.isPartial || columns.includes(undefined)) return [undefined];
    return [
      `CREATE ${index.isUnique ? 'UNIQUE ' : ''}INDEX ${quoted(index.name)} ON ${quoted(name)} (${columns.join(', ')})`,
    ];
  });
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
