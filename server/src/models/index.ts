export { defaultHostPath } from './hostPath.ts';
export { ModelError } from './modelError.ts';
export { createModelHost } from './modelHost.ts';
export type { ModelHost, ModelState } from './modelHost.ts';
