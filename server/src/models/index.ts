export type { EmbeddingModel, TextVectors } from './embeddingModel.ts';
export { defaultHostPath } from './hostPath.ts';
export { ModelError } from './modelError.ts';
export { createEmbeddingHost, createModelHost } from './modelHost.ts';
export type { EmbeddingHost, ModelHost, ModelState } from './modelHost.ts';
export { answerGrammar, createModelRewriter } from './modelRewriter.ts';
export { createOpenAiEmbeddings } from './openAiEmbeddings.ts';
export { createOpenAiModel } from './openAiClient.ts';
export type { GenerateOptions, TextModel } from './textModel.ts';
