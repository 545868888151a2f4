import type { RawTemplate } from '../rawTemplate.ts';
import { rawTemplate } from '../rawTemplate.ts';
import { scriptOf } from './source.ts';

/** Shared by all templates for PubMed and for ClinicalTrials.gov; begins and ends with line breaks. */
const role = `
The Assistant is a clinical specialist. He is conducting research and doing a medical literature review. His task is to create query terms for a search URL to find relevant literature on PubMed or ClinicalTrials.gov.

The research is defined using the PICO framework:
P: Patient, Problem or Population - Who or what is the research about?
I: Intervention - What is the main intervention or exposure being considered?
C: Comparison - What is the intervention being compared to?
O: Outcome - What are the relevant outcomes or effects being measured?

`;

const conversation =
  'A conversation between User and Assistant. The User asks a question, and the Assistant solves it. The Assistant first thinks about the reasoning process in the mind and then provides the User with the answer.';

/** The spaces before line breaks belong to it. */
const form =
  'The Assistant should show his thinking process in <think> </think> tags. The Assistant should return the final answer in JSON format in <answer> </answer> tags, \n' +
  'For example:\n<think>\n[thinking process]\n</think>\n<answer>\n{\n    "query": "...."\n} \n</answer>. \n' +
  'Note: The query should use Boolean operators (AND, OR) and parentheses for grouping terms appropriately.\n\n';

const pico = 'P: {{P}}\nI: {{I}}\nC: {{C}}\nO: {{O}}\n';
const start = 'Assistant: Let me solve this step by step. \n<think>';

const plain =
  `${conversation}\n${role}${form}User: The research is defined by the following PICO:\n` +
  `${pico}\n${start}\n`;

/** Two line breaks behind `assistant`, and none behind the last tag but one. */
const chatMl =
  `<|im_start|>system\n${conversation}<|im_end|>\n<|im_start|>user\n${role}${form}` +
  `User: The research is defined by the following PICO:\n${pico}<|im_end|>\n<|im_start|>assistant\n\n${start}\n`;

/** The header of Llama's vocabulary and plain labels; nothing behind the opened tag. */
const llama =
  `<|begin_of_text|>System: ${conversation}\n\nUser: ${role}${form}The research is defined by the following PICO:\n` +
  `${pico}\n\n${start}`;

const direct =
  `<|im_start|>system\nYou are a helpful assistant. You directly provide the user with the answer.<|im_end|>\n<|im_start|>user\n${role}` +
  '\nYour response must be in JSON format within <answer> </answer> tags. For example,\n' +
  '<answer>\n{\n    "query": "...."\n} \n</answer>\n' +
  'Note: The query should use Boolean operators (AND, OR) and parentheses for grouping terms appropriately. Directly provide the query (in the format mentioned above) without thinking and without any additional text.\n\n' +
  `Here's the user query:\n${pico}\nAssistant: Here's the generated query:\n`;

const common = {
  answerKey: 'query',
  trainedTokens: { prompt: 500, answer: 500 },
} as const;

/** PubMed, Qwen2.5. */
export const pubmedQwen: RawTemplate = rawTemplate({
  ...common,
  id: 'deepretrieval/pubmed-qwen',
  task: 'publication',
  variant: 'reasoning',
  text: chatMl,
  source: scriptOf(
    'pubmed.py',
    '97bd5577fdaccce4320c0dcc68670b299c3b9240',
    'The last version of the script, and the wording of the published evaluation rows (search_engine/pubmed/test_full.parquet) on which the figure of the ' +
      'published model was measured. The model was trained in two runs (pubmed_search_3b_3000, pubmed_3b_new_continue) and the first began with the plain ' +
      'wording; which rows the last steps saw is not recorded, so deepretrieval/pubmed-qwen-plain is there, too.',
  ),
});

/** PubMed, Qwen2.5, before turns were marked. */
export const pubmedQwenPlain: RawTemplate = rawTemplate({
  ...common,
  id: 'deepretrieval/pubmed-qwen-plain',
  task: 'publication',
  variant: 'reasoning',
  text: plain,
  source: scriptOf(
    'pubmed.py',
    '5ccd99759c46f6252f391b85a858e188ea1ea272',
    'The version before, with which training began in February 2025 and which stands commented out in the last one.',
  ),
});

/** PubMed, Llama 3.2. */
export const pubmedLlama: RawTemplate = rawTemplate({
  ...common,
  id: 'deepretrieval/pubmed-llama',
  task: 'publication',
  variant: 'reasoning',
  text: llama,
  source: scriptOf(
    'pubmed_32.py',
    '76fc97195cd0ac82cae43b5a71d4cc99468f6bb7',
    'The only wording of the Llama scripts; train/pubmed_32.sh and eval/pubmed_32.sh read its rows.',
  ),
});

/** PubMed without reasoning. */
export const pubmedDirect: RawTemplate = rawTemplate({
  ...common,
  id: 'deepretrieval/pubmed-direct',
  task: 'publication',
  variant: 'direct',
  text: direct,
  source: scriptOf(
    'no_reason/SearchEngine/pubmed.py',
    '3e715f2add53795e85c0e56f73cd307e1bcf181d',
    'The ablation without reasoning; no checkpoint of it was published. The user turn is never closed.',
  ),
});

/** ClinicalTrials.gov, Qwen2.5. */
export const ctgovQwen: RawTemplate = rawTemplate({
  ...common,
  id: 'deepretrieval/ctgov-qwen',
  task: 'trials',
  variant: 'reasoning',
  text: plain,
  source: scriptOf(
    'ctgov.py',
    '3eb5a776eca2c539f31d32c018931f4c3bcbab76',
    'All versions of the script have this wording, which is that of the older PubMed rows.',
  ),
});

/** ClinicalTrials.gov, Llama 3.2. */
export const ctgovLlama: RawTemplate = rawTemplate({
  ...common,
  id: 'deepretrieval/ctgov-llama',
  task: 'trials',
  variant: 'reasoning',
  text: llama,
  source: scriptOf(
    'ctgov_32.py',
    '76fc97195cd0ac82cae43b5a71d4cc99468f6bb7',
    'The only wording of the Llama script.',
  ),
});

/** ClinicalTrials.gov without reasoning. */
export const ctgovDirect: RawTemplate = rawTemplate({
  ...common,
  id: 'deepretrieval/ctgov-direct',
  task: 'trials',
  variant: 'direct',
  text: direct,
  source: scriptOf(
    'no_reason/SearchEngine/ctgov.py',
    '9787078532919c9ab9e5ace1b51ab2ae2319e838',
    'The ablation without reasoning; no checkpoint of it was published. The user turn is never closed.',
  ),
});
