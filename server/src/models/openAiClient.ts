import type { Generation, ModelPrompt, SamplingOptions } from './hostProtocol.ts';
import { ModelError } from './modelError.ts';
import { AnswerReader } from './openAiAnswer.ts';
import { bodyOf, flavourOf, hasForm } from './openAiBody.ts';
import type { Extras, Flavour } from './openAiBody.ts';
import { OpenAiServer, ServerRefusal } from './openAiServer.ts';
import type { OpenAiServerOptions, ServedModel } from './openAiServer.ts';
import { assertSamples } from './textModel.ts';
import type {
  GenerateManyOptions,
  GenerateOptions,
  ModelDescription,
  SampleResult,
  TextModel,
} from './textModel.ts';

/**
 * A model behind an OpenAI-compatible address: llama.cpp's server, vLLM, Ollama and many others. Answers come piece by piece; several
 * answers are as many requests side by side, since each has its own way of sampling, and servers keep the prompt that they share. What a
 * server refuses of what only some know, such as a grammar, is left out from then on.
 */
export function createOpenAiModel(options: OpenAiServerOptions): TextModel {
  return new OpenAiModel(options);
}

/** The models that a server lists. @throws ModelError */
export async function listServedModels(
  options: OpenAiServerOptions,
  signal?: AbortSignal,
): Promise<readonly ServedModel[]> {
  return new OpenAiServer(options).models(signal);
}

/** Answers that are asked for at once; a server works on few of them side by side anyway. */
const MOST_AT_ONCE = 8;
/** An answer ends by itself after so long, unless the request says otherwise; see {@link SamplingOptions.maxMs}. */
const DEFAULT_MAX_MS = 300_000;
const THINK_OPEN = '<think>';
const THINK_CLOSE = '</think>';

class OpenAiModel implements TextModel {
  readonly #server: OpenAiServer;
  #extras: Extras = { form: true, more: true };

  constructor(options: OpenAiServerOptions) {
    this.#server = new OpenAiServer(options);
  }

  async describe(signal?: AbortSignal): Promise<ModelDescription> {
    const served = await this.#server.served(signal);
    const model = await this.#server.model(signal);
    return {
      name: model.split(/[\\/]/).at(-1) ?? model,
      hasChatTemplate: true,
      contextTokens: served?.contextTokens,
    };
  }

  async generate(prompt: ModelPrompt, options: GenerateOptions = {}): Promise<Generation> {
    const { signal, onToken, ...sampling } = options;
    return this.#generate(prompt, sampling, signal, (text) => onToken?.(text));
  }

  async generateMany(prompt: ModelPrompt, options: GenerateManyOptions): Promise<readonly SampleResult[]> {
    const { samples, onToken, signal, ...common } = options;
    assertSamples(samples.length);
    const results: SampleResult[] = [];
    let next = 0;
    const work = async (): Promise<void> => {
      for (let i = next++; i < samples.length; i = next++) {
        const index = i;
        try {
          const onText = (text: string, tokens: number): void => onToken?.(index, text, tokens);
          const generation = await this.#generate(prompt, { ...common, ...samples[i] }, signal, onText);
          results[i] = { generation };
        } catch (error) {
          if (!(error instanceof ModelError) || error.code === 'aborted') throw error;
          results[i] = { failure: error };
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(MOST_AT_ONCE, samples.length) }, work));
    // The prompt is the same for all: then none could be begun, and whoever asked may ask with a shorter one.
    const [first] = results;
    if (first?.failure?.code === 'too-long' && results.every(({ failure }) => failure !== undefined))
      throw first.failure;
    return results;
  }

