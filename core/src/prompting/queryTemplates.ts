import type { AnswerKey } from './answer.ts';
import { promptTemplate } from './prompt.ts';
import type { PromptTemplate, Variant } from './prompt.ts';

/**
 * The two wordings of a task: with reasoning before the answer, after DeepRetrieval (Jiang et al., 2025; arXiv 2503.00223), and the answer alone
 * (fewer tokens). `rules` says what to write, this adds in what form.
 * @param id `trial-search`; the wordings are called `trial-search/1` and `trial-search-direct/1`
 * @param key of the answer's JSON
 */
export function queryTemplates(
  id: string,
  version: number,
  system: string,
  rules: string,
  key: AnswerKey = 'query',
): Readonly<Record<Variant, PromptTemplate>> {
  const what = key === 'sql' ? 'statement' : 'query';
  // Shows the form only: SmolLM2-135M-Instruct gives back any real query that stands here instead of writing one.
  const answer = `<answer>{"${key}": "..."}</answer>`;
  return {
    reasoning: promptTemplate(
      `${id}/${version}`,
      system,
      `${rules} Think briefly in <think> tags, then give the ${what} as JSON in <answer> tags, like this:\n` +
        `<think>...</think>\n${answer}`,
    ),
    direct: promptTemplate(
      `${id}-direct/${version}`,
      system,
      `${rules} Give the ${what} as JSON in <answer> tags, like this:\n${answer}`,
    ),
  };
}
