import { answerGrammar, isRaw, trainedGrammar, variantOf } from '@querent/core/prompting';
import type { AnswerKey, Template } from '@querent/core/prompting';
import type { GenerateManyOptions } from './textModel.ts';

/** Tokens for reasoning, and for the whole answer. */
export interface AnswerTokens {
  readonly think: number;
  readonly answer: number;
}

/**
 * How answers of a template look, and where they end; for models of all tasks, so that each is asked as it was trained. A model that knows no grammar
 * is held to JSON alone where nothing is opened.
 * @param key of our own answers; that of trained models stands in their template
 */
export function answerForm(
  template: Template,
  key: AnswerKey,
  { think, answer }: AnswerTokens,
): Omit<GenerateManyOptions, 'samples'> {
  const variant = variantOf(template);
  return {
    maxTokens: answer,
    stop: ['</answer>'],
    ...(variant === 'reasoning' ? { thinkTokens: think } : {}),
    // Training had no penalty, and queries repeat their brackets, tags and names.
    ...(isRaw(template) ? { repeatPenalty: 1 } : {}),
    grammar: isRaw(template)
      ? trainedGrammar(template.answerKey, variant, template.opened)
      : answerGrammar(key, variant),
  };
}
