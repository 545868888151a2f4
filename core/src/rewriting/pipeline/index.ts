export { proposeRewrites } from './pipeline.ts';
export type { RewriteOptions } from './pipeline.ts';
export type { Linter } from './validate.ts';
