import type { RawTemplate } from '../rawTemplate.ts';
import { rawTemplate } from '../rawTemplate.ts';
import { scriptOf } from './source.ts';

const expert =
  '\nYou are a SQL query writing expert. Your task is to write the SQL query for the user query to retrieve data from a database.\n';

const thinker =
  '<|im_start|>system\nYou are a helpful assistant. You first think about the reasoning process in the mind and then provides the user with the answer.<|im_end|>\n<|im_start|>user\n';
const answerer =
  '<|im_start|>system\nYou are a helpful assistant. You need to provide the user with the answer.<|im_end|>\n<|im_start|>user\n';

const knowledge = 'External Knowledge: {{knowledge}}\n';

/** External knowledge is spoken of where none is given, too. */
const note =
  'Note: Using valid SQLite and understanding External Knowledge, answer the following questions for the tables provided above.\n\n';

const json = '<answer>\n{\n    "sql": "SELECT ... (in one line)"\n} \n</answer>. \n';

const reasoning = (more: string): string =>
  `${thinker}${expert}Database Schema:\n{{schema}}\n${more}${note}` +
  'Show your work in <think> </think> tags. Your final response must be in JSON format within <answer> </answer>. For example,\n' +
  `<think>\n[thinking process]\n</think>\n${json}\nHere's the user query:\n{{question}}<|im_end|>\n<|im_start|>assistant\n` +
  'Let me write the SQL query with reasoning. \n<think>\n';

const direct = (more: string): string =>
  `${answerer}${expert}Database Schema:\n{{schema}}\n${more}${note}` +
  `Your final response must be in JSON format within <answer> </answer>. For example,\n${json}` +
  "\nHere's the user query:\n{{question}}<|im_end|>\n<|im_start|>assistant\nLet me write the SQL query. \n<answer>\n";

const common = {
  task: 'sql',
  answerKey: 'sql',
  trainedTokens: { prompt: 2048, answer: 512 },
} as const;

/** BIRD: with external knowledge. */
export const bird: RawTemplate = rawTemplate({
  ...common,
  id: 'deepretrieval/bird',
  variant: 'reasoning',
  text: reasoning(knowledge),
  source: scriptOf(
    'bird.py',
    '9787078532919c9ab9e5ace1b51ab2ae2319e838',
    'The wording of the card of DeepRetrieval-SQL-7B, which has one line break more before "External Knowledge" than the scripts write; these are followed. ' +
      'Earlier versions of the script misspelt "understanding", had sample rows, or left the turn open.',
    'reconstructed',
  ),
});

/** Spider: without external knowledge. */
export const spider: RawTemplate = rawTemplate({
  ...common,
  id: 'deepretrieval/spider',
  variant: 'reasoning',
  text: reasoning(''),
  source: scriptOf(
    'spider.py',
    '9787078532919c9ab9e5ace1b51ab2ae2319e838',
    'The last version of the script.',
  ),
});

/** BIRD without reasoning. */
export const birdDirect: RawTemplate = rawTemplate({
  ...common,
  id: 'deepretrieval/bird-direct',
  variant: 'direct',
  text: direct(knowledge),
  source: scriptOf(
    'no_reason/SQL/bird.py',
    '9787078532919c9ab9e5ace1b51ab2ae2319e838',
    'The ablation without reasoning; no checkpoint of it was published.',
  ),
});

/** Spider without reasoning. */
export const spiderDirect: RawTemplate = rawTemplate({
  ...common,
  id: 'deepretrieval/spider-direct',
  variant: 'direct',
  text: direct(''),
  source: scriptOf(
    'no_reason/SQL/spider.py',
    '9787078532919c9ab9e5ace1b51ab2ae2319e838',
    'The ablation without reasoning; no checkpoint of it was published.',
  ),
});
