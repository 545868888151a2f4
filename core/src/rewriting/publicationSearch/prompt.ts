import { promptOf, promptPart } from '../../prompting/index.ts';
import type { Prompt, PromptTemplate } from '../../prompting/index.ts';
import type { RewriteRequest } from '../proposal.ts';
import { thinkingTemplate } from './template.ts';

const longestQuery = 1500;

/**
 * The one prompt builder of publication search: the editor, the trainer and the evaluation all call it. Says the question, its
 * PICO, and the query that is there with its numbers; ids of known relevant records never go into a prompt, since a model that
 * saw them could answer with them.
 */
export function buildPrompt(request: RewriteRequest, template: PromptTemplate = thinkingTemplate): Prompt {
  const { title, pico = {}, query, current, seeds } = request;
  const { population, intervention, comparison, outcome, other = {} } = pico;
  const lines = [
    promptPart('Question', title),
    promptPart('P', population),
    promptPart('I', intervention ?? other['index_test_or_intervention']),
    promptPart('C', comparison),
    promptPart('O', outcome ?? other['target_condition']),
    promptPart('Current query', query, longestQuery),
    current === undefined
      ? ''
      : `It finds ${current.count} records${known(current.seedsFound, seeds.length)}.`,
  ];
  return promptOf(lines, template);
}

function known(found: number, all: number): string {
  return all === 0 ? '' : ` and ${found} of ${all} known relevant studies`;
}
