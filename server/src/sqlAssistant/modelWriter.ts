import { charactersPerToken, isRaw, taskMismatch, templateFor } from '@querent/core/prompting';
import type { Prompt, Template } from '@querent/core/prompting';
import { sampleLines, sqlPrompt, sqlTemplates } from '@querent/core/sqlAssistant';
import type { SqlAsked, SqlFailed, SqlWriter, SqlWritten } from '@querent/core/sqlAssistant';
import { linkQuestion, schemaText } from '@querent/core/sqlSchema';
import type { SqlSchema } from '@querent/core/sqlSchema';
import { ownTemplates } from '@querent/core/tasks';
import { ModelError, modelPrompt } from '../models/index.ts';
import type { SamplingOptions, SampleResult, TextModel } from '../models/index.ts';
import { answerForm } from '../models/answerForm.ts';
import { readModelAnswer } from '../models/modelAnswer.ts';

export interface SqlModelOptions {
  /** Answers to ask for, side by side, 1..64. The first takes the likeliest words, the others are sampled. Default 4. */
  readonly samples?: number;
  /** Id of the template that the model is asked with; `auto` (the default) goes by its file or name, and else takes our own. */
  readonly template?: string;
  /** Tokens of context that the model is given, prompt and answer together. Default 4,096, or what it was trained with where that is less. */
  readonly contextTokens?: number;
  /** Milliseconds after which an answer ends where it is. Default 60,000. */
  readonly maxMs?: number;
  /** Seeds of the sampled answers begin here; the same seed gives the same answers. Default 1. */
  readonly seed?: number;
}

const defaultSamples = 4;
const defaultContextTokens = 4096;
const defaultMaxMs = 60_000;
/** Tokens for reasoning, and for the whole answer. Trained models wrote up to 512 tokens. */
const ownTokens = { think: 120, answer: 400 } as const;
const trainedTokens = { think: 256, answer: 640 } as const;
/** Tokens kept free for what a chat template adds around the turns. */
const templateTokens = 96;
/** Characters of a schema in a prompt. */
const mostSchema = 6_000;
const leastSchema = 600;

/**
 * A language model as a writer of SQL, asked with the wording that it was trained with, its answers held to their form by a grammar. What it writes is text: whoever
 * takes it must see that it is one statement that reads (`admit` in core does).
 *
 * `write` throws ModelError with a line fit for people when it cannot be asked at all; single answers that fail are notes.
 */
export async function sqlModelWriter(
  model: TextModel,
  options: SqlModelOptions = {},
  signal?: AbortSignal,
): Promise<SqlWriter> {
  const description = await model.describe(signal);
  // Without training its thoughts are no better than its first words, and take longer.
  const own = [{ task: 'sql' as const, template: sqlTemplates.direct }, ...ownTemplates];
  const choice = templateFor(description, own, 'sql', options.template);
  const problem = taskMismatch(description.name, choice, 'sql');
  if (problem !== undefined || choice.kind === 'refused')
    throw new ModelError('refused', problem ?? (choice.kind === 'refused' ? choice.reason : ''));
  const { template, isTrained } = choice;
  const samples = options.samples ?? defaultSamples;
  const context = Math.min(options.contextTokens ?? defaultContextTokens, description.contextTokens ?? defaultContextTokens);
  const ask = async (asked: SqlAsked, failed: SqlFailed | undefined, count: number, stop: AbortSignal | undefined): Promise<SqlWritten> => {
    const { prompt, results } = await askShorter(context, template, (budget) =>
      promptFor(asked, failed, template, isTrained, budget), (prompt) =>
        model.generateMany(modelPrompt(prompt, description), {
          ...answerForm(template, 'sql', isRaw(template) ? trainedTokens : ownTokens),
          maxMs: options.maxMs ?? defaultMaxMs,
          samples: Array.from({ length: count }, (_, i) => sampling(i, options.seed ?? 1)),
          ...(stop === undefined ? {} : { signal: stop }),
        }),
    );
    return read(results, prompt, description.name);
  };
  return {
    source: 'model',
    weight: isTrained ? 1 : 1 / (samples + 1),
    write: (asked, stop) => ask(asked, undefined, samples, stop),
    mend: (asked, failed, stop) => ask(asked, failed, Math.min(2, samples), stop),
  };
} // prettier-ignore

function promptFor(
  { question = 'Mend the statement.', evidence, schema }: SqlAsked,
  failed: SqlFailed | undefined,
  template: Template,
  isTrained: boolean,
  budget: number,
): Prompt {
  return sqlPrompt(
    {
      question,
      evidence,
      schema: schemaText(schema),
      // A trained model never saw values in its prompts, nor tables chosen by them.
      samples: isTrained ? [] : sampleLines(question, schema, evidence),
      linked: isTrained ? [] : linkedTables(question, schema, evidence),
      mend: failed,
    },
    template,
    budget,
  );
}

function linkedTables(question: string, schema: SqlSchema, evidence: string | undefined): readonly string[] {
  return linkQuestion(question, schema, evidence).tables.map(({ table }) => table.name);
}

/** Asks with less of the schema where the prompt is too long. */
async function askShorter(
  context: number,
  template: Template,
  promptOf: (budget: number) => Prompt,
  ask: (prompt: Prompt) => Promise<readonly SampleResult[]>,
): Promise<{ readonly prompt: Prompt; readonly results: readonly SampleResult[] }> {
  const tokens = isRaw(template) ? trainedTokens : ownTokens;
  const room = (context - tokens.answer - templateTokens) * charactersPerToken;
  const fixed = promptOf(leastSchema).user.length - leastSchema;
  let budget = Math.max(leastSchema, Math.min(mostSchema, Math.floor(room - fixed)));
  for (;;) {
    const prompt = promptOf(budget);
    try {
      return { prompt, results: await ask(prompt) };
    } catch (error) {
      const isTooLong = error instanceof ModelError && error.code === 'too-long';
      if (!isTooLong || budget <= leastSchema) throw error;
      budget = Math.max(leastSchema, Math.floor(budget / 2));
    }
  }
}

function read(results: readonly SampleResult[], prompt: Prompt, name: string): SqlWritten {
  const statements: string[] = [];
  const problems = new Map<string, number>();
  for (const { generation, failure } of results) {
    const answer = generation === undefined ? { problem: failure.message } : readModelAnswer(generation, prompt, 'sql');
    if ('problem' in answer) problems.set(answer.problem, (problems.get(answer.problem) ?? 0) + 1);
    else statements.push(answer.query);
  }
  const all = results.length;
  return {
    statements,
    notes: [
      `${name} was asked for ${all} ${all === 1 ? 'answer' : 'answers'}; ${statements.length} can be read.`,
      ...[...problems].map(([problem, count]) => `${count === 1 ? 'One answer' : `${count} answers`} of ${name}: ${problem}`),
    ],
  };
} // prettier-ignore

/** The first answer is the model's likeliest; the others differ, and are the same on every run. */
function sampling(index: number, seed: number): SamplingOptions {
  return index === 0 ? { temperature: 0 } : { temperature: 0.7, seed: seed + index - 1 };
}
