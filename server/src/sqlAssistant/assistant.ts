import { mendSql, methodWriter, proposeSql } from '@querent/core/sqlAssistant';
import type { ProposingOptions, SqlMended, SqlMending, SqlProposals, SqlSource } from '@querent/core/sqlAssistant'; // prettier-ignore
import type { SqlSchema } from '@querent/core/sqlSchema';
import type { OpenedDatabase } from '../databases/index.ts';
import type { TextModel } from '../models/index.ts';
import type { SqlModelOptions } from './modelWriter.ts';
import { SchemaErrors } from './schemaErrors.ts';
import { sqlTrial } from './trial.ts';

/** What statements are written for. */
interface SqlPlace {
  /** With samples of values where they are known: `describe` of a database finds them. */
  readonly schema: SqlSchema;
  /** Where statements are run; absent where there are only CREATE statements. */
  readonly database?: Pick<OpenedDatabase, 'preview'> | undefined;
}

export interface SqlAssistantOptions extends SqlModelOptions {
  /** Who writes; the method, and the model where there is one, by default. */
  readonly sources?: readonly SqlSource[];
  /** What has the schemas ready already, which stays its owner's; a new one by default. */
  readonly errors?: SchemaErrors;
}

/** Writes and mends statements with the method of the house and, where there is one, a model. */
export interface SqlAssistant {
  /** Why the model has no say, in sentences for people; empty where it has. Each is among the notes of every answer, too. */
  readonly notes: readonly string[];
  /** Statements that answer a question; see `proposeSql`. @throws SearchError as the database does */
  propose(
    place: SqlPlace,
    asked: { readonly question: string; readonly evidence?: string | undefined },
    options?: ProposingOptions,
  ): Promise<SqlProposals>;
  /** Statements that mend one; see `mendSql`. @throws SearchError as the database does */
  mend(place: SqlPlace, asked: Omit<SqlMending, 'schema'>, options?: ProposingOptions): Promise<SqlMended>;
  /** Frees what SQLite holds of schemas. The model is its owner's. */
  close(): void;
}

/**
 * Loads SQLite and asks the model what it is. A model that cannot be asked, or that was trained for something else, costs its own statements, and the notes say so.
 * @param model absent without one, and where the workspace is not trusted
 * @throws when the signal fires
 */
export async function openSqlAssistant(
  model: TextModel | undefined,
  { sources = ['deterministic', 'model'], errors: shared, ...options }: SqlAssistantOptions = {},
  signal?: AbortSignal,
): Promise<SqlAssistant> {
  const notes: string[] = [];
  const writers = sources.includes('deterministic') ? [methodWriter] : [];
  if (model !== undefined && sources.includes('model'))
    try {
      // Loaded when there is a model: most people have none.
      const { sqlModelWriter } = await import('./modelWriter.ts');
      writers.push(await sqlModelWriter(model, options, signal));
    } catch (error) {
      signal?.throwIfAborted();
      notes.push(error instanceof Error ? error.message : String(error));
    }
  const errors = shared ?? new SchemaErrors();
  await errors.load();
  return {
    notes,
    async propose({ schema, database }, asked, more) {
      const trial = sqlTrial(errors, schema, database);
      const found = await proposeSql({ ...asked, schema }, writers, trial, more);
      return { ...found, notes: [...notes, ...found.notes] };
    },
    async mend({ schema, database }, asked, more) {
      const trial = sqlTrial(errors, schema, database);
      const found = await mendSql({ ...asked, schema }, writers, trial, more);
      return { ...found, notes: [...notes, ...found.notes] };
    },
    close() {
      if (shared === undefined) errors.dispose();
    },
  };
}
