export { faultsOf } from './faults.ts';
export { proposeRewrites } from './pipeline.ts';
export type { RewriteOptions } from './options.ts';
export type { Linter } from './repair.ts';
