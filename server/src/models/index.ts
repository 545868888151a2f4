export type { EmbeddingModel, TextVectors } from './embeddingModel.ts';
export { defaultHostPath } from './hostPath.ts';
export { ModelError } from './modelError.ts';
export { createEmbeddingHost, createModelHost } from './modelHost.ts';
export type {
  EmbeddingHost,
  ModelHost,
  ModelHostOptions,
  ModelState,
  ReadTokensOptions,
} from './hostTypes.ts';
export { checkModelFile } from './gguf.ts';
export type { ModelFileInfo } from './gguf.ts';
export { describeGpu, estimateFile, probeGpu } from './modelLoading.ts';
export { freeMemory } from './modelMemory.ts';
export type { MachineMemory, MemoryEstimate } from './modelMemory.ts';
export { modelPrompt } from './modelPrompt.ts';
export { createModelRewriter } from './modelRewriter.ts';
export type { ModelRewriterOptions, WritingSample } from './modelRewriter.ts';
export { createOpenAiEmbeddings } from './openAiEmbeddings.ts';
export { createOpenAiModel, listServedModels } from './openAiClient.ts';
export type { Generation, ModelPrompt, SamplingOptions, TextTokens } from './hostProtocol.ts';
export type { GenerateManyOptions, GenerateOptions, SampleResult, TextModel } from './textModel.ts';
