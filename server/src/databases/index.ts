export { openDatabases } from './openDatabases.ts';
export type { OpenedDatabases } from './openDatabases.ts';
