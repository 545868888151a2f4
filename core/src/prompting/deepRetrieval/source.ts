import type { TemplateSource } from '../rawTemplate.ts';

/**
 * The scripts that wrote the training rows of DeepRetrieval (Jiang et al. 2025, arXiv 2503.00223), pat-jj/DeepRetrieval: MIT, its folder `code` Apache-2.0
 * from verl. Read in a public fork that keeps its history. The loader (`verl/utils/dataset/rl_dataset.py`, `verl/utils/torch_functional.py`)
 * tokenises the content of the only message as it is, without a chat template and without adding special tokens, so that the text below is what
 * the models saw, byte by byte.
 */
export function scriptOf(
  path: string,
  commit: string,
  note: string,
  fidelity: TemplateSource['fidelity'] = 'exact',
): TemplateSource {
  return {
    repository: 'pat-jj/DeepRetrieval (read in the fork zelal-Eizaldeen/DeepRetrieval)',
    path: `code/data_preprocess/${path}`,
    commit,
    licence: 'MIT and Apache-2.0',
    fidelity,
    note,
  };
}