  async #generate(
    prompt: ModelPrompt,
    sampling: SamplingOptions,
    signal: AbortSignal | undefined,
    onText: (text: string, tokens: number) => void,
  ): Promise<Generation> {
    const { thinkTokens, maxTokens, maxMs = DEFAULT_MAX_MS } = sampling;
    const first = await this.#ask(prompt, sampling, signal, onText, thinkTokens);
    if (!first.isThinking || prompt.kind !== 'raw') return first.generation;
    // The budget of thinking is spent: it is closed, and the model goes on from there. Turns of a chat cannot be gone on with everywhere.
    const before = `${first.generation.text}${THINK_CLOSE}`;
    onText(THINK_CLOSE, first.generation.tokens);
    const rest = {
      ...sampling,
      ...(maxTokens === undefined ? {} : { maxTokens: Math.max(1, maxTokens - first.generation.tokens) }),
      maxMs: Math.max(1, maxMs - first.generation.totalMs),
    };
    const second = await this.#ask(
      { ...prompt, text: prompt.text + before },
      rest,
      signal,
      (text, tokens) => onText(text, first.generation.tokens + tokens),
      undefined,
      before,
    );
    const { generation } = second;
    return {
      ...generation,
      promptTokens: first.generation.promptTokens,
      tokens: first.generation.tokens + generation.tokens,
      thinkingCut: true,
      firstTokenMs: first.generation.firstTokenMs,
      totalMs: first.generation.totalMs + generation.totalMs,
    };
  }

  /** One request. `isThinking`: it was left because it had thought for `thinkTokens`. */
  async #ask(
    prompt: ModelPrompt,
    sampling: SamplingOptions,
    signal: AbortSignal | undefined,
    onText: (text: string, tokens: number) => void,
    thinkTokens: number | undefined,
    before = '',
  ): Promise<{ readonly generation: Generation; readonly isThinking: boolean }> {
    const model = await this.#server.model(signal);
    const needsForm = sampling.grammar !== undefined || sampling.jsonSchema !== undefined;
    const flavour = flavourOf(needsForm ? (await this.#server.served(signal))?.ownedBy : undefined);
    const path = prompt.kind === 'chat' ? 'chat/completions' : 'completions';
    const opens = prompt.kind === 'raw' && prompt.text.trimEnd().endsWith(THINK_OPEN);
    // Signs of life without a text keep the connection, not the person waiting.
    const late = new AbortController();
    const { maxMs = DEFAULT_MAX_MS } = sampling;
    const timer = setTimeout(() => late.abort(), maxMs);
    const either = AbortSignal.any([late.signal, ...(signal === undefined ? [] : [signal])]);
    let extras = this.#extras;
    try {
      for (;;) {
        const reader = new AnswerReader(prompt.kind, sampling, onText);
        let isThinking = false;
        try {
          const body = bodyOf(model, prompt, sampling, flavour, extras);
          for await (const event of this.#server.stream(path, body, either)) {
            reader.take(event);
            const text = reader.text ?? '';
            isThinking =
              prompt.kind === 'raw' &&
              thinkTokens !== undefined &&
              reader.pieces >= thinkTokens &&
              (opens || text.trimStart().startsWith(THINK_OPEN)) &&
              !text.includes(THINK_CLOSE);
            if (reader.end !== undefined || isThinking) break;
          }
        } catch (error) {
          const less =
            error instanceof ServerRefusal ? withLess(error, prompt, sampling, flavour, extras) : undefined;
          if (less !== undefined) {
            extras = less;
            continue;
          }
          if (!late.signal.aborted || signal?.aborted === true) throw error;
          reader.end = 'time'; // as in the model host: what there is until then is the answer, be it nothing
        }
        if (reader.text === undefined && reader.end !== 'time') {
          throw new ModelError(
            'refused',
            `The model server at ${this.#server.base} answered without a text. Is it OpenAI-compatible?`,
          );
        }
        // Only now is it known that it was this what the server refused.
        this.#extras = { form: this.#extras.form && extras.form, more: this.#extras.more && extras.more };
        return { generation: reader.finish(before), isThinking };
      }
    } finally {
      clearTimeout(timer);
    }
  }
}

/** What to leave out after a refusal; undefined where that would not help. */
function withLess(
  { status, code, said }: ServerRefusal,
  prompt: ModelPrompt,
  sampling: SamplingOptions,
  flavour: Flavour,
  { form, more }: Extras,
): Extras | undefined {
  if (![400, 422, 501].includes(status) || code === 'too-long') return undefined;
  const isForm = form && hasForm(prompt, sampling, flavour);
  const speaksOfMore = /stream_options|top_k|min_p|repeat|penalty|cache_prompt/i.test(said);
  if (isForm && !(more && speaksOfMore)) return { form: false, more };
  return more ? { form, more: false } : undefined;
}
