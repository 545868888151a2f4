import { promptTemplate } from '../prompting/index.ts';
import type { PromptTemplate, Variant } from '../prompting/index.ts';

/** Shows the form only: small models give back any real query that stands here instead of writing one. */
const example = '{"query": "..."}';

/**
 * The two wordings of a task: with reasoning before the answer, and the answer alone (fewer tokens). `rules` says what to write, this
 * adds in what form.
 * @param id `trial-search`; the wordings are called `trial-search/1` and `trial-search-direct/1`
 */
export function queryTemplates(
  id: string,
  version: number,
  system: string,
  rules: string,
): Readonly<Record<Variant, PromptTemplate>> {
  return {
    reasoning: promptTemplate(
      `${id}/${version}`,
      system,
      `${rules} Think briefly in <think> tags, then give the query as JSON in <answer> tags, like this:\n` +
        `<think>...</think>\n<answer>${example}</answer>`,
    ),
    direct: promptTemplate(
      `${id}-direct/${version}`,
      system,
      `${rules} Give the query as JSON in <answer> tags, like this:\n<answer>${example}</answer>`,
    ),
  };
}
