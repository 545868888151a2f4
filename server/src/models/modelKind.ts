import type { GgufHeader } from './ggufHeader.ts';

/** Architectures that read a text at once and write none (llama.cpp's names). */
const readers = new Set([
  'bert',
  'modern-bert',
  'nomic-bert',
  'nomic-bert-moe',
  'neo-bert',
  'jina-bert-v2',
  'jina-bert-v3',
  'eurobert',
  'gemma-embedding',
  'llama-embed',
  't5encoder',
]);
/** Architectures that write one token after the other are all others but these. */
const others: Readonly<Record<string, string>> = {
  clip: 'is the image part (a projector) of a model, not a model that writes',
  'wavtokenizer-dec': 'makes sound, not text',
  qwen3tts: 'makes speech, not text',
  pockettts: 'makes speech, not text',
  dream: 'is a diffusion model; only models that write one token after the other can be used',
  llada: 'is a diffusion model; only models that write one token after the other can be used',
  'llada-moe': 'is a diffusion model; only models that write one token after the other can be used',
  rnd1: 'is a diffusion model; only models that write one token after the other can be used',
};
/** `general.type`, where it says that this is no whole model. */
const parts: Readonly<Record<string, string>> = {
  mmproj: 'is the image part (a projector) of a model, not a model that writes',
  adapter: 'is an adapter (LoRA) for another model, not a model of its own',
  imatrix: 'is an importance matrix for quantising, not a model',
  vocab: 'holds a vocabulary only, and no weights',
};

/** Why a file cannot be loaded at all, or for writing; completes "The model file ..."; undefined when nothing speaks against it. */
export function whyUnfit(header: GgufHeader, purpose: 'generate' | 'embed'): string | undefined {
  const { metadata, tensorCount } = header;
  const type = String(metadata['general.type'] ?? '');
  const architecture = String(metadata['general.architecture'] ?? '');
  if (parts[type] !== undefined) return parts[type];
  if (tensorCount === 0) return 'holds a vocabulary only, and no weights';
  const part = Number(metadata['split.no'] ?? 0);
  if (part > 0) {
    const count = String(metadata['split.count'] ?? '?');
    return `is part ${part + 1} of ${count} of a model; choose its first part, with the others beside it`;
  }
  if (others[architecture] !== undefined) return others[architecture];
  if (purpose === 'embed') return undefined;
  const pooling = metadata[`${architecture}.pooling_type`];
  if (pooling === 4) return 'is a reranker: it scores texts and writes none';
  if (readers.has(architecture) || (typeof pooling === 'number' && pooling > 0))
    return 'is made for embeddings: it turns texts into vectors and writes none';
  return undefined;
}
