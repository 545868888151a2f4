import type { TaskName } from '../rawTemplate.ts';

/** A figure that was published of a model. */
export interface PublishedFigure {
  /** What was measured on what, with its value: one line for people. */
  readonly text: string;
  readonly source: string;
}

/** A checkpoint that its authors published: what a model picker shows. */
export interface PublishedCheckpoint {
  /** On Hugging Face: `DeepRetrieval/DeepRetrieval-PubMed-3B`. */
  readonly repository: string;
  readonly name: string;
  readonly task: TaskName;
  /** Id of the template that it was trained with, as far as that is known. */
  readonly template: string;
  /** Templates to try where the first does badly: which one the last steps saw is not known. */
  readonly alternatives: readonly string[];
  readonly baseModel: string;
  /** `general.architecture` of a GGUF of it. */
  readonly architecture: 'qwen2' | 'llama';
  readonly parameters: number;
  /** Size in bytes, about: of the weights in 16 bits, and of a GGUF with 4 bits (Q4_K_M). */
  readonly bytes: number;
  readonly quantisedBytes: number;
  /** Of the base model, which binds what is made of it. */
  readonly licence: string;
  readonly figures: readonly PublishedFigure[];
  /** How it is known that the repository exists under this name, and what is not known. */
  readonly verified: string;
}

const qwen3b = {
  baseModel: 'Qwen/Qwen2.5-3B-Instruct',
  architecture: 'qwen2',
  parameters: 3.09e9,
  bytes: 6.17e9,
  quantisedBytes: 1.93e9,
  licence: 'Qwen Research Licence (base model): not for commercial use',
} as const;

const llama3b = {
  baseModel: 'meta-llama/Llama-3.2-3B-Instruct',
  architecture: 'llama',
  parameters: 3.21e9,
  bytes: 6.43e9,
  quantisedBytes: 2.02e9,
  licence: 'Llama 3.2 Community Licence (base model)',
} as const;

const readme = 'README of pat-jj/DeepRetrieval';
const figure = 'read off a figure of arXiv 2503.00223, approximate';

/**
 * The published checkpoints of DeepRetrieval. They are safetensors; to run here they are exported to GGUF, or served by an endpoint. Sizes are those of
 * the base models, which training does not change.
 */
export const publishedCheckpoints: readonly PublishedCheckpoint[] = [
  {
    repository: 'DeepRetrieval/DeepRetrieval-PubMed-3B',
    name: 'DeepRetrieval-PubMed-3B',
    task: 'publication',
    template: 'deepretrieval/pubmed-qwen',
    alternatives: ['deepretrieval/pubmed-qwen-plain'],
    ...qwen3b,
    figures: [
      { text: 'recall 65.07 % of 4,116 PICO topics in the first 3,000 records of PubMed', source: readme },
    ],
    verified: 'The card names Qwen2.5-3B-Instruct as its base.',
  },
  {
    repository: 'DeepRetrieval/DeepRetrieval-PubMed-3B-Llama',
    name: 'DeepRetrieval-PubMed-3B-Llama',
    task: 'publication',
    template: 'deepretrieval/pubmed-llama',
    alternatives: [],
    ...llama3b,
    figures: [
      {
        text: 'recall of about 64.7 % of 4,116 PICO topics in the first 3,000 records of PubMed (step 1,800)',
        source: figure,
      },
    ],
    verified: 'Several public projects load it under this name; its card was not read.',
  },
  {
    repository: 'DeepRetrieval/DeepRetrieval-CTGov-3B',
    name: 'DeepRetrieval-CTGov-3B',
    task: 'trials',
    template: 'deepretrieval/ctgov-qwen',
    alternatives: ['deepretrieval/ctgov-llama'],
    ...qwen3b,
    figures: [
      {
        text: 'recall 63.18 % of 1,591 PICO topics at ClinicalTrials.gov; 70.6 % of them share a trial with the training topics',
        source: readme,
      },
    ],
    verified:
      'A public project loads it under this name, with rows of the Llama wording; its card was not read. Its base is taken to be Qwen, as its name has no -Llama; ' +
      'a GGUF of the architecture llama is asked with the Llama wording.',
  },
  {
    repository: 'DeepRetrieval/DeepRetrieval-NQ-BM25-3B',
    name: 'DeepRetrieval-NQ-BM25-3B',
    task: 'qa',
    template: 'deepretrieval/nq',
    alternatives: [],
    ...qwen3b,
    figures: [{ text: 'an answer in the first 20 passages for 73-74 % of 3,610 questions', source: figure }],
    verified: 'The authors’ vllm_host.sh and query_rewrite.py load it under this name.',
  },
  {
    repository: 'DeepRetrieval/DeepRetrieval-TriviaQA-BM25-3B',
    name: 'DeepRetrieval-TriviaQA-BM25-3B',
    task: 'qa',
    template: 'deepretrieval/triviaqa-squad',
    alternatives: ['deepretrieval/nq'],
    ...qwen3b,
    figures: [
      { text: 'an answer in the first 20 passages for about 81 % of 11,313 questions', source: figure },
    ],
    verified: 'Named in the authors’ vllm_host.sh; its card was not read.',
  },
  {
    repository: 'DeepRetrieval/DeepRetrieval-SQuAD-BM25-3B-200',
    name: 'DeepRetrieval-SQuAD-BM25-3B-200',
    task: 'qa',
    template: 'deepretrieval/triviaqa-squad',
    alternatives: ['deepretrieval/nq'],
    ...qwen3b,
    figures: [
      { text: 'an answer in the first 20 passages for about 73 % of 10,570 questions', source: figure },
    ],
    verified: 'Named in the authors’ vllm_host.sh; its card was not read.',
  },
  {
    repository: 'DeepRetrieval/DeepRetrieval-SQL-3B',
    name: 'DeepRetrieval-SQL-3B',
    task: 'sql',
    template: 'deepretrieval/bird',
    alternatives: ['deepretrieval/spider'],
    ...qwen3b,
    baseModel: 'Qwen/Qwen2.5-Coder-3B-Instruct',
    figures: [{ text: 'execution accuracy 74.85 % on Spider', source: 'arXiv 2503.00223, as cited' }],
    verified:
      'A public project loads it under this name; its card was not read, its base is that of the training script.',
  },
  {
    repository: 'DeepRetrieval/DeepRetrieval-SQL-7B',
    name: 'DeepRetrieval-SQL-7B',
    task: 'sql',
    template: 'deepretrieval/bird',
    alternatives: ['deepretrieval/spider'],
    baseModel: 'Qwen/Qwen2.5-Coder-7B-Instruct',
    architecture: 'qwen2',
    parameters: 7.62e9,
    bytes: 15.2e9,
    quantisedBytes: 4.68e9,
    licence: 'Apache-2.0 (base model)',
    figures: [
      {
        text: 'execution accuracy of 56-57 % on BIRD and about 75 % on Spider (best of the family)',
        source: figure,
      },
    ],
    verified: 'Its card gives the prompt, which is followed here; its base is that of the training script.',
  },
];
