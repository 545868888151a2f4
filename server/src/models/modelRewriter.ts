import { charactersPerToken, isRaw, taskMismatch, templateFor } from '@querent/core/prompting';
import type { AnswerKey, Prompt, TaskName, Template, TemplateChoice } from '@querent/core/prompting';
import { buildPrompt, hasQuestion } from '@querent/core/rewriting';
import type { Draft, Rejection, RewriteRequest, Rewriter } from '@querent/core/rewriting';
import { ownTemplates } from '@querent/core/tasks';
import { answerForm } from './answerForm.ts';
import type { SamplingOptions } from './hostProtocol.ts';
import { readModelAnswer } from './modelAnswer.ts';
import { ModelError } from './modelError.ts';
import { modelPrompt } from './modelPrompt.ts';
import type { ModelDescription, SampleResult, TextModel } from './textModel.ts';

/** One answer as far as it is written. */
export interface WritingSample {
  /** With the tag that the prompt opened put before. */
  readonly text: string;
  readonly tokens: number;
}

export interface ModelRewriterOptions {
  /** Answers to ask for, side by side, >= 1. The first takes the likeliest words, the others are sampled. Default 3. */
  readonly drafts?: number;
  /** Milliseconds after which an answer ends where it is. Default 120,000. */
  readonly maxMs?: number;
  /** Id of the template that the model is asked with; `auto` (the default) goes by its file or name, and else takes our own. */
  readonly template?: string;
  /** What it is asked for; a model that was trained for something else is not asked but told of. Default `publication`. */
  readonly task?: Extract<TaskName, 'publication' | 'trials'>;
  /** Tokens of context that the model is given, prompt and answer together. Default 4,096, or what the model was trained with where that is less. */
  readonly contextTokens?: number;
  readonly onToken?: (text: string) => void;
  /** All answers so far, at every piece of text of any of them. */
  readonly onWriting?: (samples: readonly WritingSample[]) => void;
}

/** Tokens for reasoning, and for the whole answer. Ours: a few sentences and a query of some 900 characters; trained ones wrote up to 512 tokens. */
const OWN_TOKENS = { think: 160, answer: 500 } as const;
const TRAINED_TOKENS = { think: 256, answer: 640 } as const;
const DEFAULT_CONTEXT_TOKENS = 4096;
/** Tokens kept free for what a chat template adds around the turns. */
const TEMPLATE_TOKENS = 96;
const MOST_CHARACTERS = 6_000;
const LEAST_CHARACTERS = 400;
const DEFAULT_MAX_MS = 120_000;
/** How much of an unreadable answer is shown. */
const SHOWN_CHARACTERS = 200;

/**
 * Lets a language model propose queries, asked with the wording that it was trained with. Faults of the model become rejections, so that other proposals
 * survive them. A rewriter that is asked again with the same prompt samples other answers.
 */
export function createModelRewriter(model: TextModel, options: ModelRewriterOptions = {}): Rewriter {
  const { task = 'publication', template: wanted = 'auto' } = options;
  /** How often each prompt was asked. */
  const asked = new Map<string, number>();
  return {
    origin: 'model',
    async draft(request, _engine, signal) {
      let source = 'language model';
      const reject = (reason: string, text = ''): Rejection => ({ origin: 'model', source, text, reason });
      try {
        const description = await model.describe(signal);
        source = description.name;
        const choice = templateFor(description, ownTemplates, task, wanted);
        const problem = taskMismatch(source, choice, task) ?? unaskable(choice, request);
        if (problem !== undefined || choice.kind === 'refused')
          return { drafts: [], rejected: [reject(problem ?? 'It cannot be asked.')] };
        const { template } = choice;
        const { prompt, results } = await ask(model, description, template, request, options, asked, signal);
        const drafts: Draft[] = [];
        const rejected: Rejection[] = [];
        for (const { generation, failure } of results) {
          if (generation === undefined) {
            rejected.push(reject(failure.message));
            continue;
          }
          const answer = readModelAnswer(generation, prompt, keyOf(template));
          if ('problem' in answer) rejected.push(reject(answer.problem, start(generation.text)));
          else if (!drafts.some(({ query }) => query === answer.query))
            drafts.push({
              origin: 'model',
              source,
              query: answer.query,
              reasoning: answer.reasoning,
              shownSeeds: prompt.shownSeeds ?? [],
            });
        }
        return { drafts, rejected: distinct(rejected) };
      } catch (error) {
        if (!(error instanceof ModelError) || error.code === 'aborted') {
          throw error;
        }
        return { drafts: [], rejected: [reject(error.message)] };
      }
    },
  };
}

