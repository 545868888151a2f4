import { answerGrammar, isRaw, trainedGrammar } from '@querent/core/prompting';
import type { AnswerKey, Template, Variant } from '@querent/core/prompting';
import type { Task } from '@querent/core/tasks';
import { ModelError, modelPrompt } from '@querent/server/models';
import type { GenerateOptions } from '@querent/server/models';
import type { Question } from '../items/item.ts';
import type { Attempt, EvaluatedRewriter } from './rewriter.ts';
import { failed } from './rewriter.ts';
import type { OpenedModel } from './textModels.ts';

/** How a model is asked. */
export interface SamplingSettings {
  readonly variant: Variant;
  /** Attempts at each question, >= 1. */
  readonly samples: number;
  /** 0: the likeliest word each time, and every attempt is the same. */
  readonly temperature: number;
  /** Attempt i is made with `seed + i`. */
  readonly seed: number;
  /** Most tokens of an answer, >= 1. */
  readonly maxTokens: number;
  /** Whether the model is held to the form of the answer, as in the editor; what the query says stays its own. */
  readonly isHeldToForm: boolean;
}

/** A language model, asked with the prompt of the task. What is invalid is a failure. */
export function modelRewriter(
  name: string,
  opened: OpenedModel,
  task: Task,
  settings: SamplingSettings,
): EvaluatedRewriter {
  const { id, hash } = opened.template ?? task.templates[settings.variant];
  return {
    name,
    samples: settings.samples,
    identity: { rewriter: 'model', model: opened.identity, template: { id, hash }, ...settings },
    attempt: (question, sample, signal) => askModel(opened, task, settings, question, sample, signal),
    close: () => opened.close(),
  };
}

/**
 * One completion of a model for a question of a task.
 * @throws ModelError when the model gives no answer, but for a prompt that is too long for it: that is a failure of the attempt.
 */
export async function askModel(
  { model, template }: OpenedModel,
  task: Task,
  { variant, temperature, seed, maxTokens, isHeldToForm }: SamplingSettings,
  question: Question,
  sample: number,
  signal: AbortSignal,
): Promise<Attempt> {
  const prompt = task.prompt(question.input, variant, template);
  try {
    const { text, stopReason, tokens } = await model.generate(modelPrompt(prompt, await model.describe()), {
      maxTokens,
      temperature,
      signal,
      ...(temperature > 0 ? { seed: seed + sample } : {}),
      ...(isHeldToForm ? formOf(task.answerKey, variant, template) : {}),
      // Training had no penalty on repetition, and its answers were read up to their end.
      ...(template !== undefined && isRaw(template) ? { repeatPenalty: 1, stop: ['</answer>'] } : {}),
    });
    const completion = `${prompt.opened ?? ''}${text}`;
    return { kind: 'completion', completion, tokens, isCut: stopReason === 'maxTokens' };
  } catch (error) {
    if (error instanceof ModelError && error.code === 'too-long') return failed('too-long', error.message);
    throw error;
  }
}

/** The form as a grammar for the model host, and as a schema for servers, which know no grammar and then give the JSON alone. */
function formOf(
  key: AnswerKey,
  variant: Variant,
  template: Template | undefined,
): Pick<GenerateOptions, 'grammar' | 'jsonSchema'> {
  // What goes on from an opened tag is no JSON alone.
  if (template !== undefined && isRaw(template))
    return { grammar: trainedGrammar(template.answerKey, template.variant, template.opened) };
  return {
    grammar: answerGrammar(key, variant),
    jsonSchema: {
      type: 'object',
      properties: { [key]: { type: 'string', minLength: 1, maxLength: 2_000 } },
      required: [key],
      additionalProperties: false,
    },
  };
}
