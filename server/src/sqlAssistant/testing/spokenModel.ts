import { ModelError } from '../../models/index.ts';
import type {
  GenerateManyOptions,
  Generation,
  ModelPrompt,
  SampleResult,
  TextModel,
} from '../../models/index.ts';

/** What a round of answers is: statements, a whole answer as it is, or a failure of one. */
export type Spoken = string | { readonly raw: string } | ModelError;

/** A model that says what a test wrote down, round by round; the last round is said again and again. */
export class SpokenModel implements TextModel {
  readonly prompts: ModelPrompt[] = [];
  readonly options: GenerateManyOptions[] = [];
  readonly #rounds: (readonly Spoken[] | Error)[];
  readonly #describe: Partial<Awaited<ReturnType<TextModel['describe']>>>;
  /** Longest prompt that it takes, characters. */
  longest = Infinity;

  constructor(
    rounds: (readonly Spoken[] | Error)[],
    describe: Partial<Awaited<ReturnType<TextModel['describe']>>> = {},
  ) {
    this.#rounds = rounds;
    this.#describe = describe;
  }

  describe(): ReturnType<TextModel['describe']> {
    return Promise.resolve({ name: 'Spoken', hasChatTemplate: true, ...this.#describe });
  }

  generate(): Promise<Generation> {
    return Promise.reject(new Error('Statements are asked for several at once.'));
  }

  generateMany(prompt: ModelPrompt, options: GenerateManyOptions): Promise<readonly SampleResult[]> {
    this.prompts.push(prompt);
    this.options.push(options);
    if (textOf(prompt).length > this.longest)
      return Promise.reject(new ModelError('too-long', 'The prompt is too long.'));
    const [round = []] = this.#rounds;
    if (this.#rounds.length > 1) this.#rounds.shift();
    if (round instanceof Error) return Promise.reject(round);
    return Promise.resolve(options.samples.map((_, i) => result(round[i % round.length] ?? '')));
  }
}

/** All that a prompt says. */
export function textOf(prompt: ModelPrompt): string {
  return prompt.kind === 'raw' ? prompt.text : `${prompt.system ?? ''}\n${prompt.user}`;
}

function result(spoken: Spoken): SampleResult {
  if (spoken instanceof ModelError) return { failure: spoken };
  const text =
    typeof spoken === 'string' ? `<answer>${JSON.stringify({ sql: spoken })}</answer>` : spoken.raw;
  return {
    generation: { text, stopReason: 'stop', promptTokens: 1, tokens: 1, firstTokenMs: 1, totalMs: 1 },
  };
}
