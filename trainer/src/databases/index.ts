export { openDatabases } from './openDatabases.ts';
export type { DatabasesOptions, OpenedDatabases } from './openDatabases.ts';
