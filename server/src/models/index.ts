export { defaultHostPath } from './hostPath.ts';
export { ModelError } from './modelError.ts';
export { createModelHost } from './modelHost.ts';
export type { ModelHost, ModelState } from './modelHost.ts';
export { createModelRewriter } from './modelRewriter.ts';
export { createOpenAiModel } from './openAiClient.ts';
export type { TextModel } from './textModel.ts';
