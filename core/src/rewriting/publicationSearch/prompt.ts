import type { RewriteRequest } from '../proposal.ts';
import type { PromptTemplate } from './template.ts';
import { thinkingTemplate } from './template.ts';

/** A prompt as turns of a chat. A model without turns gets them one after the other. */
export interface Prompt {
  readonly system: string;
  readonly user: string;
  /** Which wording this is; goes into logs, training rows and checkpoints. */
  readonly template: { readonly id: string; readonly hash: string };
}

/** Most characters of one part: a protocol pasted into `population` must not push the question out of a small model's context. */
const longestPart = 400;
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
    part('Question', title),
    part('P', population),
    part('I', intervention ?? other['index_test_or_intervention']),
    part('C', comparison),
    part('O', outcome ?? other['target_condition']),
    part('Current query', query, longestQuery),
    current === undefined
      ? ''
      : `It finds ${current.count} records${known(current.seedsFound, seeds.length)}.`,
  ];
  return {
    system: template.system,
    user: [...lines.filter((line) => line !== ''), template.instruction].join('\n'),
    template: { id: template.id, hash: template.hash },
  };
}

function known(found: number, all: number): string {
  return all === 0 ? '' : ` and ${found} of ${all} known relevant studies`;
}

function part(label: string, text: string | undefined, longest = longestPart): string {
  const plain = withoutMarkup(text ?? '');
  return plain === '' ? '' : `${label}: ${shortened(plain, longest)}`;
}

/** One line without the marks that structure prompts and answers, so that a title cannot speak for the model. */
function withoutMarkup(text: string): string {
  return text
    .replace(/<\/?\s*(?:think|answer)\s*>|<\|[^|<>]{0,40}\|>|\[\/?INST\]|<<\/?SYS>>/giu, ' ')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
}

function shortened(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const cut = text.slice(0, longest);
  const space = cut.lastIndexOf(' ');
  return `${(space > longest / 2 ? cut.slice(0, space) : cut).replace(/\p{Surrogate}/gu, '')}…`;
}