/** Why a request cannot be told in the template; undefined when it can. */
function unaskable(choice: TemplateChoice, request: RewriteRequest): string | undefined {
  if (choice.kind === 'refused' || !isRaw(choice.template)) return undefined;
  const { id } = choice.template;
  if (request.isBlock === true)
    return `The template ${id} asks for whole queries, as its model was trained; a single block is left to the method. Choose Querent’s own template in querent.model.template to ask for blocks.`;
  return hasQuestion(request)
    ? undefined
    : `The template ${id} asks for a PICO or a title, as its model was trained, and there is neither. Write one into the front matter.`;
}

/** Asks for all samples. A prompt that is too long for the model is built once more, shorter. */
async function ask(
  model: TextModel,
  description: ModelDescription,
  template: Template,
  request: RewriteRequest,
  options: ModelRewriterOptions,
  asked: Map<string, number>,
  signal: AbortSignal,
): Promise<{ readonly prompt: Prompt; readonly results: readonly SampleResult[] }> {
  const { drafts = 3, maxMs = DEFAULT_MAX_MS } = options;
  const context = Math.min(
    options.contextTokens ?? DEFAULT_CONTEXT_TOKENS,
    description.contextTokens ?? DEFAULT_CONTEXT_TOKENS,
  );
  for (let characters = charactersFor(template, context); ; characters = Math.floor(characters / 2)) {
    const prompt = buildPrompt(request, template, { characters });
    const round = asked.get(prompt.user) ?? 0;
    const writing = Array.from({ length: drafts }, (): WritingSample => ({
      text: prompt.opened ?? '',
      tokens: 0,
    }));
    try {
      const results = await model.generateMany(modelPrompt(prompt, description), {
        ...answerForm(template, 'query', isRaw(template) ? TRAINED_TOKENS : OWN_TOKENS),
        maxMs,
        signal,
        samples: Array.from({ length: drafts }, (_, i) => sampling(round * drafts + i)),
        onToken: (index, text, tokens) => {
          const before = writing[index];
          if (before !== undefined) writing[index] = { text: before.text + text, tokens };
          options.onToken?.(text);
          options.onWriting?.([...writing]);
        },
      });
      asked.set(prompt.user, round + 1);
      return { prompt, results };
    } catch (error) {
      const isTooLong = error instanceof ModelError && error.code === 'too-long';
      if (!isTooLong || isRaw(template) || characters <= LEAST_CHARACTERS) throw error;
    }
  }
}

function charactersFor(template: Template, contextTokens: number): number {
  if (isRaw(template)) return MOST_CHARACTERS;
  const fixed = (template.system.length + template.instruction.length) / charactersPerToken;
  const room = (contextTokens - OWN_TOKENS.answer - TEMPLATE_TOKENS - fixed) * charactersPerToken;
  return Math.max(LEAST_CHARACTERS, Math.min(MOST_CHARACTERS, Math.floor(room)));
}

function keyOf(template: Template): AnswerKey {
  return isRaw(template) ? template.answerKey : 'query';
}

/** The first answer is the model's likeliest; the others differ, and are the same on every run. */
function sampling(index: number): SamplingOptions {
  return index === 0 ? { temperature: 0 } : { temperature: 0.7, seed: index };
}

function start(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)}…` : line;
}

function distinct(rejections: readonly Rejection[]): Rejection[] {
  const seen = new Set<string>();
  return rejections.filter(({ text, reason }) => {
    const key = `${text}\n${reason}`;
    return !seen.has(key) && seen.add(key);
  });
}
