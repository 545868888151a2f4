import { dialectOf } from '@querent/core/sql';
import { readDdl, type SqlSchema } from '@querent/core/sqlSchema';
import type { SqlAssistant } from '../../../sqlAssistant/index.ts';
import type { SqlProposeResult, WireDatabase } from '../../../sqlProtocol.ts';
import { UserFacingError } from '../../runSafe.ts';
import type { Services } from '../../services.ts';
import type { LeasedDatabase } from '../../../sqlDocuments/index.ts';
import type { OpenSqlDocument } from '../openSqlDocument.ts';

/** What is told while it takes time, and how it is cancelled. */
export interface ProposingWatch {
  readonly signal: AbortSignal;
  readonly onStage: (stage: string) => void;
  /** Told what the method has while a model is still writing; never where there is no model. */
  readonly onEarly?: ((result: SqlProposeResult) => void) | undefined;
}

/** What statements are written for; without a database there are only CREATE statements. */
interface DeskPlace {
  readonly schema: SqlSchema;
  readonly database: LeasedDatabase | undefined;
}

/** What statements for a document are written and tried with. */
export interface Desk {
  readonly assistant: SqlAssistant;
  /** The method alone, which has its answer long before a model; absent where there is no model to wait for. */
  readonly early?: SqlAssistant;
  readonly place: DeskPlace;
  readonly about: WireDatabase;
  /** Why there is no model, where there is none. */
  readonly notes: readonly string[];
}

/**
 * Opens the database of a document and calls the writers: the method, and the model where one is chosen, alive, and the workspace is trusted.
 * @throws UserFacingError where there is no database, or one of another dialect
 * @throws SearchError where the database cannot be read, or the signal fires
 */
export async function atDesk<T>(
  services: Services,
  document: OpenSqlDocument,
  { signal, onStage }: ProposingWatch,
  work: (desk: Desk) => Promise<T>,
): Promise<T> {
  onStage('reading the database');
  const { place, about } = await placeOf(services, document, signal);
  signal.throwIfAborted();
  const proposed = (): Promise<T> => atPlace(services, { place, about }, signal, work);
  // A model may write for a minute, and the file change meanwhile.
  return place.database === undefined ? proposed() : place.database.held(proposed);
}

async function atPlace<T>(
  services: Services,
  { place, about }: Pick<Desk, 'place' | 'about'>,
  signal: AbortSignal,
  work: (desk: Desk) => Promise<T>,
): Promise<T> {
  const { openSqlAssistant } = await import('../../../sqlAssistant/index.ts');
  const isTrusted = services.client().trusted;
  const model = isTrusted ? await services.model.model : undefined;
  const { samples, template, contextTokens } = services.settings().model;
  const errors = services.sql.problems.sqlite;
  const assistant = await openSqlAssistant(model, { samples, template, contextTokens, errors }, signal);
  try {
    if (model === undefined) return await work({ assistant, place, about, notes: [withoutModel(isTrusted)] });
    const early = await openSqlAssistant(undefined, { sources: ['deterministic'], errors }, signal);
    return await work({ assistant, early, place, about, notes: [] });
  } finally {
    assistant.close();
  }
} // prettier-ignore

async function placeOf(
  services: Services,
  document: OpenSqlDocument,
  signal: AbortSignal,
): Promise<{ readonly place: DeskPlace; readonly about: WireDatabase }> {
  if (dialectOf(document.parsed, services.settings().sql.dialect).dialect !== 'sqlite')
    throw new UserFacingError(
      'Statements are written for SQLite only. Write -- dialect: sqlite into the document to ask a SQLite file.',
    );
  const { databases } = services.sql;
  const state = await databases.settled(document, signal);
  const own = state.kind === 'none' ? readDdl(document.text) : undefined;
  if (own !== undefined && own.tables.length > 0)
    return { place: { schema: own, database: undefined }, about: aboutItself(document) };
  if (state.kind !== 'ready')
    throw new UserFacingError('message' in state ? state.message : 'The database is still being opened.');
  const { label, path, changed, read } = state;
  const about = { label, path, changed, read };
  if (state.source === 'ddl') return { place: { schema: state.schema, database: undefined }, about };
  const database = await databases.database(document, signal);
  // With values, which take two seconds at most the first time.
  const schema = await database.describe(signal);
  return { place: { schema, database }, about: { ...about, changed: database.changed } };
}

/** Without a database the document's own CREATE statements are the schema. */
function aboutItself({ uri }: OpenSqlDocument): WireDatabase {
  const now = Date.now();
  return { label: 'this document', path: uri, changed: now, read: now };
}

function withoutModel(isTrusted: boolean): string {
  return isTrusted
    ? 'No language model had a say: none is chosen, or it cannot be used. These are the method’s own.'
    : 'No language model had a say, since this workspace is not trusted. These are the method’s own.';
}

/** Answers with all writers; before, where somebody wants it and there is a model to wait for, with the method alone. */
export async function answered(
  { assistant, early, notes }: Desk,
  { onEarly }: ProposingWatch,
  answer: (assistant: SqlAssistant, notes: readonly string[]) => Promise<SqlProposeResult>,
): Promise<SqlProposeResult> {
  if (early !== undefined && onEarly !== undefined)
    onEarly(await answer(early, ['The language model is still writing. These are the method’s own.']));
  return answer(assistant, notes);
}
