// The door for the editor, the commands and the trainer: SQLite files, which are only read.
export { databaseLimits, weighDatabase } from './limits.ts';
export type { DatabaseWeight } from './limits.ts';
export { openDatabaseFile, openDatabases } from './openDatabases.ts';
export type { AskOptions, DatabasesOptions, OpenedDatabase, OpenedDatabases } from './openDatabases.ts';
export type { PreviewOptions } from './runPreview.ts';
export type { RowsPart } from './protocol.ts';
