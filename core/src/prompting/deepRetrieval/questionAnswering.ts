import type { RawTemplate } from '../rawTemplate.ts';
import { rawTemplate } from '../rawTemplate.ts';
import { scriptOf } from './source.ts';

const wikipedia = 'a Wikipedia corpus using BM25.';
const massive = 'a massive corpus.';

/** The user turn is never closed: what is to be written follows the question in it. `thinks` is theirs. */
function reasoning(corpus: string, note: string): string {
  return (
    '<|im_start|>system\nYou are a helpful assistant. You first thinks about the reasoning process in the mind and then provides the user with the answer.<|im_end|>\n<|im_start|>user\n' +
    `\nYou are a query rewriting expert. Your task is to create query terms for user query to find relevant literature in ${corpus}\n` +
    '\nShow your work in <think> </think> tags. Your final response must be in JSON format within <answer> </answer> tags. For example,\n' +
    '<think>\n[thinking process]\n</think>\n<answer>\n{\n    "query": "...."\n} \n</answer>. \n' +
    `Note: The query should use Boolean operators (AND, OR) and parentheses for grouping terms appropriately.${note}\n\n` +
    "Here's the user query:\n{{question}}\nAssistant: Let me rewrite the query with reasoning. \n<think>\n"
  );
}

function direct(corpus: string): string {
  return (
    '<|im_start|>system\nYou are a helpful assistant. You directly provide the user with the answer.<|im_end|>\n<|im_start|>user\n' +
    `\nYou are a query rewriting expert. Your task is to create query terms for user query to find relevant literature in ${corpus}\n` +
    '\nYour response must be in JSON format within <answer> </answer> tags. For example,\n<answer>\n{\n    "query": "...."\n} \n</answer>\n' +
    'Note: The query should use Boolean operators (AND, OR) and parentheses for grouping terms appropriately. Directly provide the query (in the format mentioned above) without thinking and without any additional text.\n\n' +
    "Here's the user query:\n{{question}}\nAssistant: Here's the generated query:\n"
  );
}

const common = { task: 'qa', answerKey: 'query' } as const;

/** Natural Questions over Wikipedia, BM25. */
export const nq: RawTemplate = rawTemplate({
  ...common,
  id: 'deepretrieval/nq',
  variant: 'reasoning',
  text: reasoning(wikipedia, ''),
  trainedTokens: { prompt: 256, answer: 512 },
  source: scriptOf(
    'nq_serini.py',
    '29b1ae7404813ac8b96335365b91df5fa6283996',
    'The same wording stands in query_rewrite.py, with which the published model is served.',
  ),
});

/** TriviaQA and SQuAD. */
export const triviaqaSquad: RawTemplate = rawTemplate({
  ...common,
  id: 'deepretrieval/triviaqa-squad',
  variant: 'reasoning',
  text: reasoning(massive, " You don't need to rewrite the query when the query is already good."),
  trainedTokens: { prompt: 256, answer: 350 },
  source: scriptOf(
    'triviaqa.py',
    '9787078532919c9ab9e5ace1b51ab2ae2319e838',
    'Both models continue from the one for NQ, whose wording their scripts had at first (commit 62c2e88b); their last version speaks of a massive corpus and says ' +
      'that a good query may stay. That version was not at hand: the name of the corpus is that of no_reason/Evidence/triviaqa.py of the commit given, the note ' +
      'that of two projects which use these models. Where it does badly, try deepretrieval/nq.',
    'reconstructed',
  ),
});

/** Natural Questions without reasoning. */
export const nqDirect: RawTemplate = rawTemplate({
  ...common,
  id: 'deepretrieval/nq-direct',
  variant: 'direct',
  text: direct(wikipedia),
  trainedTokens: { prompt: 256, answer: 512 },
  source: scriptOf(
    'no_reason/Evidence/nq_serini.py',
    '3e715f2add53795e85c0e56f73cd307e1bcf181d',
    'The ablation without reasoning; no checkpoint of it was published.',
  ),
});

/** TriviaQA and SQuAD without reasoning. */
export const triviaqaSquadDirect: RawTemplate = rawTemplate({
  ...common,
  id: 'deepretrieval/triviaqa-squad-direct',
  variant: 'direct',
  text: direct(massive),
  trainedTokens: { prompt: 256, answer: 350 },
  source: scriptOf(
    'no_reason/Evidence/triviaqa.py',
    '9787078532919c9ab9e5ace1b51ab2ae2319e838',
    'The ablation without reasoning, of both sets; no checkpoint of it was published.',
  ),
});
