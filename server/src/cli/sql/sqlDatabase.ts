import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SearchError } from '@querent/core/search';
import type { SqlSchema } from '@querent/core/sqlSchema';
import { openDatabaseFile } from '../../databases/index.ts';
import type { DatabasesOptions, OpenedDatabase } from '../../databases/index.ts';
import { databaseTarget, sourceState, readSource } from '../../sqlDocuments/index.ts';
import { badInput, note } from '../../terminal/index.ts';
import type { SqlFile } from './sqlFile.ts';

/** The database of a file, or a sentence on why there is none. */
export type ChosenDatabase =
  { readonly kind: 'file'; readonly path: string } | { readonly kind: 'none'; readonly message: string };

/** Milliseconds that reading a schema may take. */
const schemaMs = 60_000;

/**
 * The database that a file asks, found as in the editor: what `--database` names; else what its comment `-- database:` does, relative to the file; else what
 * lies beside it. Its folder counts before that where the command runs.
 * @param sqlFile absent: there is no file
 * @throws CliError for a name that is no file's
 */
export async function chosenDatabase(
  sqlFile: SqlFile | undefined,
  named: string | undefined,
): Promise<ChosenDatabase> {
  const own = named?.trim() === '' ? undefined : named;
  const target = await databaseTarget({
    uri:
      sqlFile === undefined || sqlFile.file === '-'
        ? 'untitled:sql'
        : pathToFileURL(resolve(sqlFile.file)).href,
    directive:
      own === undefined ? sqlFile?.document.directives.find(({ kind }) => kind === 'database') : undefined,
    setting: own ?? '',
    folders: [process.cwd()],
    networkPaths: true,
    isBesideMeant: true,
  });
  if (target.kind === 'refused') throw badInput(target.message);
  return target;
}

/**
 * Opens the database of a file for running statements. Nothing is ever written to it.
 * @throws CliError, SearchError where there is none that can be read
 */
export async function openForRunning(
  chosen: ChosenDatabase,
  options: DatabasesOptions,
): Promise<OpenedDatabase> {
  if (chosen.kind === 'none') throw badInput(chosen.message);
  const { path } = chosen;
  if (isDdl(path))
    throw badInput(
      `${path} holds statements, and no rows to run a query on. Name a SQLite file with --database.`,
    );
  if ((await sourceState(path)).kind === 'folder')
    throw badInput(`${path} is a folder. Name one database with --database FILE.sqlite.`);
  const database = await openDatabaseFile(path, options);
  if (database.weight.kind !== 'light') note(`warning: ${database.weight.message}`);
  return database;
}

/** A database that statements are written for: its schema, with what is in it where there are rows. */
export interface OpenSource {
  readonly path: string;
  readonly schema: SqlSchema;
  /** Absent for a file of `CREATE` statements, on which nothing can be run. */
  readonly database: OpenedDatabase | undefined;
  close(): Promise<void>;
}

/**
 * Opens a database, or reads a file of `CREATE` statements.
 * @throws CliError, SearchError where it cannot be read
 */
export async function openSource(chosen: ChosenDatabase, options: DatabasesOptions): Promise<OpenSource> {
  if (chosen.kind === 'none') throw badInput(chosen.message);
  const { path } = chosen;
  if (isDdl(path))
    return { path, schema: await readSchema(path), database: undefined, close: () => Promise.resolve() };
  const database = await openForRunning(chosen, options);
  try {
    return { path, schema: await database.describe(), database, close: () => database.close() };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/**
 * The schema of a database, or of a file of `CREATE` statements (`.sql`, `.ddl`).
 * @throws CliError, SearchError where it cannot be read
 */
export async function readSchema(path: string): Promise<SqlSchema> {
  try {
    const { schema, database, warning } = await readSource(path, await sourceState(path), schemaMs);
    if (warning !== undefined) note(`warning: ${warning}`);
    await database?.close();
    return schema;
  } catch (error) {
    if (error instanceof SearchError) throw error;
    throw badInput(error instanceof Error ? error.message : String(error), error);
  }
}

/** By its ending, as the editor does. */
function isDdl(path: string): boolean {
  return /\.(?:sql|ddl)$/iu.test(path);
}
