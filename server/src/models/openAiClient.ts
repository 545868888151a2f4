import type { Generation, ModelPrompt } from './hostProtocol.ts';
import { ModelError } from './modelError.ts';
import { list, object, OpenAiServer } from './openAiServer.ts';
import type { Json, OpenAiServerOptions } from './openAiServer.ts';
import { assertSamples } from './textModel.ts';
import type {
  GenerateManyOptions,
  GenerateOptions,
  ModelDescription,
  SampleResult,
  TextModel,
} from './textModel.ts';

/** A model behind an OpenAI-compatible address: llama.cpp's server, vLLM, Ollama and many others. Answers come in one piece. */
export function createOpenAiModel(options: OpenAiServerOptions): TextModel {
  return new OpenAiModel(options);
}

class OpenAiModel implements TextModel {
  readonly #server: OpenAiServer;

  constructor(options: OpenAiServerOptions) {
    this.#server = new OpenAiServer(options);
  }

  async describe(signal?: AbortSignal): Promise<ModelDescription> {
    const model = await this.#server.model(signal);
    return { name: model.split(/[\\/]/).at(-1) ?? model, hasChatTemplate: true };
  }

  async generate(prompt: ModelPrompt, options: GenerateOptions = {}): Promise<Generation> {
    const { signal, onToken } = options;
    const started = performance.now();
    const model = await this.#server.model(signal);
    const path = prompt.kind === 'chat' ? 'chat/completions' : 'completions';
    const answer = await this.#server.request('POST', path, bodyOf(model, prompt, options), signal);
    const [choice] = list(answer['choices']);
    const message = prompt.kind === 'chat' ? object(choice?.['message'])?.['content'] : choice?.['text'];
    if (typeof message !== 'string') {
      throw new ModelError(
        'refused',
        `The model server at ${this.#server.base} answered without a text. Is it OpenAI-compatible?`,
      );
    }
    onToken?.(message);
    const usage = object(answer['usage']);
    const totalMs = performance.now() - started;
    return {
      text: message,
      stopReason: choice?.['finish_reason'] === 'length' ? 'maxTokens' : 'end',
      promptTokens: count(usage?.['prompt_tokens']),
      tokens: count(usage?.['completion_tokens']),
      firstTokenMs: totalMs,
      totalMs,
    };
  }

  async generateMany(prompt: ModelPrompt, options: GenerateManyOptions): Promise<readonly SampleResult[]> {
    const { samples, onToken, ...common } = options;
    assertSamples(samples.length);
    return Promise.all(
      samples.map(async (own, index): Promise<SampleResult> => {
        try {
          const onText = (text: string): void => onToken?.(index, text, 0);
          return { generation: await this.generate(prompt, { ...common, ...own, onToken: onText }) };
        } catch (error) {
          if (!(error instanceof ModelError) || error.code === 'aborted') throw error;
          return { failure: error };
        }
      }),
    );
  }
}

function bodyOf(
  model: string,
  prompt: ModelPrompt,
  { maxTokens, temperature, seed, jsonSchema }: GenerateOptions,
): Json {
  const text =
    prompt.kind === 'raw'
      ? // Servers put the mark of the beginning before it themselves; twice it is not what a model was trained with.
        { prompt: prompt.text.replace(/^<\|begin_of_text\|>/u, '') }
      : {
          messages: [
            ...(prompt.system === undefined ? [] : [{ role: 'system', content: prompt.system }]),
            { role: 'user', content: prompt.user },
          ],
        };
  const format = { type: 'json_schema', json_schema: { name: 'answer', schema: jsonSchema } };
  return {
    model,
    ...text,
    stream: false,
    temperature: temperature ?? 0,
    ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
    ...(seed === undefined ? {} : { seed }),
    ...(jsonSchema === undefined ? {} : { response_format: format }),
  };
}

function count(value: unknown): number {
  return typeof value === 'number' && value >= 0 ? value : 0;
}
