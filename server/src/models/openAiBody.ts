import type { ModelPrompt, SamplingOptions } from './hostProtocol.ts';
import type { Json } from './openAiServer.ts';

/** Which server it is, by what its list of models says of their owner: each has its own name for a grammar. */
export type Flavour = 'llama.cpp' | 'vllm' | 'ollama' | 'other';

export function flavourOf(ownedBy: string | undefined): Flavour {
  switch (ownedBy) {
    case 'llamacpp':
      return 'llama.cpp';
    case 'vllm':
      return 'vllm';
    case 'library':
      return 'ollama';
    default:
      return 'other';
  }
}

/** What a server may be asked for beyond the bare minimum; what it refuses is left out from then on. */
export interface Extras {
  /** That the answer follows a grammar or schema. */
  readonly form: boolean;
  /** That the tokens are counted in a stream, and what only some know of sampling. */
  readonly more: boolean;
}

/** OpenAI takes no more than four. */
const MOST_STOPS = 4;

/** The body of `/chat/completions` or `/completions`. */
export function bodyOf(
  model: string,
  prompt: ModelPrompt,
  sampling: SamplingOptions,
  flavour: Flavour,
  extras: Extras,
): Json {
  const { maxTokens, temperature = 0, topP, topK, minP, repeatPenalty, seed, stop = [] } = sampling;
  const own = flavour === 'llama.cpp' || flavour === 'vllm';
  const given = (key: string, value: unknown): Json => (value === undefined ? {} : { [key]: value });
  return {
    model,
    // Servers put the mark of the beginning before it themselves; twice it is not what a model was trained with.
    ...(prompt.kind === 'raw'
      ? { prompt: prompt.text.replace(/^<\|begin_of_text\|>/u, '') }
      : { messages: turnsOf(prompt) }),
    temperature,
    ...given('top_p', topP),
    ...given('max_tokens', maxTokens),
    ...given('seed', seed),
    ...(stop.length === 0 ? {} : { stop: stop.slice(0, MOST_STOPS) }),
    ...(extras.more ? { stream_options: { include_usage: true } } : {}),
    ...(extras.more && own
      ? {
          ...given('top_k', topK),
          ...given('min_p', minP),
          ...given(flavour === 'vllm' ? 'repetition_penalty' : 'repeat_penalty', repeatPenalty),
        }
      : {}),
    ...(extras.more && flavour === 'llama.cpp' ? { cache_prompt: true } : {}),
    ...(extras.form ? formOf(prompt, sampling, flavour) : {}),
  };
}

function turnsOf({ system, user }: Extract<ModelPrompt, { kind: 'chat' }>): readonly Json[] {
  return [
    ...(system === undefined ? [] : [{ role: 'system', content: system }]),
    { role: 'user', content: user },
  ];
}

/** The form of the answer as each server takes it; nothing where it knows none, or not this one. */
function formOf(prompt: ModelPrompt, { grammar, jsonSchema }: SamplingOptions, flavour: Flavour): Json {
  if (grammar !== undefined) {
    if (flavour === 'llama.cpp') return { grammar };
    if (flavour === 'vllm') return { structured_outputs: { grammar } };
  }
  // Who knows no grammar may know a schema.
  if (jsonSchema === undefined) return {};
  if (prompt.kind === 'raw') {
    if (flavour === 'llama.cpp') return { json_schema: jsonSchema };
    return flavour === 'vllm' ? { structured_outputs: { json: jsonSchema } } : {};
  }
  return { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: jsonSchema } } };
}

/** Whether a form was asked for that {@link bodyOf} would send. */
export function hasForm(prompt: ModelPrompt, sampling: SamplingOptions, flavour: Flavour): boolean {
  return Object.keys(formOf(prompt, sampling, flavour)).length > 0;
}
