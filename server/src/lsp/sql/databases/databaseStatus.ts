import { formatCount } from '@querent/core/text';
import { longestSql } from '../openSqlDocument.ts';
import type { SqlDatabaseStatus, WireDatabase } from '../../../sqlProtocol.ts';
import type { SqlDatabaseState } from '../sqlDatabases.ts';

type Ready = Extract<SqlDatabaseState, { kind: 'ready' }>;

/** The database of a document in the words of the status bar. */
export function databaseStatus(
  uri: string,
  dialect: SqlDatabaseStatus['dialect'],
  state: SqlDatabaseState,
): SqlDatabaseStatus {
  const common = { uri, dialect };
  if (state.kind === 'none')
    return { ...common, state: 'none', detail: 'No database', explanation: state.message };
  if (state.kind === 'opening')
    return { ...common, state: 'loading', detail: 'Opening the database…', explanation: state.path };
  if (state.kind === 'error')
    return {
      ...common,
      state: 'error',
      detail: 'The database cannot be used',
      explanation: state.message,
    };
  const { length } = state.schema.tables;
  return {
    ...common,
    state: 'ready',
    detail: `${state.label}, ${formatCount(length)} ${length === 1 ? 'table' : 'tables'}`,
    explanation: state.warning ?? state.path,
    database: { ...wireDatabase(state), tables: length, rows: state.source === 'sqlite' },
  };
}

/** How it stands with a document that is too long to be read. */
export function tooLongStatus(
  uri: string,
  dialect: SqlDatabaseStatus['dialect'],
  characters: number,
): SqlDatabaseStatus {
  return { uri, dialect, state: 'error', detail: 'Too long to be read', explanation: tooLong(characters) };
}

/** Why nothing is told of a long document, and the way out. */
export function tooLong(characters: number): string {
  return `This document has ${formatCount(characters)} characters, and SQL is read up to ${formatCount(longestSql)}, so that nothing in it is checked or offered. Put the statements that you work on into a document of their own.`;
}

/** A database that is open as it crosses the wire. */
function wireDatabase({ label, path, changed, read }: Ready): WireDatabase {
  return { label, path, changed, read };
}
