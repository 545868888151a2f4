import type { ChatHistoryItem, ChatWrapper, LlamaModel, Token } from 'node-llama-cpp';
import type { ModelPrompt } from './hostProtocol.ts';

/** A prompt as the model reads it. */
export interface ReadPrompt {
  readonly tokens: readonly Token[];
  /** Token sequences that end an answer, beside the model's own end. */
  readonly stops: readonly (readonly Token[])[];
  /** The last characters of the prompt: whether they open a `<think>`. */
  readonly tail: string;
}

/** Writes prompts as tokens, in the chat template of the model. */
export class PromptReader {
  readonly #model: LlamaModel;
  #wrapper: ChatWrapper | undefined;

  constructor(model: LlamaModel) {
    this.#model = model;
  }

  async read(prompt: ModelPrompt): Promise<ReadPrompt> {
    const { tokens, stops } = prompt.kind === 'raw' ? this.#raw(prompt) : await this.#chat(prompt);
    return { tokens, stops, tail: this.#model.detokenize(tokens.slice(-8), true) };
  }

  #raw({ text, specialTokens = false }: Extract<ModelPrompt, { kind: 'raw' }>): Omit<ReadPrompt, 'tail'> {
    const { bos, shouldPrependBosToken } = this.#model.tokens;
    const tokens = this.#model.tokenize(text, specialTokens);
    const isBegun = !shouldPrependBosToken || bos === null || tokens[0] === bos;
    return { tokens: isBegun ? tokens : [bos, ...tokens], stops: [] };
  }

  async #chat({ system, user }: Extract<ModelPrompt, { kind: 'chat' }>): Promise<Omit<ReadPrompt, 'tail'>> {
    const { LlamaText, resolveChatWrapper, SpecialToken } = await import('node-llama-cpp');
    this.#wrapper ??= resolveChatWrapper(this.#model);
    const chatHistory: ChatHistoryItem[] = [
      ...(system === undefined ? [] : [{ type: 'system', text: system } as const]),
      { type: 'user', text: user },
      { type: 'model', response: [] },
    ];
    const { contextText, stopGenerationTriggers, noPrefixTrigger } = this.#wrapper.generateContextState({
      chatHistory,
    });
    const { tokenizer } = this.#model;
    const [first, ...rest] = contextText.values;
    const isBos = first instanceof SpecialToken && first.value === 'BOS';
    const context = this.#isBegun(isBos) ? contextText : LlamaText(rest);
    // Templates with channels (Harmony): reasoning has a place of its own within our answers, so they begin in the final one.
    const channel = noPrefixTrigger?.type === 'response' ? noPrefixTrigger.inject.tokenize(tokenizer) : [];
    return {
      tokens: [...context.tokenize(tokenizer), ...channel],
      stops: stopGenerationTriggers
        .map((trigger) => trigger.tokenize(tokenizer))
        .filter((trigger) => trigger.length > 0),
    };
  }

  /**
   * Whether a chat begins as the model was trained to have it begin. The wrappers of node-llama-cpp 3.22 begin every ChatML with the BOS; where the file wants none
   * and its template writes none (SmolLM2), that would be a mark too many, one that transformers does not have.
   */
  #isBegun(isBos: boolean): boolean {
    const { chat_template: template } = this.#model.fileInfo.metadata.tokenizer;
    return !isBos || this.#model.tokens.shouldPrependBosToken || /\bbos_token\b/u.test(template ?? '');
  }
}
