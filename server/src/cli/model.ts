import type { Rewriter } from '@querent/core/rewriting';
import { createModelHost, createModelRewriter, createOpenAiModel, defaultHostPath } from '../models/index.ts';

/** Answers that are written side by side, as in the editor unless its settings say otherwise. */
const answers = 4;

/** A model that writes queries, until it is closed. */
export interface OpenedModel {
  /** For one rewrite: a rewriter that is asked the same again samples other answers. */
  rewriter(): Rewriter;
  close(): Promise<void>;
}

/**
 * Makes a rewriter of what `--model` names: the address of an OpenAI-compatible server (its key from `QUERENT_MODEL_KEY`), or
 * a GGUF file. Nothing is loaded yet; faults become rejections with their reason.
 */
export function openModel(name: string): OpenedModel {
  if (/^https?:\/\//i.test(name)) {
    const apiKey = process.env.QUERENT_MODEL_KEY;
    const model = createOpenAiModel({ url: name, ...(apiKey === undefined ? {} : { apiKey }) });
    return { rewriter: () => createModelRewriter(model, { drafts: answers }), close: async () => undefined };
  }
  const host = createModelHost({
    hostPath: defaultHostPath(),
    modelPath: name,
    gpu: 'auto',
    threads: 0,
    idleMinutes: 0,
    samples: answers,
  });
  return { rewriter: () => createModelRewriter(host, { drafts: answers }), close: () => host.dispose() };
}
