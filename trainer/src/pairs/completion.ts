import type { Template, Variant } from '@querent/core/prompting';
import { isRaw } from '@querent/core/prompting';
import type { Task } from '@querent/core/tasks';

/** What is said before an answer where a model is to reason and the one who wrote the query gave no reasons. */
const plainReasoning =
  'I take the main concepts of the question, collect synonyms and headings for each, join them with OR, and join the concepts with AND.';

/**
 * The answer that a model is to write: in the form that the prompt asks for, without the tag that the prompt has opened already.
 * @param reasoning sentences for the variant `reasoning`; tags in them are taken out
 */
export function completionOf(
  query: string,
  reasoning: string | undefined,
  {
    task,
    template,
    variant,
  }: { readonly task: Task; readonly template: Template; readonly variant: Variant },
): string {
  const key = isRaw(template) ? template.answerKey : task.answerKey;
  const opened = isRaw(template) ? template.opened : '';
  const answer = `<answer>{${JSON.stringify(key)}: ${JSON.stringify(query)}}</answer>`;
  const thoughts =
    (reasoning ?? '')
      .replace(/<[^>]*>/gu, ' ')
      .replace(/\s+/gu, ' ')
      .trim() || plainReasoning;
  const whole = variant === 'reasoning' ? `<think>${thoughts}</think>\n${answer}` : answer;
  return opened !== '' && whole.startsWith(opened) ? whole.slice(opened.length) : whole;
}
