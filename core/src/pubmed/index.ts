export type * from './tree.ts';
export { QueryTooLongError } from './resolved.ts';
export type { ResolvedQuery } from './resolved.ts';
